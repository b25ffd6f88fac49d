import type { ChannelKind } from '@fairlead/contract'
import { createProviderNotes, type MxProvider } from '../domains/mx-providers.ts'
import { startInboundListener } from '../inbound/start-inbound-listener.ts'
import { startMailboxWatcher } from '../inbound/start-mailbox-watcher.ts'
import { startNoticeReader } from '../inbound/start-notice-reader.ts'
import { type LinkToOpen, type OpenedLink, openLink } from '../links/open-link.ts'
import { domainOf } from '../mail/authentication/organisational-domain.ts'
import type { Answer } from '../outbox/answer.ts'
import { listenForDue } from '../platform/database/due-hints.ts'
import { codeOf, PlainError } from '../platform/plain-error.ts'
import { addressGuard } from '../transports/address-guard.ts'
import { createPlainResolver } from '../transports/dns/plain-resolver.ts'
import { acceptParts } from './mail-parts.ts'
import { graceMs, liveHints, type RoleParts, returnPathKeyOf, senderDirectory } from './role-parts.ts'
import { startWorker, type Worker } from './start-worker.ts'

/** Carries the outbox and releases what was scheduled. */
export async function startWorkerRole(parts: RoleParts): Promise<Worker> {
  const { core, stops, metrics } = parts
  const { db, log, directUrl } = core
  const release = acceptParts({ ...parts, onDue: () => undefined })
  const tries = metrics.counter({
    name: 'tries_total',
    help: 'Deliveries that a channel gave an outcome',
    labels: ['outcome'],
  })
  const providers = createProviderNotes(db, error =>
    log.warn({ err: error }, 'Who takes whose mail could not be noted; the next hand-over tells it again'),
  )
  const recorded = liveHints(core)
  const worker = await startWorker({
    ...{ db, log, returnPathKey: returnPathKeyOf(core), hosts: parts.hosts, secrets: core.secrets },
    ...{ channels: parts.mail.channels, backOff: parts.mail.backOff, release },
    senders: senderDirectory(parts),
    onAnswer: answer => {
      for (const outcome of answer.outcomes.values()) tries.inc({ outcome: outcome.is })
      providers.note(providersIn(answer))
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

/** The lane of our own servers is named after whoever takes the recipient's mail; a relay and a link have none of it. */
function providersIn({ handoff, lane }: Answer): readonly MxProvider[] {
  if (handoff.isOneLane || !lane.includes('.')) return []
  return handoff.deliveries.map(({ address }) => ({ domain: domainOf(address), provider: lane }))
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
  const evaluate = { resolver: createPlainResolver(parts.mail.dnsServers ?? []), isInside: insideOf(config) }
  const reader = startNoticeReader({
    ...{ db, log, keys, onRead, ownAddresses, evaluate, onMeasured: () => recorded.tell() },
    ...hosts,
  })
  stops.add('notice reader', () => reader.stop())
  const watcher = startMailboxWatcher({
    ...{ db, log, keys, ...hosts, channels: parts.mail.channels, onStored: () => reader.wake() },
    openLink: link => openLinkOf(parts, link),
    mostAttended: config.inbound.mailboxConnections,
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

/** Mail that comes from our own network took no way that SPF could judge; the sandbox has no other network. */
function insideOf({ mode }: RoleParts['core']['config']): (address: string) => boolean {
  const guard = addressGuard()
  return address => mode === 'live' && guard.refusal(address, 25) !== null
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
