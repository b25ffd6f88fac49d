import { type LinkPace, noPace, type ShownPace } from '@fairlead/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { Tx } from '../platform/database/connect.ts'
import { addUsage, createPaces, readPaceRows, type Usage } from './pace-rows.ts'
import type { WhichPace } from './which-pace.ts'

/**
 * The pace of a link as it stands; `byKind` is what its kind comes with, for a link without one of its own. Whoever
 * asks has made sure that the caller may see the link.
 */
export async function readPace(
  tx: Tx,
  which: WhichPace,
  byKind: Partial<LinkPace> | undefined,
): Promise<ShownPace> {
  const used = await usedToday(tx, which)
  const [row] = await readPaceRows(tx, [which], { isLocked: false })
  if (row === undefined) {
    const pace = { ...noPace, ...byKind }
    return { pace, isDefault: true, slowedBy: 1, restsUntil: null, opensAt: null, used }
  }
  const time = (ms: number | null): string | null =>
    ms === null || ms <= row.nowMs ? null : new Date(ms).toISOString()
  return {
    pace: row.pace,
    isDefault: row.isDefault,
    slowedBy: Math.round(row.factor * 100) / 100,
    restsUntil: time(row.restUntilMs),
    opensAt: time(row.nextAtMs),
    used,
  }
}

async function usedToday(tx: QueryExecutorProvider, which: WhichPace): Promise<ShownPace['used']> {
  const found = await sql<ShownPace['used']>`
    select coalesce(sum(messages), 0)::int as messages, coalesce(sum(recipients), 0)::int as recipients,
      coalesce(sum(external), 0)::int as "externalRecipients",
      coalesce(sum(messages) filter (where elsewhere), 0)::int as elsewhere
    from fairlead.link_usage
    where workspace_id = ${which.workspaceId} and link_id = ${which.linkId}
      and bucket_at > fairlead.now() - interval '24 hours 5 minutes'`.execute(tx)
  return found.rows[0] ?? { messages: 0, recipients: 0, externalRecipients: 0, elsewhere: 0 }
}

/**
 * Sets another pace, at once for what waits; null: what the kind comes with (`byKind`). What was learned is forgotten:
 * who sets a pace knows better. Whoever asks has made sure that the caller may.
 */
export async function setPace(
  tx: Tx,
  which: WhichPace,
  set: { pace: LinkPace | null; byKind: Partial<LinkPace> | undefined },
): Promise<ShownPace> {
  if (set.pace === null && set.byKind === undefined) await deletePace(tx, which)
  else {
    await createPaces(tx, [{ ...which, pace: set.byKind }])
    await updatePace(tx, which, set.pace ?? { ...noPace, ...set.byKind }, set.pace === null)
  }
  return await readPace(tx, which, set.byKind)
}

/** Without a row a link has no pace, and claiming never stops at it. */
async function deletePace(tx: QueryExecutorProvider, which: WhichPace): Promise<void> {
  await sql`delete from fairlead.link_pace
            where workspace_id = ${which.workspaceId} and link_id = ${which.linkId}`.execute(tx)
}

async function updatePace(
  tx: QueryExecutorProvider,
  which: WhichPace,
  pace: LinkPace,
  isDefault: boolean,
): Promise<void> {
  await sql`
    update fairlead.link_pace set batch = ${pace.batch}, every_ms = ${pace.everySeconds * 1_000}, spacing_ms = ${pace.spacingMs},
      per_minute = ${pace.perMinute}, day_messages = ${pace.perDayMessages}, day_recipients = ${pace.perDayRecipients},
      day_external = ${pace.perDayExternalRecipients}, connections = ${pace.connections}, is_default = ${isDefault},
      factor = 1, slowed_at = null, rest_until = null, rest_reason = null, next_at = '-infinity'
    where workspace_id = ${which.workspaceId} and link_id = ${which.linkId}`.execute(tx)
}

/**
 * Counts mail that left through the link's account without Fairlead, as its mailbox shows it: the provider counts it
 * too. The caller commits it with its cursor, so that the same mail is counted once.
 */
export async function recordSentElsewhere(
  tx: QueryExecutorProvider,
  sent: ReadonlyArray<WhichPace & { at: Date; recipients: number; external: number }>,
): Promise<void> {
  const usages = sent.map(({ at, ...one }): Usage => ({ ...one, atMs: at.getTime(), messages: 1 }))
  await addUsage(tx, usages, { isElsewhere: true })
}
