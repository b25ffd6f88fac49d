import { createHash } from 'node:crypto'
import { Problem, type ProblemCode } from '@fairlead/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'

/** How often something may be tried, over all processes. One try is forgotten with each quiet minute. */
export interface PaceRule {
  /** What is counted, such as an address; only its hash is kept. */
  readonly of: string
  /** Tries without a wait. */
  readonly free: number
  /** Wait after the last free try; it doubles with each further one, up to `mostSeconds`. */
  readonly waitSeconds: number
  readonly mostSeconds: number
}

const forgetOneSeconds = 60
const keyOf = (rule: Pick<PaceRule, 'of'>): string => createHash('sha256').update(rule.of).digest('base64url')

/**
 * Counts one try under each rule, before it is made, so that many at once count as many. Throws the problem with
 * retryAfterSeconds where one of them says wait; a refused try counts under none, so that nobody can keep others waiting.
 */
export async function paceAttempt(db: Db, rules: readonly PaceRule[], code: ProblemCode): Promise<void> {
  await asEngine(db, async tx => {
    // In one order, so that two tries never wait for each other crosswise.
    for (const rule of rules.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))) {
      const wait = await countOne(tx, rule)
      if (wait > 0) throw new Problem(code, { retryAfterSeconds: wait })
    }
  })
}

/** Forgets all tries under these rules: one turned out well. */
export async function forgetAttempts(db: Db, rules: readonly Pick<PaceRule, 'of'>[]): Promise<void> {
  await asEngine(db, tx =>
    sql`delete from fairlead.attempt_pace where key = any(${rules.map(keyOf)}::text[])`.execute(tx),
  )
}

/** Forgets one try under this rule. */
export async function forgetAttempt(db: Db, rule: Pick<PaceRule, 'of'>): Promise<void> {
  await asEngine(db, tx =>
    sql`update fairlead.attempt_pace set tries = tries - 1 where key = ${keyOf(rule)} and tries > 0`.execute(
      tx,
    ),
  )
}

/** Counts, and answers 0; or the seconds to wait. The row stays locked until the transaction ends. */
async function countOne(tx: QueryExecutorProvider, rule: PaceRule): Promise<number> {
  const key = keyOf(rule)
  await sql`insert into fairlead.attempt_pace (key, tries) values (${key}, 0) on conflict do nothing`.execute(
    tx,
  )
  const found = await sql<{ tries: number; quietS: number }>`
    select tries, extract(epoch from fairlead.now() - last_at)::float8 as "quietS"
    from fairlead.attempt_pace where key = ${key} for update`.execute(tx)
  const { tries = 0, quietS = 0 } = found.rows[0] ?? {}
  const known = Math.max(0, tries - Math.floor(quietS / forgetOneSeconds))
  const over = known - rule.free
  const wait = over < 0 ? 0 : Math.min(rule.mostSeconds, rule.waitSeconds * 2 ** Math.min(over, 20))
  if (quietS < wait) return Math.ceil(wait - quietS)
  await sql`
    update fairlead.attempt_pace set tries = ${known + 1}, last_at = fairlead.now() where key = ${key}`.execute(
    tx,
  )
  return 0
}
