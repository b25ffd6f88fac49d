import { type QueryExecutorProvider, sql } from 'kysely'
import { paceOfTraits } from '../channels/pace-of-traits.ts'
import type { PaceClock } from '../links/pace-clock.ts'
import {
  addUsage,
  createPaces,
  openClocks,
  type PaceRow,
  readPaceRows,
  savePaces,
} from '../links/pace-rows.ts'
import { type DeliveryId, type EmailId, type LinkId, type MessageId, newId } from '../platform/ids.ts'
import {
  type ClaimedDelivery,
  type ClaimedHandoff,
  claimedColumns,
  type OneOrMore,
} from './claimed-handoff.ts'
import { horizonMs, type Way } from './due-links.ts'

/**
 * Claiming from links with a pace. Their pace rows are locked first, so that one worker at a time gives out a link's
 * slots; a message that goes out in one piece is taken whole or not at all.
 */

interface Asked {
  readonly part: number
  readonly most: number
  readonly roomFor: (way: Way, mostConnections: number | null) => number
}

/** A link whose pace row is ours, with how many hand-overs it may take now. */
interface Opened {
  readonly way: Way
  readonly row: PaceRow
  readonly clock: PaceClock
  readonly most: number
}

export async function pickPaced(
  tx: QueryExecutorProvider,
  ways: readonly Way[],
  asked: Asked,
): Promise<ClaimedHandoff[]> {
  if (ways.length === 0) return []
  await createPaces(
    tx,
    ways
      .filter(way => !way.link.hasPace)
      .map(({ link, traits }) => ({
        workspaceId: link.workspaceId,
        linkId: link.id,
        pace: traits === null ? undefined : paceOfTraits(traits),
      })),
  )
  const opened = await openPaces(tx, ways, asked)
  const heads = await readHeads(tx, opened)
  const wholes = await findWholeMessages(tx, opened, heads)
  const locked = await lockDeliveries(tx, [...heads.filter(head => !head.isTogether), ...wholes])
  const claimed = opened.map(one => giveSlots(one, unitsOf(one, heads, wholes, locked)))
  await savePaces(
    tx,
    claimed.map(({ opened: { way, row }, handoffs, nextAtMs }) => ({
      ...{ row, nextAtMs },
      isTogether: way.isTogether,
      slots: handoffs.map(({ id, charged }) => ({ handoffId: id, atMs: charged?.atMs ?? row.nowMs })),
    })),
  )
  const handoffs = claimed.flatMap(one => one.handoffs)
  await addUsage(tx, handoffs.flatMap(usageOf))
  return handoffs
}

async function openPaces(tx: QueryExecutorProvider, ways: readonly Way[], asked: Asked): Promise<Opened[]> {
  const rows = await readPaceRows(
    tx,
    ways.map(({ link }) => ({ workspaceId: link.workspaceId, linkId: link.id })),
    { isLocked: true },
  )
  const clocks = await openClocks(tx, rows)
  const byLink = new Map(ways.map(way => [way.link.id, way]))
  return rows.flatMap(row => {
    const way = byLink.get(row.linkId)
    const clock = clocks.get(row.linkId)
    if (way === undefined || clock === undefined) return []
    const most = Math.min(asked.part, asked.most, asked.roomFor(way, row.pace.connections))
    return most > 0 ? [{ way, row, clock, most }] : []
  })
}

/** A delivery at the head of its link's queue. */
interface Head {
  readonly id: DeliveryId
  readonly linkId: LinkId
  readonly emailId: EmailId
  readonly messageId: MessageId
  readonly isTogether: boolean
}

/** Rows that are read for one message that goes out in one piece; one with more recipients is found by the first of them. */
const rowsForMessage = 4

async function readHeads(tx: QueryExecutorProvider, opened: readonly Opened[]): Promise<Head[]> {
  if (opened.length === 0) return []
  const found = await sql<Head>`
    select p.*, q.together as "isTogether"
    from unnest(${opened.map(({ way }) => way.link.id)}::uuid[],
      ${opened.map(({ most, way }) => (way.isTogether ? most * rowsForMessage : most))}::int[],
      ${opened.map(({ way }) => way.isTogether)}::boolean[]) as q (link_id, most, together)
    cross join lateral (
      select * from (values (0), (1)) as v (priority)
      cross join lateral (
        select d.id, d.link_id as "linkId", d.email_id as "emailId", d.message_id as "messageId"
        from fairlead.delivery d
        where d.link_id = q.link_id and d.priority = v.priority and d.due_at <= fairlead.now()
        order by d.due_at, d.id
        limit q.most) one
      order by v.priority
      limit q.most) p`.execute(tx)
  return found.rows
}

/**
 * All due deliveries of the messages at the head of the queue, on their link, in the writer's order, without messages of which a part is at
 * some worker: it may come back, and then goes along.
 */
