import { Problem } from '@fairlead/contract'
import { sql } from 'kysely'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import type { DeliveryId, EmailId, MemberId, WorkspaceId } from '../platform/ids.ts'

/** The email that a member's delivery belongs to. Problem: not-found. */
export async function findEmailOfDelivery(
  db: Db,
  of: { workspaceId: WorkspaceId; memberId: MemberId; deliveryId: DeliveryId },
): Promise<EmailId> {
  const found = await asWeb(db, of.workspaceId, tx =>
    sql<{ emailId: EmailId }>`
      select email_id as "emailId" from fairlead.delivery
      where workspace_id = ${of.workspaceId} and id = ${of.deliveryId} and member_id = ${of.memberId}`.execute(
      tx,
    ),
  )
  const row = found.rows[0]
  if (row === undefined) throw new Problem('not-found', { what: 'delivery' })
  return row.emailId
}
