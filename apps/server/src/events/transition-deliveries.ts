import type { Reason } from '@fairlead/bounce'
import { reasons } from '@fairlead/bounce'
import type { DeliveryState, Folder } from '@fairlead/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import {
  type DeliveryId,
  type EmailId,
  type HandoffId,
  type LinkId,
  newId,
  type WorkspaceId,
} from '../platform/ids.ts'
import { type DeliveryEvent, deliveryEvents, folderOf, nextState } from './lifecycle.ts'

/**
 * The only writer of delivery state: locks the rows, walks the table, writes state and events in one go.
 * Callers run it inside their transaction as the engine role; whatever they wrote there stands or falls with it.
 */

/** Something that happened to one delivery. */
export interface Change {
  readonly workspaceId: WorkspaceId
  readonly deliveryId: DeliveryId
  readonly event: DeliveryEvent
  /** Only if the delivery still carries this fencing number. */
  readonly fence?: number
  /** Only if the delivery is still in this round; news of an older one never moves the state. */
  readonly round?: number
  readonly reason?: Reason
  /** For events that lead back to the queue: how long from now until it is due again. */
  readonly dueInMs?: number
  /** For `claimed`: the worker's lease. */
  readonly leaseId?: number
  readonly handoffId?: HandoffId
  /** For `retried`: the link of the new round, and whether the Message-ID is kept (after `uncertain`). */
  readonly linkId?: LinkId
  readonly giveUpInMs?: number
  /** Who says so: outbox, inbound, member:<id>, … */
  readonly source: string
  readonly occurredAt?: Date
  readonly facts?: Readonly<Record<string, unknown>>
}

export type Transition =
  | {
      readonly moved: true
      readonly from: DeliveryState
      readonly to: DeliveryState
      readonly round: number
      readonly fence: number
    }
  | {
      readonly moved: false
      readonly why: Refusal
      readonly state: DeliveryState | null
    }

type Refusal = 'gone' | 'fence' | 'round' | 'no-edge'

interface Row {
  workspaceId: WorkspaceId
  id: DeliveryId
  emailId: EmailId
  linkId: LinkId
  state: DeliveryState
  folder: Folder | null
  archived: boolean
  reason: Reason | null
  fence: number
  round: number
  messageIdRound: number
  tries: number
  leaseId: number | null
  handoffId: HandoffId | null
  dueInMs: number | null
  giveUpInMs: number | null
  settled: boolean
  isChanged: boolean
}

interface Fact {
  row: Row
  change: Change
}

/**
 * Applies the changes in their order; each gets its own answer. A change that finds no edge, another fence or
 * another round changes nothing. Several changes of one delivery in a call see each other.
 */
export async function transitionDeliveries(
  tx: QueryExecutorProvider,
  changes: readonly Change[],
): Promise<Transition[]> {
  if (changes.length === 0) return []
  const rows = await lockRows(tx, changes)
  const facts: Fact[] = []
  const answers = changes.map(change => {
    const row = rows.get(change.deliveryId)
    const refusal = refusalOf(row, change)
    if (row === undefined || refusal !== null)
      return { moved: false, why: refusal ?? 'gone', state: row?.state ?? null } as const
    return applyChange(row, change, facts)
  })
  await writeRows(
    tx,
    [...rows.values()].filter(row => row.isChanged),
  )
  await writeEvents(tx, facts)
  return answers
}

function refusalOf(row: Row | undefined, change: Change): Refusal | null {
  if (row === undefined || row.workspaceId !== change.workspaceId) return 'gone'
  if (change.fence !== undefined && change.fence !== row.fence) return 'fence'
  if (change.round !== undefined && change.round !== row.round) return 'round'
  return nextState(row.state, change.event) === null ? 'no-edge' : null
}

function applyChange(row: Row, change: Change, facts: Fact[]): Transition {
  const from = row.state
  const to = nextState(from, change.event) ?? from
  row.isChanged = true
  row.state = to
  row.reason =
    change.reason ??
    (to === 'delivered' || to === 'accepted' || change.event === 'retried' ? null : row.reason)
  row.folder = folderOf({
    state: to,
    reasonCode: row.reason?.code ?? null,
    isArchived: row.archived,
  })
  row.handoffId = change.handoffId ?? row.handoffId
  moveClockAndLease(row, from, change)
  facts.push({ row: { ...row }, change })
  return { moved: true, from, to, round: row.round, fence: row.fence }
}

/** Lease, fence, round and times follow from the edge taken. */
function moveClockAndLease(row: Row, from: DeliveryState, change: Change): void {
  row.dueInMs = row.state === 'queued' ? (change.dueInMs ?? 0) : null
  row.settled = !['queued', 'claimed', 'sending'].includes(row.state)
  if (row.state === 'claimed') {
    row.leaseId = change.leaseId ?? null
    row.fence += 1
  } else if (row.state !== 'sending') {
    row.leaseId = null
  }
  if (change.event === 'deferred') row.tries += 1
  if (change.event === 'retried') {
    row.round += 1
    row.tries = 0
    row.fence += 1
    row.giveUpInMs = change.giveUpInMs ?? null
    row.linkId = change.linkId ?? row.linkId
    if (from !== 'uncertain') row.messageIdRound = row.round
  }
}

