import type { Reason } from '@fairlead/bounce'
import { type LinkPace, noPace } from '@fairlead/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { HandoffId, LinkId } from '../platform/ids.ts'
import {
  bucketMs,
  bucketOf,
  type HandOver,
  PaceClock,
  type PaceState,
  type UsedBucket,
} from './pace-clock.ts'
import { readSlots, saveSlots, slotsSeen } from './pace-slots.ts'
import type { WhichPace } from './which-pace.ts'

/** A pace row as it stands, with the database's time at its reading. */
export interface PaceRow extends WhichPace, Omit<PaceState, 'used' | 'recent'> {
  readonly isDefault: boolean
  /** One hand-over takes a message whole, as of the last claim. */
  readonly isTogether: boolean
  readonly nextAtMs: number | null
  readonly nowMs: number
}

interface RawRow extends WhichPace {
  readonly batch: number | null
  readonly everyMs: number
  readonly spacingMs: number
  readonly perMinute: number | null
  readonly dayMessages: number | null
  readonly dayRecipients: number | null
  readonly dayExternal: number | null
  readonly connections: number | null
  readonly isDefault: boolean
  readonly isTogether: boolean
  readonly factor: number
  readonly restUntilMs: number | null
  readonly restReason: Reason | null
  readonly nextAtMs: number | null
  readonly nowMs: number
}

/** The pace rows of these links; absent where one has none. `isLocked`: of those that nobody else holds. */
export async function readPaceRows(
  tx: QueryExecutorProvider,
  which: readonly WhichPace[],
  options: { isLocked: boolean },
): Promise<PaceRow[]> {
  if (which.length === 0) return []
  const found = await sql<RawRow>`
    select p.workspace_id as "workspaceId", p.link_id as "linkId", p.batch, p.every_ms as "everyMs", p.spacing_ms as "spacingMs",
      p.per_minute as "perMinute", p.day_messages as "dayMessages", p.day_recipients as "dayRecipients",
      p.day_external as "dayExternal", p.connections, p.is_default as "isDefault", p.is_together as "isTogether", p.factor,
      extract(epoch from p.rest_until)::float8 * 1000 as "restUntilMs", p.rest_reason as "restReason",
      case when isfinite(p.next_at) then extract(epoch from p.next_at)::float8 * 1000 end as "nextAtMs",
      extract(epoch from fairlead.now())::float8 * 1000 as "nowMs"
    from fairlead.link_pace p
    join unnest(${which.map(one => one.workspaceId)}::uuid[], ${which.map(one => one.linkId)}::uuid[]) as k (w, i)
      on p.workspace_id = k.w and p.link_id = k.i
    order by p.link_id ${options.isLocked ? sql`for update of p skip locked` : sql``}`.execute(tx)
  return found.rows.map(({ restReason, ...row }) => ({
    ...row,
    pace: paceOf(row),
    restsForQuota: restReason?.code === 'quota.channel',
  }))
}

const paceOf = (row: Omit<RawRow, 'restReason'>): LinkPace => ({
  batch: row.batch,
  everySeconds: row.everyMs / 1_000,
  spacingMs: row.spacingMs,
  perMinute: row.perMinute,
  perDayMessages: row.dayMessages,
  perDayRecipients: row.dayRecipients,
  perDayExternalRecipients: row.dayExternal,
  connections: row.connections,
})

/** Gives links without a pace row the one that their kind comes with; a link keeps what it has. */
export async function createPaces(
  tx: QueryExecutorProvider,
  links: ReadonlyArray<WhichPace & { pace: Partial<LinkPace> | undefined }>,
): Promise<void> {
  if (links.length === 0) return
  const paces = links.map(({ pace }): LinkPace => ({ ...noPace, ...pace }))
  await sql`
    insert into fairlead.link_pace (workspace_id, link_id, batch, every_ms, spacing_ms, per_minute, day_messages, day_recipients,
                                    day_external, connections)
    select * from unnest(${links.map(link => link.workspaceId)}::uuid[], ${links.map(link => link.linkId)}::uuid[],
      ${paces.map(pace => pace.batch)}::int[], ${paces.map(pace => pace.everySeconds * 1_000)}::int[],
      ${paces.map(pace => pace.spacingMs)}::int[], ${paces.map(pace => pace.perMinute)}::int[],
      ${paces.map(pace => pace.perDayMessages)}::int[], ${paces.map(pace => pace.perDayRecipients)}::int[],
      ${paces.map(pace => pace.perDayExternalRecipients)}::int[], ${paces.map(pace => pace.connections)}::int[])
    on conflict do nothing`.execute(tx)
}

/** What of their rolling day these links have used, oldest first. */
export async function readUsed(
  tx: QueryExecutorProvider,
  which: readonly WhichPace[],
): Promise<Map<LinkId, UsedBucket[]>> {
  if (which.length === 0) return new Map()
  const found = await sql<UsedBucket & { linkId: LinkId }>`
    select u.link_id as "linkId", extract(epoch from u.bucket_at)::float8 * 1000 as "atMs", sum(u.messages)::int as messages,
      sum(u.recipients)::int as recipients, sum(u.external)::int as external
    from fairlead.link_usage u
    join unnest(${which.map(one => one.workspaceId)}::uuid[], ${which.map(one => one.linkId)}::uuid[]) as k (w, i)
      on u.workspace_id = k.w and u.link_id = k.i
    where u.bucket_at > fairlead.now() - interval '24 hours' - ${bucketMs} * interval '1 millisecond'
    group by u.link_id, u.bucket_at order by u.link_id, u.bucket_at`.execute(tx)
  return Map.groupBy(found.rows, row => row.linkId)
}

