import type { Invitation } from '@fairlead/contract'
import { sql } from 'kysely'
import { type InvitationId, showId } from '../platform/ids.ts'
import type { Role } from './insert-member.ts'

/** How long a mailed link invites. */
export const invitationDays = 7

export interface InvitationRow {
  readonly id: InvitationId
  readonly address: string
  readonly role: Role
  readonly state: Invitation['state']
  readonly invitedBy: string
  readonly createdAt: Date
  readonly sentAt: Date
  readonly expiresAt: Date
}

/** Columns of `fairlead.invitation`, which the query must name `i`. */
export const invitationColumns = sql`
  i.id, i.address, i.role, i.created_at as "createdAt", i.sent_at as "sentAt", i.expires_at as "expiresAt",
  (select m.name from fairlead.member m where m.workspace_id = i.workspace_id and m.id = i.invited_by) as "invitedBy",
  case when i.revoked_at is not null then 'revoked' when i.accepted_at is not null then 'accepted'
       when i.expires_at <= fairlead.now() then 'expired' else 'open' end as state`

/** The row as the API shows it. */
export function showInvitation(row: InvitationRow): Invitation {
  return {
    ...row,
    id: showId('invitation', row.id),
    createdAt: row.createdAt.toISOString(),
    sentAt: row.sentAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
  }
}