async function lockRows(
  tx: QueryExecutorProvider,
  changes: readonly Change[],
): Promise<Map<DeliveryId, Row>> {
  const workspaces = changes.map(change => change.workspaceId)
  const ids = changes.map(change => change.deliveryId)
  const found = await sql<Omit<Row, 'dueInMs' | 'giveUpInMs' | 'settled' | 'isChanged'>>`
    select d.workspace_id as "workspaceId", d.id, d.email_id as "emailId", d.link_id as "linkId", d.state, d.folder, d.archived, d.reason,
           d.fence, d.round, d.message_id_round as "messageIdRound", d.tries, d.lease_id as "leaseId", d.handoff_id as "handoffId"
    from (select distinct w, i from unnest(${workspaces}::uuid[], ${ids}::uuid[]) as k (w, i)) k
    join fairlead.delivery d on d.workspace_id = k.w and d.id = k.i
    order by d.id
    for update of d`.execute(tx)
  return new Map(
    found.rows.map(row => [
      row.id,
      { ...row, dueInMs: null, giveUpInMs: null, settled: false, isChanged: false },
    ]),
  )
}

async function writeRows(tx: QueryExecutorProvider, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return
  const column = <K extends keyof Row>(key: K): Row[K][] => rows.map(row => row[key])
  const faults = rows.map(row => (row.reason === null ? null : reasons[row.reason.code].fault))
  await sql`
    update fairlead.delivery d set
      state = k.state, folder = k.folder, reason = k.reason::jsonb, fault = k.fault, fence = k.fence, round = k.round,
      message_id_round = k.message_id_round, tries = k.tries, lease_id = k.lease_id, handoff_id = k.handoff_id,
      link_id = k.link_id, changed_at = t.now,
      due_at = t.now + k.due_in_ms * interval '1 millisecond',
      give_up_at = coalesce(t.now + k.give_up_in_ms * interval '1 millisecond', d.give_up_at),
      settled_at = case when k.settled then t.now else null end
    from unnest(${column('workspaceId')}::uuid[], ${column('id')}::uuid[], ${column('state')}::text[], ${column('folder')}::text[],
      ${rows.map(row => (row.reason === null ? null : JSON.stringify(row.reason)))}::text[], ${faults}::text[],
      ${column('fence')}::int[], ${column('round')}::smallint[], ${column('messageIdRound')}::smallint[], ${column('tries')}::int[],
      ${column('leaseId')}::bigint[], ${column('handoffId')}::uuid[], ${column('linkId')}::uuid[],
      ${column('dueInMs')}::bigint[], ${column('giveUpInMs')}::bigint[], ${column('settled')}::boolean[])
      as k (workspace_id, id, state, folder, reason, fault, fence, round, message_id_round, tries, lease_id, handoff_id,
            link_id, due_in_ms, give_up_in_ms, settled),
      (select fairlead.now() as now) t
    where d.workspace_id = k.workspace_id and d.id = k.id`.execute(tx)
}

async function writeEvents(tx: QueryExecutorProvider, facts: readonly Fact[]): Promise<void> {
  const told = facts.filter(fact => deliveryEvents[fact.change.event].isFact)
  if (told.length === 0) return
  await sql`
    insert into fairlead.event (workspace_id, id, email_id, delivery_id, handoff_id, link_id, kind, occurred_at, recorded_at, source, data)
    select k.workspace_id, k.id, k.email_id, k.delivery_id, k.handoff_id, k.link_id, k.kind, coalesce(k.occurred_at, t.now), t.now,
           k.source, k.data::jsonb
    from unnest(${told.map(fact => fact.row.workspaceId)}::uuid[], ${told.map(() => newId('event'))}::uuid[],
      ${told.map(fact => fact.row.emailId)}::uuid[], ${told.map(fact => fact.row.id)}::uuid[],
      ${told.map(fact => fact.change.handoffId ?? fact.row.handoffId)}::uuid[], ${told.map(fact => fact.row.linkId)}::uuid[],
      ${told.map(fact => fact.change.event)}::text[], ${told.map(fact => fact.change.occurredAt?.toISOString() ?? null)}::timestamptz[],
      ${told.map(fact => fact.change.source)}::text[], ${told.map(fact => JSON.stringify(eventFacts(fact)))}::text[])
      as k (workspace_id, id, email_id, delivery_id, handoff_id, link_id, kind, occurred_at, source, data),
      (select fairlead.now() as now) t`.execute(tx)
}

function eventFacts({ row, change }: Fact): Record<string, unknown> {
  const reason = change.reason
  return { state: row.state, round: row.round, ...(reason === undefined ? {} : { reason }), ...change.facts }
}
