import { join } from 'node:path'
import type { ChannelKind } from '@fairlead/contract'
import { sandboxClient } from '@fairlead/simulator/client'
import { LiveFeed } from '../conversations/live-feed.ts'
import type { SandboxInternet } from '../conversations/sandbox-internet.ts'
import type { PlatformHosts } from '../domains/platform-hosts.ts'
import type { PlatformKey } from '../domains/platform-key.ts'
import { createPolicyReader } from '../domains/policy-reader.ts'
import { createSenderDirectory } from '../domains/sender-directory.ts'
import { createHttp } from '../http/create-http.ts'
import { startInboundListener } from '../inbound/start-inbound-listener.ts'
import { startMailboxWatcher } from '../inbound/start-mailbox-watcher.ts'
import { startNoticeReader } from '../inbound/start-notice-reader.ts'
import { checkDomainsJob } from '../jobs/check-domains.ts'
import { type LinkJobParts, linkJobs } from '../jobs/link-jobs.ts'
import { jobs as registeredJobs } from '../jobs/registry.ts'
import { startJobs } from '../jobs/start-jobs.ts'
import { type LinkToOpen, type OpenedLink, openLink } from '../links/open-link.ts'
import type { Address } from '../mail/message.ts'
import { makeReturnPath } from '../mail/return-path.ts'
import { DueHints, listenForDue } from '../platform/database/due-hints.ts'
import { newId } from '../platform/ids.ts'
import type { Metrics } from '../platform/metrics.ts'
import { codeOf, PlainError } from '../platform/plain-error.ts'
import { createKeyRing } from '../team/key-ring.ts'
import { acceptParts, type MailParts } from './mail-parts.ts'
import type { Core } from './open-core.ts'
import { startWorker, type Worker } from './start-worker.ts'
import type { Stops } from './stops.ts'
import { version } from './version.ts'

/** Where `npm run build` leaves the web app. */
const webFolder = join(import.meta.dirname, '..', '..', '..', 'web', 'dist')

/** What every role is made from. */
export interface RoleParts {
  readonly core: Core
  readonly hosts: PlatformHosts
  readonly mail: MailParts
  readonly platformKey: PlatformKey
  /** Null outside of the sandbox. */
  readonly sandbox: SandboxInternet | null
  readonly metrics: Metrics
  readonly stops: Stops
}

// Together with the database's own end this stays below the 25 seconds that a stop may take.
const graceMs = { http: 3_000, worker: 10_000, jobs: 4_000 }

/** Carries the outbox, releases what was scheduled, runs the regular jobs. */
export async function startWorkerRole(parts: RoleParts): Promise<Worker> {
  const { core, stops, metrics } = parts
  const { db, log, directUrl } = core
  const release = acceptParts({ ...parts, onDue: () => undefined })
  const jobs = await startJobs({ db, log, directUrl }, [
    ...registeredJobs,
    ...linkJobs(linkJobParts(parts)),
    checkDomainsJob({ lookUp: parts.mail.lookUp, accept: release, publicUrl: core.config.publicUrl ?? '' }),
  ])
  stops.add('jobs', () => jobs.stop(graceMs.jobs))
  const [returnPathKey] = core.secrets.macKeys('return-path')
  if (returnPathKey === undefined) throw new Error('There is no key for return paths')
  const tries = metrics.counter({
    name: 'tries_total',
    help: 'Deliveries that a channel gave an outcome',
    labels: ['outcome'],
  })
  const recorded = liveHints(core)
  const worker = await startWorker({
    ...{ db, log, returnPathKey, hosts: parts.hosts, secrets: core.secrets },
    ...{ channels: parts.mail.channels, backOff: parts.mail.backOff, release },
    senders: createSenderDirectory({
      ...{ db, secrets: core.secrets },
      platform: { keys: [parts.platformKey.key], returnPathHost: parts.hosts.returnPathHost },
    }),
    onAnswer: ({ outcomes }) => {
      for (const outcome of outcomes.values()) tries.inc({ outcome: outcome.is })
      recorded.tell()
    },
  })
  stops.add('worker', () => worker.stop(graceMs.worker))
  metrics.gauge({
    name: 'held_deliveries',
    help: 'Deliveries that this worker holds',
    collect: gauge => gauge.set(worker.held()),
  })
  const hints = await listenForDue({
    url: directUrl,
    wake: () => worker.wake(),
    onError: error => log.warn({ err: error }, 'No hints about due mail; polling goes on'),
  })
  stops.add('hints', () => hints.close())
  return worker
}

function linkJobParts(parts: RoleParts): LinkJobParts {
  const { core, hosts, mail } = parts
  const { config, db, secrets } = core
  const [key] = secrets.macKeys('return-path')
  const isReached = key !== undefined && receivesMail(config)
  return {
    secrets,
    accept: acceptParts({ ...parts, onDue: () => undefined }),
    publicUrl: config.publicUrl ?? `http://${config.http.host}:${config.http.port}`,
    probes: isReached ? { db, secrets, key, ...hosts, channels: mail.channels } : null,
  }
}

