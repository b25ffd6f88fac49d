import type { FastifyInstance, FastifyRequest } from 'fastify'
import { sql } from 'kysely'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import type { Metrics } from '../platform/metrics.ts'

export interface HealthParts {
  readonly db: Db
  readonly metrics: Metrics
  /** Of the worker in this process; absent where none runs here. */
  readonly isWorkerAlive?: () => boolean
  /** True from the moment that the process is told to stop. */
  readonly isStopping: () => boolean
}

export interface Readiness {
  readonly isReady: boolean
  readonly database: boolean
  readonly migrations: boolean
  /** Of this process; null where it runs no worker. */
  readonly worker: boolean | null
}

const patienceMs = 2_000

/**
 * `/health/live`: the process answers. `/health/ready`: it can work, too; otherwise 503, so that a load balancer looks
 * elsewhere. `/metrics` is for this machine alone: a collector runs here, or comes through a tunnel.
 */
export function registerHealth(app: FastifyInstance, parts: HealthParts): void {
  app.get('/health/live', { config: { access: 'anyone' } }, () => ({ isAlive: true }))
  app.get('/health/ready', { config: { access: 'anyone' } }, async (_, reply) => {
    const readiness = await readinessOf(parts)
    return reply.code(readiness.isReady ? 200 : 503).send(readiness)
  })
  app.get('/metrics', { config: { access: 'this machine' } }, async (request, reply) => {
    if (!isFromThisMachine(request)) return reply.callNotFound()
    return reply.type(parts.metrics.contentType).send(await parts.metrics.text())
  })
}

async function readinessOf(parts: HealthParts): Promise<Readiness> {
  const [database, migrations] = await Promise.race([askDatabase(parts.db), timeOut()])
  const worker = parts.isWorkerAlive?.() ?? null
  const isReady = database && migrations && worker !== false && !parts.isStopping()
  return { isReady, database, migrations, worker }
}

/** Can it be asked, and are our tables there? (They are made before this process listens, and may be newer.) */
async function askDatabase(db: Db): Promise<[boolean, boolean]> {
  try {
    const found = await asEngine(db, tx =>
      sql<{ isMade: boolean }>`select to_regclass('fairlead.delivery') is not null as "isMade"`.execute(tx),
    )
    return [true, found.rows[0]?.isMade === true]
  } catch {
    return [false, false]
  }
}

function timeOut(): Promise<[boolean, boolean]> {
  return new Promise(resolve => setTimeout(() => resolve([false, false]), patienceMs).unref())
}

/** Behind a proxy on this machine every request comes from loopback; what was forwarded is not from here. */
function isFromThisMachine(request: FastifyRequest): boolean {
  const { 'x-forwarded-for': forwardedFor, forwarded, via } = request.headers
  const isForwarded = forwardedFor !== undefined || forwarded !== undefined || via !== undefined
  return !isForwarded && /^(127\.|::1$|::ffff:127\.)/.test(request.socket.remoteAddress ?? '')
}
