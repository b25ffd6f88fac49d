import type { Reason } from '@fairlead/bounce'
import { type Identity, showReason } from '@fairlead/contract'
import { sql } from 'kysely'
import { type IdentityId, type LinkId, type MemberId, showId } from '../platform/ids.ts'
import { isFreeMail } from './free-mail-domains.ts'

export interface IdentityRow {
  readonly id: IdentityId
  readonly memberId: MemberId
  readonly name: string
  readonly address: string
  readonly isDefault: boolean
  readonly linkId: LinkId | null
  readonly verifiedAt: Date | null
  readonly verifiedBy: Identity['verifiedBy']
  readonly createdAt: Date
  readonly signatureHtml: string
  readonly sentAt: Date | null
  readonly expiresAt: Date | null
  readonly permission: Permission | null
}

/** What is known of the identity at its own link; the time as JSON has it. */
interface Permission {
  readonly state: 'permitted' | 'refused'
  readonly reason: Reason | null
  readonly checkedAt: string
}

const openVerification = (column: 'sent_at' | 'expires_at') => sql`
  (select v.${sql.ref(column)} from fairlead.identity_verification v
    where v.workspace_id = identity.workspace_id and v.identity_id = identity.id
      and v.used_at is null and v.expires_at > fairlead.now())`

/** Columns of `fairlead.identity`, which the query must name so. */
export const identityColumns = sql`
  id, member_id as "memberId", name, address, is_default as "isDefault", link_id as "linkId",
  verified_at as "verifiedAt", verified_by as "verifiedBy", created_at as "createdAt",
  signature_html as "signatureHtml", ${openVerification('sent_at')} as "sentAt",
  ${openVerification('expires_at')} as "expiresAt",
  (select json_build_object('state', p.state, 'reason', p.reason, 'checkedAt', p.checked_at)
    from fairlead.link_identity p
    where p.workspace_id = identity.workspace_id and p.link_id = identity.link_id and p.identity_id = identity.id
      and p.address_key = identity.address_key) as permission`

/** The row as the API shows it. */
export function showIdentity({ sentAt, expiresAt, permission, ...row }: IdentityRow): Identity {
  const isFree = isFreeMail(row.address)
  return {
    ...row,
    id: showId('identity', row.id),
    memberId: showId('member', row.memberId),
    linkId: row.linkId && showId('link', row.linkId),
    permission: {
      state: permission?.state ?? 'unknown',
      reason: permission?.reason ? showReason(permission.reason, row.address) : null,
      checkedAt: permission ? new Date(permission.checkedAt).toISOString() : null,
    },
    verifiedAt: row.verifiedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    verification:
      sentAt && expiresAt && row.verifiedAt === null
        ? { sentAt: sentAt.toISOString(), expiresAt: expiresAt.toISOString() }
        : null,
    canBeAuthenticated: !isFree,
    cannotBeAuthenticatedBecause: isFree ? 'free-mail' : null,
    note: isFree ? freeMailNote(row.address) : null,
  }
}

function freeMailNote(address: string): string {
  const domain = address.slice(address.lastIndexOf('@') + 1)
  return `${domain} belongs to a mail provider, so it can never be authenticated here: recipients see a “via” tag, and many providers treat such mail as suspicious. Connect the mailbox itself, or use an address of your own domain.`
}

/** Two addresses are one identity when they differ in case alone. */
export function addressKey(address: string): string {
  return address.toLowerCase()
}
