import { type QueryExecutorProvider, sql } from 'kysely'
import type { Receipt } from '../channels/channel.ts'
import { type Marking, markDeliveries } from '../events/mark-deliveries.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import type { HandoffId, LinkId } from '../platform/ids.ts'
import type { ClaimedDelivery, ClaimedHandoff } from './claimed-handoff.ts'

/** One try at the wire, as the database will know it. */
export interface HandoffRecord {
  readonly id: HandoffId
  readonly linkId: LinkId
  readonly rfcMessageId: string
  readonly envelopeFrom: string
  /** performance.now() at its beginning: the database's clock is set back by what has passed since. */
  readonly startedTick: number
  readonly deliveries: readonly ClaimedDelivery[]
  /** What is said of its lane's pace is said of the whole link. */
  readonly isOneLane: boolean
  /** Its channel can say later what became of it. */
  readonly isAskable: boolean
  readonly charged: ClaimedHandoff['charged']
}

/**
 * Commits the hand-over marks of many handoffs at once: state `sending`, the handoff and its attempts. The answer
 * is true where every delivery of the handoff is still ours; where one is not (cancelled, lapsed, taken over)
 * nothing of that handoff is written, and its last bytes must not leave.
 */
export async function commitMarks(db: Db, handoffs: readonly HandoffRecord[]): Promise<boolean[]> {
  return await asEngine(db, async tx => {
    const marked = await markDeliveries(tx, handoffs.flatMap(markingsOf))
    await insertHandoffs(
      tx,
      handoffs.filter(handoff => marked.has(handoff.id)),
      true,
    )
    return handoffs.map(handoff => marked.has(handoff.id))
  })
}

/** Commits what the far side holds of a handoff whose mark is still to come. */
export async function keepReceipt(db: Db, handoff: HandoffRecord, receipt: Receipt): Promise<void> {
  await asEngine(db, async tx => {
    await insertHandoffs(tx, [handoff], false)
    await sql`
      update fairlead.handoff set receipt = ${JSON.stringify(receipt)}::jsonb
      where id = ${handoff.id} and workspace_id = ${handoff.deliveries[0]?.workspaceId ?? null}`.execute(tx)
  })
}

function markingsOf(handoff: HandoffRecord): Marking[] {
  return handoff.deliveries.map(({ workspaceId, id, fence }) => ({
    ...{ workspaceId, fence, deliveryId: id },
    handoffId: handoff.id,
  }))
}

/**
 * Writes handoffs with one attempt for each of their deliveries; `isMarked` says whether the mark is part of it.
 * What is there already stays, but for the mark: its commit may have been in doubt, or a receipt came before it.
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
  const attempts = handoffs.flatMap(handoff => handoff.deliveries.map(delivery => ({ handoff, delivery })))
  await sql`
    with written as (
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
    on conflict (workspace_id, id) do update set marked_at = coalesce(handoff.marked_at, excluded.marked_at))
    insert into fairlead.attempt (workspace_id, handoff_id, delivery_id, email_id, round, number)
    select * from unnest(${attempts.map(({ delivery }) => delivery.workspaceId)}::uuid[], ${attempts.map(({ handoff }) => handoff.id)}::uuid[],
      ${attempts.map(({ delivery }) => delivery.id)}::uuid[], ${attempts.map(({ delivery }) => delivery.emailId)}::uuid[],
      ${attempts.map(({ delivery }) => delivery.round)}::smallint[], ${attempts.map(({ delivery }) => delivery.tries + 1)}::int[])
    on conflict do nothing`.execute(tx)
}
