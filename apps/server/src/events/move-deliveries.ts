import { type QueryExecutorProvider, sql } from 'kysely'
import type { DeliveryId, EmailId, LinkId, WorkspaceId } from '../platform/ids.ts'
import { recordEvents } from './record-events.ts'

export interface Move {
  readonly workspaceId: WorkspaceId
  readonly from: LinkId
  readonly to: LinkId
  readonly deliveryIds: readonly DeliveryId[]
  /** A moved delivery has at least this long before it is given up. */
  readonly giveUpMs: number
  /** Who says so: member:<id>. */
  readonly source: string
}

/**
 * Gives queued deliveries to another link, due at once: what the old one asked for does not bind the new one. One that
 * was claimed meanwhile stays. Answers those that moved.
 */
export async function moveDeliveries(tx: QueryExecutorProvider, move: Move): Promise<DeliveryId[]> {
  const moved = await sql<{ id: DeliveryId; emailId: EmailId }>`
    update fairlead.delivery d set link_id = ${move.to}, due_at = fairlead.now(), changed_at = fairlead.now(),
      reason = null, fault = null,
      give_up_at = greatest(d.give_up_at, fairlead.now() + ${move.giveUpMs} * interval '1 millisecond')
    from (select id from fairlead.delivery
      where workspace_id = ${move.workspaceId} and id = any(${[...move.deliveryIds]}::uuid[]) order by id for update) k
    where d.workspace_id = ${move.workspaceId} and d.id = k.id and d.state = 'queued' and d.link_id = ${move.from}
    returning d.id, d.email_id as "emailId"`.execute(tx)
  await recordEvents(
    tx,
    moved.rows.map(row => ({
      workspaceId: move.workspaceId,
      emailId: row.emailId,
      deliveryId: row.id,
      linkId: move.to,
      kind: 'moved',
      source: move.source,
      data: { from: move.from, to: move.to },
    })),
  )
  return moved.rows.map(row => row.id)
}
