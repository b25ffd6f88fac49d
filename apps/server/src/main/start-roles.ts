import type { PlatformHosts } from '../domains/platform-hosts.ts'
import type { PlatformKey } from '../domains/platform-key.ts'
import { createHttp } from '../http/create-http.ts'
import { startJobs } from '../jobs/start-jobs.ts'
import { DueHints, listenForDue } from '../platform/database/due-hints.ts'
import type { Metrics } from '../platform/metrics.ts'
import { createKeyRing } from '../team/key-ring.ts'
import { acceptParts, type MailParts } from './mail-parts.ts'
import type { Core } from './open-core.ts'
import { startWorker, type Worker } from './start-worker.ts'
import type { Stops } from './stops.ts'
import { version } from './version.ts'

/** What every role is made from. */
export interface RoleParts {
  readonly core: Core
  readonly hosts: PlatformHosts
  readonly mail: MailParts
  readonly platformKey: PlatformKey
  readonly metrics: Metrics
  readonly stops: Stops
}

// Together with the database's own end this stays below the 25 seconds that a stop may take.
const graceMs = { http: 3_000, worker: 10_000, jobs: 4_000 }

/** Carries the outbox, releases what was scheduled, runs the regular jobs. */
export async function startWorkerRole(parts: RoleParts): Promise<Worker> {
  const { core, stops, metrics } = parts
  const { db, log, directUrl } = core
  const jobs = await startJobs({ db, log, directUrl })
  stops.add('jobs', () => jobs.stop(graceMs.jobs))
  const [returnPathKey] = core.secrets.macKeys('return-path')
  if (returnPathKey === undefined) throw new Error('There is no key for return paths')
  const tries = metrics.counter({
    name: 'tries_total',
    help: 'Deliveries that a channel gave an outcome',
    labels: ['outcome'],
  })
  const worker = await startWorker({
    ...{ db, log, returnPathKey, hosts: parts.hosts },
    ...{ channels: parts.mail.channels, backOff: parts.mail.backOff, dkim: [parts.platformKey.key] },
    release: acceptParts({ ...parts, onDue: () => undefined }),
    onAnswer: ({ outcomes }) => {
      for (const outcome of outcomes.values()) tries.inc({ outcome: outcome.is })
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

/** Serves the API; answers its URL. `worker`: the one in this process. */
export async function startHttpRole(parts: RoleParts, worker: Worker | null): Promise<string> {
  const { core, stops, metrics } = parts
  const hints = new DueHints(core.db, error =>
    core.log.warn({ err: error }, 'A hint about due mail was lost'),
  )
  const onDue = () => {
    worker?.wake()
    hints.tell()
  }
  const http = await createHttp({
    ...{ db: core.db, log: core.log, metrics, version },
    ...{ mode: core.config.mode, http: core.config.http },
    keyRing: createKeyRing({ db: core.db, auth: core.auth }),
    accept: acceptParts({ ...parts, onDue }),
    ...(worker ? { isWorkerAlive: () => worker.isAlive() } : {}),
  })
  stops.add('http', () => http.close(graceMs.http))
  return http.listen()
}