async function findWholeMessages(
  tx: QueryExecutorProvider,
  opened: readonly Opened[],
  heads: readonly Head[],
): Promise<Head[]> {
  const wanted = opened.flatMap(({ way, most }) => {
    const own = heads.filter(head => head.isTogether && head.linkId === way.link.id)
    return [...Map.groupBy(own, head => head.messageId).values()]
      .slice(0, most)
      .flatMap(same => same.slice(0, 1))
  })
  if (wanted.length === 0) return []
  const found = await sql<Head & { isDue: boolean; isHeld: boolean }>`
    select d.id, d.link_id as "linkId", d.email_id as "emailId", d.message_id as "messageId", true as "isTogether",
      coalesce(d.due_at <= fairlead.now(), false) as "isDue", d.lease_id is not null as "isHeld"
    from fairlead.delivery d
    join unnest(${wanted.map(one => one.messageId)}::uuid[], ${wanted.map(one => one.linkId)}::uuid[]) as k (message_id, link_id)
      on d.message_id = k.message_id and d.link_id = k.link_id
    where d.email_id = any(${[...new Set(wanted.map(one => one.emailId))]}::uuid[])
      and (d.due_at is not null or d.lease_id is not null)
    order by d.id`.execute(tx)
  const held = new Set(found.rows.filter(row => row.isHeld).map(row => row.messageId))
  return found.rows.filter(row => row.isDue && !held.has(row.messageId))
}

type Locked = ClaimedDelivery & { readonly isExternal: boolean }

async function lockDeliveries(
  tx: QueryExecutorProvider,
  heads: readonly Head[],
): Promise<ReadonlyMap<DeliveryId, Locked>> {
  if (heads.length === 0) return new Map()
  const found = await sql<Locked>`
    select ${claimedColumns},
      (select lower(substring(m.from_address from '[^@]*$')) <> lower(substring(d.address from '[^@]*$'))
       from fairlead.message m where m.workspace_id = d.workspace_id and m.id = d.message_id) as "isExternal"
    from fairlead.delivery d
    where d.id = any(${heads.map(head => head.id)}::uuid[]) and d.due_at <= fairlead.now()
    for update of d skip locked`.execute(tx)
  return new Map(found.rows.map(row => [row.id, row]))
}

/** What may go out in one piece, in the order of the queue. */
function unitsOf(
  { way }: Opened,
  heads: readonly Head[],
  wholes: readonly Head[],
  locked: ReadonlyMap<DeliveryId, Locked>,
): Array<OneOrMore<Locked>> {
  const own = heads.filter(head => head.linkId === way.link.id)
  if (!way.isTogether)
    return own.flatMap(head => {
      const delivery = locked.get(head.id)
      return delivery === undefined ? [] : [[delivery] as const]
    })
  const ofLink = Map.groupBy(
    wholes.filter(head => head.linkId === way.link.id),
    head => head.messageId,
  )
  return [...new Set(own.map(head => head.messageId))].flatMap(messageId => {
    const wanted = ofLink.get(messageId) ?? []
    const got = wanted.flatMap(head => locked.get(head.id) ?? [])
    return got.length === wanted.length ? handoffsOf(got) : []
  })
}

/** A handoff has one round and one Message-ID; that of a later round belongs to one delivery (mail/message-id.ts). */
function handoffsOf(deliveries: readonly Locked[]): Array<OneOrMore<Locked>> {
  const groups = Map.groupBy(deliveries, ({ id, round, messageIdRound }) =>
    messageIdRound === 1 ? `${round}` : `${round} ${id}`,
  )
  return [...groups.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [[first, ...others] as const],
  )
}

function giveSlots(
  opened: Opened,
  units: ReadonlyArray<OneOrMore<Locked>>,
): { opened: Opened; handoffs: ClaimedHandoff[]; nextAtMs: number } {
  const { way, row, clock, most } = opened
  const handoffs: ClaimedHandoff[] = []
  for (const deliveries of units.slice(0, most)) {
    const handOver = {
      recipients: deliveries.length,
      external: deliveries.filter(one => one.isExternal).length,
    }
    const slot = clock.next(row.nowMs, handOver)
    if (slot.atMs > row.nowMs + horizonMs) return { opened, handoffs, nextAtMs: slot.atMs }
    clock.take(slot, handOver)
    handoffs.push({
      id: newId('handoff'),
      way,
      deliveries,
      startInMs: slot.atMs - row.nowMs,
      charged: { atMs: slot.atMs, ...handOver },
      mostConnections: row.pace.connections,
    })
  }
  return { opened, handoffs, nextAtMs: clock.next(row.nowMs, { recipients: 1, external: 1 }).atMs }
}

function usageOf({ way, charged }: ClaimedHandoff) {
  const { workspaceId, id: linkId } = way.link
  return charged === null ? [] : [{ workspaceId, linkId, messages: 1, ...charged }]
}
