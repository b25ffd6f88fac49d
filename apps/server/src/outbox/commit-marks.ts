import { type QueryExecutorProvider, sql } from 'kysely'
import { type Change, transitionDeliveries } from '../events/transition-deliveries.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import type { HandoffId, LinkId } from '../platform/ids.ts'
import type { ClaimedDelivery } from './claim-due-deliveries.ts'

/** One try at the wire, as the database will know it. */
export interface HandoffRecord {
  readonly id: HandoffId
  readonly linkId: LinkId
  readonly rfcMessageId: string
  readonly envelopeFrom: string
  /** performance.now() at its beginning: the database's clock is set back by what has passed since. */
  readonly startedTick: number
  readonly deliveries: readonly ClaimedDelivery[]
}

/**
 * Commits the hand-over marks of many handoffs at once: state `sending`, the handoff and its attempts. The answer
 * is true where every delivery of the handoff is still ours; where one is not (cancelled, lapsed, taken over)
 * nothing of that handoff is written, and its last bytes must not leave.
 */
export async function commitMarks(db: Db, handoffs: readonly HandoffRecord[]): Promise<boolean[]> {
  return await asEngine(db, async tx => {
    const held = await stillHeld(tx, handoffs)
    const ours = handoffs.filter(handoff => held.has(handoff.id))
    const answers = await transitionDeliveries(tx, ours.flatMap(markChanges))
    if (answers.some(answer => !answer.moved)) throw new Error('a locked delivery did not take its mark')
    await insertHandoffs(tx, ours, true)
    return handoffs.map(handoff => held.has(handoff.id))
  })
}

function markChanges(handoff: HandoffRecord): Change[] {
  return handoff.deliveries.map(delivery => ({
    workspaceId: delivery.workspaceId,
    deliveryId: delivery.id,
    event: 'marked' as const,
    fence: delivery.fence,
    handoffId: handoff.id,
    source: 'outbox',
  }))
}

/** Locks the deliveries and keeps the handoffs of which each is claimed under our fence. */
async function stillHeld(
  tx: QueryExecutorProvider,
  handoffs: readonly HandoffRecord[],
): Promise<Set<HandoffId>> {
  const asked = handoffs.flatMap(handoff => handoff.deliveries.map(delivery => ({ handoff, delivery })))
  const found = await sql<{ id: string; fence: number }>`
    select d.id, d.fence
    from unnest(${asked.map(({ delivery }) => delivery.workspaceId)}::uuid[], ${asked.map(({ delivery }) => delivery.id)}::uuid[]) as k (w, i)
    join fairlead.delivery d on d.workspace_id = k.w and d.id = k.i
    where d.state = 'claimed'
    order by d.id
    for update of d`.execute(tx)
  const fences = new Map(found.rows.map(row => [row.id, row.fence]))
  const lost = asked.filter(({ delivery }) => fences.get(delivery.id) !== delivery.fence)
  const lostHandoffs = new Set(lost.map(({ handoff }) => handoff.id))
  return new Set(handoffs.map(handoff => handoff.id).filter(id => !lostHandoffs.has(id)))
}

/**
 * Writes handoffs with one attempt for each of their deliveries; `isMarked` says whether the mark is part of it.
 * What is there already stays: a mark whose commit was in doubt may have been written after all.
 */
export async function insertHandoffs(
  tx: QueryExecutorProvider,
  handoffs: readonly HandoffRecord[],
  isMarked: boolean,
): Promise<void> {
  const one = handoffs.flatMap(handoff => {
    const first = handoff.deliveries[0]
    return first === undefined ? [] : [{ handoff, first }]
  })
  if (one.length === 0) return
  await sql`
    insert into fairlead.handoff (workspace_id, id, email_id, message_id, link_id, round, rfc_message_id, envelope_from, started_at, marked_at)
    select k.w, k.id, k.email, k.message, k.link, k.round, k.rfc_id, k.mail_from, t.now - k.ago * interval '1 millisecond',
           case when ${isMarked} then t.now end
    from unnest(${one.map(({ first }) => first.workspaceId)}::uuid[], ${one.map(({ handoff }) => handoff.id)}::uuid[],
      ${one.map(({ first }) => first.emailId)}::uuid[], ${one.map(({ first }) => first.messageId)}::uuid[],
      ${one.map(({ handoff }) => handoff.linkId)}::uuid[], ${one.map(({ first }) => first.round)}::smallint[],
      ${one.map(({ handoff }) => handoff.rfcMessageId)}::text[], ${one.map(({ handoff }) => handoff.envelopeFrom)}::text[],
      ${one.map(({ handoff }) => performance.now() - handoff.startedTick)}::float8[])
      as k (w, id, email, message, link, round, rfc_id, mail_from, ago),
      (select fairlead.now() as now) t
    on conflict do nothing`.execute(tx)
  const attempts = handoffs.flatMap(handoff => handoff.deliveries.map(delivery => ({ handoff, delivery })))
  await sql`
    insert into fairlead.attempt (workspace_id, handoff_id, delivery_id, email_id, round, number)
    select * from unnest(${attempts.map(({ delivery }) => delivery.workspaceId)}::uuid[], ${attempts.map(({ handoff }) => handoff.id)}::uuid[],
      ${attempts.map(({ delivery }) => delivery.id)}::uuid[], ${attempts.map(({ delivery }) => delivery.emailId)}::uuid[],
      ${attempts.map(({ delivery }) => delivery.round)}::smallint[], ${attempts.map(({ delivery }) => delivery.tries + 1)}::int[])
    on conflict do nothing`.execute(tx)
}