/** Takes returned mail and reads it; answers the port it listens on. */
export async function startInboundRole(parts: RoleParts): Promise<number> {
  const { core, hosts, stops, metrics } = parts
  const { db, log, config } = core
  const keys = core.secrets.macKeys('return-path')
  const read = metrics.counter({ name: 'notices_read_total', help: 'Notices that were read' })
  const recorded = liveHints(core)
  const onRead = () => {
    read.inc()
    recorded.tell()
  }
  const ownAddresses = async () => {
    const found = await parts.mail.dns.resolveAddresses(hosts.mailDomain)
    return found.is === 'found' ? found.records : []
  }
  const reader = startNoticeReader({ ...{ db, log, keys }, ...hosts, onRead, ownAddresses })
  stops.add('notice reader', () => reader.stop())
  const watcher = startMailboxWatcher({
    ...{ db, log, keys, ...hosts, channels: parts.mail.channels, onStored: () => reader.wake() },
    openLink: link => openLinkOf(parts, link),
  })
  stops.add('mailbox watcher', () => watcher.stop())
  const { host, port } = config.inbound
  const listening = { ...{ db, log, keys, host, port }, ...hosts, onStored: () => reader.wake() }
  const listener = await startInboundListener(listening).catch((error: unknown) => {
    throw explainListening(error, { port, name: 'FAIRLEAD_INBOUND_PORT' })
  })
  stops.add('inbound', () => listener.close())
  return listener.port
}

/** A link with its secret, renewed by its own channel. */
function openLinkOf(
  { core, mail }: RoleParts,
  link: LinkToOpen & { readonly kind: ChannelKind },
): OpenedLink {
  const channel = mail.channels.get(link.kind)
  return openLink({ db: core.db, secrets: core.secrets, renew: channel?.renew?.bind(channel) }, link)
}

function explainListening(error: unknown, at: { port: number; name: string }): unknown {
  const code = codeOf(error)
  if (code === 'EADDRINUSE') {
    return new PlainError(
      `Port ${at.port} is taken by another program. Stop it, or choose another port with ${at.name}.`,
    )
  }
  if (code === 'EACCES') {
    return new PlainError(
      `Port ${at.port} may not be used by this user: ports below 1024 need root or CAP_NET_BIND_SERVICE. Grant it, or choose another port with ${at.name} and forward ${at.port} to it.`,
    )
  }
  return error
}

/** Says to all processes that something was recorded. */
function liveHints({ db, log }: Core): DueHints {
  return new DueHints(db, error => log.warn({ err: error }, 'A hint about news was lost'), 'live')
}

/** News for those who watch, as soon as any process hints at them. */
async function startLiveFeed(core: Core, stops: Stops): Promise<LiveFeed> {
  const { db, log, directUrl } = core
  const hints = liveHints(core)
  const live = new LiveFeed({
    ...{ db, onTell: () => hints.tell() },
    onError: error => log.warn({ err: error }, 'News cannot be read now; the next look comes in a second'),
  })
  const heard = await listenForDue({
    ...{ url: directUrl, topic: 'live' },
    wake: () => live.wake(),
    onError: error => log.warn({ err: error }, 'No hints about news; polling goes on'),
  })
  stops.add('hints about news', () => heard.close())
  return live
}

/** Of no delivery: whatever comes back to it is nobody's news. */
function newReturnPath({ core, hosts }: RoleParts): Address {
  const [key] = core.secrets.macKeys('return-path')
  if (key === undefined) throw new Error('There is no key for return paths')
  return makeReturnPath({ key, deliveryId: newId('delivery'), round: 1, host: hosts.returnPathHost })
}

/** Senders on the internet find port 25 alone; in the sandbox the simulator knows ours. */
function receivesMail({ mode, inbound }: Core['config']): boolean {
  return mode === 'sandbox' || inbound.port === 25
}

/** The name alone: beside it stand a login and a password. */
const smartHostOf = (url: string | null): string | null => (url === null ? null : new URL(url).hostname)

/** Serves the API; answers its URL. `worker`: the one in this process. */
export async function startHttpRole(parts: RoleParts, worker: Worker | null): Promise<string> {
  const { core, stops, metrics } = parts
  const hints = new DueHints(core.db, error =>
    core.log.warn({ err: error }, 'A hint about due mail was lost'),
  )
  const live = await startLiveFeed(core, stops)
  const onDue = () => {
    worker?.wake()
    hints.tell()
    live.tell()
  }
  const http = await createHttp({
    ...{ live, sandbox: parts.sandbox, simulatedClient: parts.sandbox ? sandboxClient : null },
    ...{ db: core.db, log: core.log, metrics, version },
    ...{ mode: core.config.mode, http: core.config.http },
    ...{ secrets: core.secrets, receivesMail: receivesMail(core.config) },
    probeReturnPath: () => newReturnPath(parts),
    ...{ auth: core.auth, channels: parts.mail.channels, publicUrl: core.config.publicUrl },
    policies: createPolicyReader(parts.mail.dns),
    webFolder,
    keyRing: createKeyRing({ db: core.db, auth: core.auth }),
    accept: acceptParts({ ...parts, onDue }),
    domains: {
      ...{ ...parts.mail.lookUp, dns: parts.mail.dns },
      smartHost: smartHostOf(core.config.mail.smartHost),
    },
    ...(worker ? { isWorkerAlive: () => worker.isAlive() } : {}),
  })
  stops.add('http', () => http.close(graceMs.http))
  return http.listen()
}
