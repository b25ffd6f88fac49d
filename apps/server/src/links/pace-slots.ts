import type { LinkPace } from '@fairlead/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { HandoffId, LinkId } from '../platform/ids.ts'
import type { WhichPace } from './which-pace.ts'

/** A hand-over that got a slot. */
export interface GivenSlot extends WhichPace {
  readonly handoffId: HandoffId
  readonly atMs: number
}

/** How many hand-overs the windows of this pace look back at; 0: it has no window. */
export function slotsSeen(pace: LinkPace, factor: number): number {
  if (pace.batch === null && pace.perMinute === null && pace.spacingMs === 0 && factor <= 1) return 0
  return Math.max(pace.batch ?? 1, pace.perMinute ?? 1)
}

/** A hand-over without an answer for so long counts from its slot: its worker is gone, or its server that slow. */
const longestHandOverMs = 30_000

/**
 * When the latest hand-overs of these links counted, oldest first: from their answer, and what has none yet from now, so
 * that two hand-overs never arrive closer than they were meant to leave.
 */
export async function readSlots(
  tx: QueryExecutorProvider,
  links: ReadonlyArray<WhichPace & { pace: LinkPace; factor: number }>,
): Promise<Map<LinkId, number[]>> {
  const seen = links.flatMap(link => {
    const most = slotsSeen(link.pace, link.factor)
    return most === 0 ? [] : [{ ...link, most }]
  })
  if (seen.length === 0) return new Map()
  const found = await sql<{ linkId: LinkId; atMs: number }>`
    select k.link_id as "linkId", extract(epoch from s.counts_at)::float8 * 1000 as "atMs"
    from unnest(${seen.map(link => link.workspaceId)}::uuid[], ${seen.map(link => link.linkId)}::uuid[], ${seen.map(link => link.most)}::int[])
      as k (workspace_id, link_id, most), (select fairlead.now() as now) t
    cross join lateral (
      select case when s.answered_at is not null then greatest(s.answered_at, s.slot_at)
        when s.slot_at > t.now - ${longestHandOverMs} * interval '1 millisecond' then greatest(t.now, s.slot_at)
        else s.slot_at end as counts_at
      from fairlead.link_slot s
      where s.link_id = k.link_id and s.workspace_id = k.workspace_id order by s.slot_at desc limit k.most) s
    order by 2`.execute(tx)
  return new Map(
    [...Map.groupBy(found.rows, row => row.linkId)].map(([id, rows]) => [id, rows.map(row => row.atMs)]),
  )
}

/** Writes slots, and forgets those that no window of these links sees any more. */
export async function saveSlots(
  tx: QueryExecutorProvider,
  slots: readonly GivenSlot[],
  links: ReadonlyArray<WhichPace & { windowMs: number }>,
): Promise<void> {
  if (slots.length > 0)
    await sql`
      insert into fairlead.link_slot (workspace_id, link_id, handoff_id, slot_at)
      select k.w, k.l, k.h, to_timestamp(k.at_ms / 1000)
      from unnest(${slots.map(slot => slot.workspaceId)}::uuid[], ${slots.map(slot => slot.linkId)}::uuid[],
        ${slots.map(slot => slot.handoffId)}::uuid[], ${slots.map(slot => slot.atMs)}::float8[]) as k (w, l, h, at_ms)`.execute(
      tx,
    )
  if (links.length > 0)
    await sql`
      delete from fairlead.link_slot s
      using unnest(${links.map(link => link.workspaceId)}::uuid[], ${links.map(link => link.linkId)}::uuid[],
        ${links.map(link => link.windowMs)}::float8[]) as k (w, l, window_ms)
      where s.link_id = k.l and s.workspace_id = k.w and s.slot_at < fairlead.now() - k.window_ms * interval '1 millisecond'`.execute(
      tx,
    )
}

/** Their answers are known: from now on they count. */
export async function stampSlots(
  tx: QueryExecutorProvider,
  answered: ReadonlyArray<{ workspaceId: WhichPace['workspaceId']; handoffId: HandoffId }>,
): Promise<void> {
  if (answered.length === 0) return
  await sql`
    update fairlead.link_slot s set answered_at = fairlead.now()
    from unnest(${answered.map(one => one.workspaceId)}::uuid[], ${answered.map(one => one.handoffId)}::uuid[]) as k (w, h)
    where s.workspace_id = k.w and s.handoff_id = k.h`.execute(tx)
}

/** Gives slots back that were not used. */
export async function dropSlots(
  tx: QueryExecutorProvider,
  unused: ReadonlyArray<{ workspaceId: WhichPace['workspaceId']; handoffId: HandoffId }>,
): Promise<void> {
  if (unused.length === 0) return
  await sql`
    delete from fairlead.link_slot s
    using unnest(${unused.map(one => one.workspaceId)}::uuid[], ${unused.map(one => one.handoffId)}::uuid[]) as k (w, h)
    where s.workspace_id = k.w and s.handoff_id = k.h`.execute(tx)
}
