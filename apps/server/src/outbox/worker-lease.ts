import { hostname } from 'node:os'
import { type QueryExecutorProvider, sql } from 'kysely'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'

/**
 * A running worker's claim on what it claimed. Deliveries point to the row, so one update every few seconds
 * renews them all, and one expired row lets go of them all. How many workers live also tells each one's share
 * of a lane's connections: without a live lease there is no share.
 */
export interface WorkerLease {
  /** Changes when a lapsed lease was replaced by a new one; what was claimed under the old one is gone. */
  id(): number
  /** Place among the live workers, from 0, and how many there are; as of the last heartbeat. */
  standing(): { rank: number; workers: number }
  /** False while the lease could not be renewed in time: nothing new may be started. */
  isHeld(): boolean
  release(): Promise<void>
}

export interface LeaseTimes {
  /** Between two heartbeats. */
  readonly beatMs: number
  /** A worker that was silent for this long has lost its claims. */
  readonly lapseMs: number
}
export const leaseTimes: LeaseTimes = { beatMs: 3_000, lapseMs: 15_000 }

export async function takeWorkerLease(
  db: Db,
  options: { times: LeaseTimes; onError: (error: unknown) => void },
): Promise<WorkerLease> {
  const { beatMs, lapseMs } = options.times
  const name = `${hostname()}/${process.pid}`
  await expireDeadNeighbours(db)
  let id = await insertLease(db, name, lapseMs)
  let standing = await readStanding(db, id)
  let renewedAt = performance.now()
  const beat = async (): Promise<void> => {
    const askedAt = performance.now()
    if (!(await renewLease(db, id, lapseMs))) id = await insertLease(db, name, lapseMs)
    renewedAt = askedAt
    standing = await readStanding(db, id)
  }
  let running: Promise<void> = Promise.resolve()
  const timer = setInterval(() => {
    running = running.then(beat).catch(options.onError)
  }, beatMs)
  return {
    id: () => id,
    standing: () => standing,
    isHeld: () => performance.now() - renewedAt < lapseMs - beatMs,
    async release() {
      clearInterval(timer)
      await running
      await asEngine(db, tx => sql`delete from fairlead.worker_lease where id = ${id}`.execute(tx))
    },
  }
}

async function insertLease(db: Db, name: string, lapseMs: number): Promise<number> {
  const made = await asEngine(db, tx =>
    sql<{ id: number }>`
      insert into fairlead.worker_lease (name, expires_at)
      values (${name}, fairlead.now() + ${lapseMs} * interval '1 millisecond') returning id`.execute(tx),
  )
  const row = made.rows[0]
  if (row === undefined) throw new Error('worker lease was not written')
  return row.id
}

/**
 * A worker that was killed and started again need not wait for its old lease: on the same host the system knows that
 * the old process is gone. Should that be wrong, the fence keeps things right: the other one takes a new lease.
 */
async function expireDeadNeighbours(db: Db): Promise<void> {
  await asEngine(db, async tx => {
    const found = await sql<{ id: number; name: string }>`
      select id, name from fairlead.worker_lease
      where expires_at > fairlead.now() and name like ${`${hostname().replace(/[\\%_]/g, '\\$&')}/%`}`.execute(
      tx,
    )
    const dead = found.rows.filter(row => !isRunning(Number(row.name.slice(row.name.lastIndexOf('/') + 1))))
    await expireLeases(
      tx,
      dead.map(row => row.id),
    )
  })
}

async function expireLeases(tx: QueryExecutorProvider, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return
  await sql`update fairlead.worker_lease set expires_at = fairlead.now() where id = any(${[...ids]}::bigint[])`.execute(
    tx,
  )
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** A lapsed lease is not renewed: its deliveries may already be with somebody else. */
async function renewLease(db: Db, id: number, lapseMs: number): Promise<boolean> {
  const done = await asEngine(db, tx =>
    sql`update fairlead.worker_lease set expires_at = fairlead.now() + ${lapseMs} * interval '1 millisecond'
        where id = ${id} and expires_at > fairlead.now()`.execute(tx),
  )
  return done.numAffectedRows === 1n
}

async function readStanding(db: Db, id: number): Promise<{ rank: number; workers: number }> {
  const read = await asEngine(db, tx =>
    sql<{ rank: number; workers: number }>`
      select count(*) filter (where id < ${id})::int as rank, count(*)::int as workers
      from fairlead.worker_lease where expires_at > fairlead.now()`.execute(tx),
  )
  return read.rows[0] ?? { rank: 0, workers: 1 }
}

/** A worker's part of `most` connections: shares differ by at most one and add up to `most`. */
export function shareOf(most: number, standing: { rank: number; workers: number }): number {
  const workers = Math.max(standing.workers, 1)
  return Math.floor(most / workers) + (standing.rank < most % workers ? 1 : 0)
}
