import { platformHosts } from '../domains/platform-hosts.ts'
import { loadPlatformKey } from '../domains/platform-key.ts'
import type { Config } from '../platform/config.ts'
import type { Log } from '../platform/log.ts'
import { createMetrics } from '../platform/metrics.ts'
import { joinInternet } from './join-internet.ts'
import type { JoinedSimulator } from './join-simulator.ts'
import { mailParts } from './mail-parts.ts'
import { openCore } from './open-core.ts'
import type { Database } from './open-database.ts'
import type { RoleParts } from './role-parts.ts'
import type { Role } from './roles.ts'
import { sandboxZone } from './sandbox-zone.ts'
import { serveHealth } from './serve-health.ts'
import { startHttpRole } from './start-http-role.ts'
import { startJobsLast } from './start-jobs-last.ts'
import { startInboundRole, startWorkerRole } from './start-roles.ts'
import type { Stops } from './stops.ts'

/** Where the started roles are found; null for those that this process does not have. */
export interface StartedParts {
  readonly url: string | null
  readonly inboundPort: number | null
}

/** Makes every part of this process on the open database, and starts the roles. */
export async function startParts(wanted: {
  config: Config
  roles: readonly Role[]
  log: Log
  stops: Stops
  database: Database
  simulator: JoinedSimulator | null
}): Promise<StartedParts> {
  const { config, roles, log, stops, database, simulator } = wanted
  const core = await openCore({ config, log, database, for: 'server' })
  stops.add('connections', () => core.close())
  const hosts = platformHosts(config.mail.domain)
  const platformKey = await loadPlatformKey(core.db, core.secrets, hosts)
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
  if (worker) startJobsLast(parts)
  log.info({ url, inboundPort, mode: config.mode, roles }, 'Fairlead is ready')
  return { url, inboundPort }
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