const hasDayLimit = ({ pace }: PaceRow): boolean =>
  pace.perDayMessages !== null || pace.perDayRecipients !== null || pace.perDayExternalRecipients !== null

/** A clock for each of these rows. */
export async function openClocks(
  tx: QueryExecutorProvider,
  rows: readonly PaceRow[],
): Promise<Map<LinkId, PaceClock>> {
  const used = await readUsed(tx, rows.filter(hasDayLimit))
  const slots = await readSlots(tx, rows)
  return new Map(
    rows.map(row => {
      const past = { used: used.get(row.linkId) ?? [], recent: slots.get(row.linkId) ?? [] }
      return [row.linkId, new PaceClock({ ...row, ...past }, row.nowMs)]
    }),
  )
}

/** What a claim took from a locked row: slots, and when it opens again. */
export interface TakenPace {
  readonly row: PaceRow
  readonly isTogether: boolean
  readonly slots: ReadonlyArray<{ readonly handoffId: HandoffId; readonly atMs: number }>
  readonly nextAtMs: number
}

export async function savePaces(tx: QueryExecutorProvider, taken: readonly TakenPace[]): Promise<void> {
  if (taken.length === 0) return
  await sql`
    update fairlead.link_pace p set next_at = to_timestamp(k.next_ms / 1000), is_together = k.is_together
    from unnest(${taken.map(({ row }) => row.workspaceId)}::uuid[], ${taken.map(({ row }) => row.linkId)}::uuid[],
      ${taken.map(one => one.nextAtMs)}::float8[], ${taken.map(one => one.isTogether)}::boolean[]) as k (w, i, next_ms, is_together)
    where p.workspace_id = k.w and p.link_id = k.i`.execute(tx)
  const windowed = taken.filter(({ row }) => slotsSeen(row.pace, row.factor) > 0)
  await saveSlots(
    tx,
    windowed.flatMap(({ row: { workspaceId, linkId }, slots }) =>
      slots.map(slot => ({ workspaceId, linkId, ...slot })),
    ),
    windowed.map(({ row: { workspaceId, linkId, pace, factor } }) => ({
      ...{ workspaceId, linkId },
      windowMs: Math.max(pace.everySeconds * 1_000, 60_000) * factor * 2,
    })),
  )
}

/** Hand-overs of one link that began at one time. */
export interface Usage extends WhichPace, HandOver {
  readonly atMs: number
  readonly messages: number
}

/**
 * Adds to what links have used of their day; negative numbers give back what did not leave after all. `isElsewhere`:
 * sent outside of Fairlead.
 */
export async function addUsage(
  tx: QueryExecutorProvider,
  usages: readonly Usage[],
  options: { isElsewhere: boolean } = { isElsewhere: false },
): Promise<void> {
  const sums = [...Map.groupBy(usages, usage => `${usage.linkId} ${bucketOf(usage.atMs)}`)]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, same]) => same.slice(0, 1).map(first => ({ ...first, ...sumOf(same) })))
  if (sums.length === 0) return
  await sql`
    insert into fairlead.link_usage as u (workspace_id, link_id, bucket_at, elsewhere, messages, recipients, external)
    select k.w, k.i, to_timestamp(k.at_ms / 1000), ${options.isElsewhere}, k.messages, k.recipients, k.external
    from unnest(${sums.map(one => one.workspaceId)}::uuid[], ${sums.map(one => one.linkId)}::uuid[],
      ${sums.map(one => bucketOf(one.atMs))}::float8[], ${sums.map(one => one.messages)}::int[],
      ${sums.map(one => one.recipients)}::int[], ${sums.map(one => one.external)}::int[])
      as k (w, i, at_ms, messages, recipients, external)
    on conflict (workspace_id, link_id, bucket_at, elsewhere) do update set messages = u.messages + excluded.messages,
      recipients = u.recipients + excluded.recipients, external = u.external + excluded.external`.execute(tx)
  await sql`
    delete from fairlead.link_usage u
    using (select distinct w, i from unnest(${sums.map(one => one.workspaceId)}::uuid[], ${sums.map(one => one.linkId)}::uuid[]) as k (w, i)) k
    where u.workspace_id = k.w and u.link_id = k.i and u.bucket_at < fairlead.now() - interval '25 hours'`.execute(
    tx,
  )
}

const sumOf = (usages: readonly Usage[]): Pick<Usage, 'messages' | 'recipients' | 'external'> =>
  usages.reduce(
    (sum, one) => ({
      messages: sum.messages + one.messages,
      recipients: sum.recipients + one.recipients,
      external: sum.external + one.external,
    }),
    { messages: 0, recipients: 0, external: 0 },
  )
