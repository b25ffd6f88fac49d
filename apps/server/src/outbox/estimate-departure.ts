import type { DepartureLimit } from '@fairlead/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import { runAhead, type Slot } from '../links/pace-clock.ts'
import { openClocks, type PaceRow, readPaceRows } from '../links/pace-rows.ts'
import type { DeliveryId, LinkId, WorkspaceId } from '../platform/ids.ts'

export interface Departure {
  /** When it is expected to leave; null where that depends on a person, or too many are ahead of it. */
  readonly at: Date | null
  /** The limit that binds. */
  readonly waitsFor: DepartureLimit
  /** When its link hands over next, whatever is ahead of it; null: at once, or nobody can say. */
  readonly opensAt: Date | null
}

/** Deliveries further back in a queue than this are not counted. */
const countedPlaces = 10_000

/**
 * When queued deliveries of one workspace are expected to leave: computed on read by running the link's pace ahead, the
 * same that claiming goes by, and never stored. Deliveries that are not queued are absent from the answer. At most a
 * page of ids.
 */
export async function estimateDepartures(
  tx: QueryExecutorProvider,
  asked: { workspaceId: WorkspaceId; deliveryIds: readonly DeliveryId[] },
): Promise<Map<DeliveryId, Departure>> {
  const waiting = await readWaiting(tx, asked)
  const linkIds = [...new Set(waiting.filter(row => row.isReady).map(row => row.linkId))]
  const { workspaceId } = asked
  const rows = await readPaceRows(
    tx,
    linkIds.map(linkId => ({ workspaceId, linkId })),
    { isLocked: false },
  )
  const places = await readPlaces(tx, { ...asked, linkIds: rows.map(row => row.linkId) })
  const slots = await runLinksAhead(tx, rows, waiting, places)
  return new Map(waiting.map(row => [row.id, departureOf(row, slots.get(row.linkId), places.get(row.id))]))
}

interface Waiting {
  readonly id: DeliveryId
  readonly linkId: LinkId
  readonly isReady: boolean
  readonly dueMs: number
  readonly nowMs: number
}

async function readWaiting(
  tx: QueryExecutorProvider,
  asked: { workspaceId: WorkspaceId; deliveryIds: readonly DeliveryId[] },
): Promise<Waiting[]> {
  const found = await sql<Waiting>`
    select d.id, d.link_id as "linkId", k.state = 'ready' as "isReady",
      extract(epoch from d.due_at)::float8 * 1000 as "dueMs", extract(epoch from fairlead.now())::float8 * 1000 as "nowMs"
    from fairlead.delivery d
    join fairlead.link k on k.workspace_id = d.workspace_id and k.id = d.link_id
    where d.workspace_id = ${asked.workspaceId} and d.id = any(${[...asked.deliveryIds]}::uuid[]) and d.state = 'queued'`.execute(
    tx,
  )
  return found.rows
}

/** Place in the link's queue, from 1: among deliveries, and among messages. */
interface Place {
  readonly delivery: number
  readonly message: number
}

async function readPlaces(
  tx: QueryExecutorProvider,
  asked: { workspaceId: WorkspaceId; deliveryIds: readonly DeliveryId[]; linkIds: readonly LinkId[] },
): Promise<Map<DeliveryId, Place>> {
  if (asked.linkIds.length === 0) return new Map()
  const found = await sql<Place & { id: DeliveryId }>`
    with queue as (
      select k.link_id, q.*,
        row_number() over (partition by k.link_id, q.message_id order by q.priority, q.due_at, q.id) = 1 as is_first
      from unnest(${[...asked.linkIds]}::uuid[]) as k (link_id)
      cross join lateral (
        select d.id, d.message_id, d.priority, d.due_at from fairlead.delivery d
        where d.workspace_id = ${asked.workspaceId} and d.link_id = k.link_id and d.due_at is not null
        order by d.priority, d.due_at, d.id limit ${countedPlaces}) q
    ), placed as (
      select id, row_number() over w as delivery, count(*) filter (where is_first) over w as message
      from queue window w as (partition by link_id order by priority, due_at, id))
    select id, delivery::int, message::int from placed where id = any(${[...asked.deliveryIds]}::uuid[])`.execute(
    tx,
  )
  return new Map(found.rows.map(({ id, ...place }) => [id, place]))
}

interface Ahead {
  readonly row: PaceRow
  /** The slot of the n-th hand-over from now. */
  readonly slots: readonly Slot[]
}

const placeOn = (row: PaceRow, place: Place): number => (row.isTogether ? place.message : place.delivery)

/** How many recipients a hand-over has is taken from the queue's own mean. */
async function runLinksAhead(
  tx: QueryExecutorProvider,
  rows: readonly PaceRow[],
  waiting: readonly Waiting[],
  places: ReadonlyMap<DeliveryId, Place>,
): Promise<Map<LinkId, Ahead>> {
  const clocks = await openClocks(tx, rows)
  return new Map(
    rows.flatMap(row => {
      const clock = clocks.get(row.linkId)
      const own = waiting.filter(one => one.linkId === row.linkId).flatMap(one => places.get(one.id) ?? [])
      const last = own.reduce((most, place) => (placeOn(row, place) > placeOn(row, most) ? place : most), {
        delivery: 1,
        message: 1,
      })
      const recipients = row.isTogether ? last.delivery / last.message : 1
      const handOver = { recipients, external: recipients }
      return clock === undefined
        ? []
        : [
            [
              row.linkId,
              { row, slots: runAhead(clock, { nowMs: row.nowMs, count: placeOn(row, last), handOver }) },
            ],
          ]
    }),
  )
}

function departureOf(waiting: Waiting, ahead: Ahead | undefined, place: Place | undefined): Departure {
  if (!waiting.isReady) return { at: null, waitsFor: 'link', opensAt: null }
  const ownMs = Math.max(waiting.dueMs, waiting.nowMs)
  const own: Departure = {
    at: new Date(ownMs),
    waitsFor: waiting.dueMs > waiting.nowMs ? 'retry' : 'turn',
    opensAt: null,
  }
  if (ahead === undefined) return own
  const first = ahead.slots[0]
  const opensAt = first !== undefined && first.atMs > ahead.row.nowMs ? new Date(first.atMs) : null
  const slot = place && ahead.slots[placeOn(ahead.row, place) - 1]
  if (slot === undefined) return { at: null, waitsFor: ahead.slots.at(-1)?.limit ?? 'turn', opensAt }
  if (slot.atMs <= Math.max(ownMs, ahead.row.nowMs)) return { ...own, opensAt }
  return { at: new Date(slot.atMs), waitsFor: slot.limit, opensAt }
}
