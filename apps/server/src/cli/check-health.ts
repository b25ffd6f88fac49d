import { sql } from 'kysely'
import { platformHosts } from '../domains/platform-hosts.ts'
import { loadPlatformKey } from '../domains/platform-key.ts'
import type { Core } from '../main/open-core.ts'
import { asEngine } from '../platform/database/as-role.ts'
import { messageOf } from '../platform/plain-error.ts'
import { say, texts } from './texts.ts'

const { doctor } = texts

/** One thing that was looked at; `todo`: what to do, null where it is in order. */
export interface Check {
  readonly what: string
  readonly todo: string | null
}

/** A check whose finding is known: in order, or what to do. */
export function checkOf(what: string, isGood: boolean, todo: string): Check {
  return { what, todo: isGood ? null : todo }
}

/** What every mode needs: the database (that it opened is half of it), clocks, keys, a worker. */
export async function checkHealth(core: Core): Promise<Check[]> {
  return [
    checkOf(doctor.database, true, ''),
    await checkClock(core),
    await checkKeys(core),
    await checkWorker(core),
  ]
}

const allowedSkewMs = 2_000

async function checkClock({ db }: Core): Promise<Check> {
  const asked = Date.now()
  const found = await sql<{ at: Date }>`select clock_timestamp() as at`.execute(db)
  const answered = Date.now()
  const at = found.rows[0]?.at.getTime() ?? 0
  const skewMs = Math.max(asked - at, at - answered, 0)
  const seconds = Math.round(skewMs / 1_000)
  return checkOf(doctor.clock, skewMs <= allowedSkewMs, say(doctor.clockFix, { seconds }))
}

async function checkKeys({ db, secrets, config }: Core): Promise<Check> {
  try {
    await loadPlatformKey(db, secrets, platformHosts(config.mail.domain))
    return checkOf(doctor.keys, true, '')
  } catch (error) {
    return checkOf(doctor.keys, false, say(doctor.keysFix, { problem: messageOf(error) }))
  }
}

async function checkWorker({ db }: Core): Promise<Check> {
  const found = await asEngine(db, tx =>
    sql`select from fairlead.worker_lease where expires_at > fairlead.now() limit 1`.execute(tx),
  )
  return checkOf(doctor.worker, found.rows.length > 0, doctor.workerFix)
}
