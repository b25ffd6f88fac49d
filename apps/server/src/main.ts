import { platformHosts } from './domains/platform-hosts.ts'
import { loadPlatformKey } from './domains/platform-key.ts'
import { joinInternet } from './main/join-internet.ts'
import { type JoinedSimulator, joinSimulator } from './main/join-simulator.ts'
import { mailParts } from './main/mail-parts.ts'
import { openCore } from './main/open-core.ts'
import { sandboxZone } from './main/sandbox-zone.ts'
import { serveHealth } from './main/serve-health.ts'
import { type RoleParts, startHttpRole, startInboundRole, startWorkerRole } from './main/start-roles.ts'
import { Stops } from './main/stops.ts'
import type { Config } from './platform/config.ts'
import { createLog, type Log } from './platform/log.ts'
import { createMetrics } from './platform/metrics.ts'

/**
 * The composition root: everything is made here and handed down; nothing below reaches for it. Stopping goes
 * backwards: no new requests, no new mail from outside, running tries end, jobs end, then connections, simulator
 * and database.
 */

export const allRoles = ['http', 'worker', 'inbound'] as const
export type Role = (typeof allRoles)[number]

export interface StartOptions {
  readonly config: Config
  /** What this process does; default all. */
  readonly roles?: readonly Role[]
  readonly log?: Log
}

/** A running Fairlead. */
export interface Fairlead {
  /** Of the app and the API; null without the role http. */
  readonly url: string | null
  /** Of the listener for returned mail; null without the role inbound. */
  readonly inboundPort: number | null
  /** Base URL of the simulator's control interface; null in live mode. */
  readonly simulator: string | null
  /** Lets what runs come to its end, at most about 20 seconds. Twice is once. */
  stop(): Promise<void>
}

/** Starts the roles; resolves when they are ready. Throws a PlainError for what an operator can put right. */
export async function startFairlead(options: StartOptions): Promise<Fairlead> {
  const { config, roles = allRoles } = options
  const log = options.log ?? createLog({ level: config.logLevel })
  const stops = new Stops(log)
  for (const name of config.unknownNames) log.warn({ name }, 'This setting is not known; is it misspelt?')
  try {
    return await startParts({ config, roles, log, stops })
  } catch (error) {
    await stops.run()
    throw error
  }
}

async function startParts(wanted: {
  config: Config
  roles: readonly Role[]
  log: Log
  stops: Stops
}): Promise<Fairlead> {
  const { config, roles, log, stops } = wanted
  const core = await openCore({ config, log, for: 'server' })
  stops.add('database', () => core.close())
  const hosts = platformHosts(config.mail.domain)
  const platformKey = await loadPlatformKey(core.db, core.secrets, hosts)
  const simulator =
    config.mode === 'sandbox' ? await joinSimulator({ dataFolder: config.dataFolder, log }) : null
  if (simulator) stops.add('simulator', () => simulator.close())
  const mail = mailParts(core, hosts, simulator)
  stops.add('dns', async () => mail.dns.close())
  const parts: RoleParts = {
    ...{ core, hosts, mail, platformKey, stops },
    sandbox: simulator && joinInternet(simulator),
    metrics: createMetrics({ defaults: true }),
  }
  const worker = roles.includes('worker') ? await startWorkerRole(parts) : null
  const inboundPort = roles.includes('inbound') ? await startInboundRole(parts) : null
  await simulator?.publish(sandboxZone(hosts, { dkim: platformKey.record, inboundPort }))
  const url = roles.includes('http') ? await startHttpRole(parts, worker) : null
  if (url === null) await startHealth(parts, worker ? () => worker.isAlive() : undefined)
  log.info({ url, inboundPort, mode: config.mode, roles }, 'Fairlead is ready')
  return answerOf({ url, inboundPort, simulator, stops, log })
}

function answerOf(started: {
  url: string | null
  inboundPort: number | null
  simulator: JoinedSimulator | null
  stops: Stops
  log: Log
}): Fairlead {
  return {
    url: started.url,
    inboundPort: started.inboundPort,
    simulator: started.simulator?.control ?? null,
    stop: async () => {
      await started.stops.run()
      started.log.info('Fairlead has stopped')
    },
  }
}

async function startHealth(
  { core, metrics, stops }: RoleParts,
  isWorkerAlive?: () => boolean,
): Promise<void> {
  const { healthPort, http } = core.config
  if (healthPort === null) return
  let isStopping = false
  const health = await serveHealth(
    { host: http.host, port: healthPort },
    { db: core.db, metrics, isStopping: () => isStopping, ...(isWorkerAlive ? { isWorkerAlive } : {}) },
  )
  stops.add('health', () => {
    isStopping = true
    return health.close()
  })
}
