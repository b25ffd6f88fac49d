import { type DeliveryState, Problem } from '@fairlead/contract'
import { sql } from 'kysely'
import { transitionDeliveries } from '../events/transition-deliveries.ts'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import type { DeliveryId, EmailId, MemberId, WorkspaceId } from '../platform/ids.ts'

/**
 * Settles an uncertain delivery, because a person knows that it arrived; answers its email. Said before, it is as good
 * as said now. Problems: not-found, delivery.not-uncertain.
 */
export function markArrived(
  db: Db,
  of: { workspaceId: WorkspaceId; memberId: MemberId; deliveryId: DeliveryId },
): Promise<EmailId> {
  const { workspaceId, memberId, deliveryId } = of
  return asWeb(db, workspaceId, async tx => {
    const found = await sql<{ emailId: EmailId; state: DeliveryState }>`
      select email_id as "emailId", state from fairlead.delivery
      where workspace_id = ${workspaceId} and id = ${deliveryId} and member_id = ${memberId} for update`.execute(
      tx,
    )
    const row = found.rows[0]
    if (row === undefined) throw new Problem('not-found', { what: 'delivery' })
    if (row.state === 'delivered') return row.emailId
    if (row.state !== 'uncertain') throw new Problem('delivery.not-uncertain', { state: row.state })
    await transitionDeliveries(tx, [
      {
        ...{ workspaceId, deliveryId, event: 'delivered', source: `member:${memberId}` },
        facts: { because: 'member-said' },
      },
    ])
    return row.emailId
  })
}
