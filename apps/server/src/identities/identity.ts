import type { Identity } from '@fairlead/contract'
import { sql } from 'kysely'
import { type IdentityId, type LinkId, type MemberId, showId } from '../platform/ids.ts'

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
}

export const identityColumns = sql`
  id, member_id as "memberId", name, address, is_default as "isDefault", link_id as "linkId",
  verified_at as "verifiedAt", verified_by as "verifiedBy", created_at as "createdAt"`

/** The row as the API shows it. */
export function showIdentity(row: IdentityRow): Identity {
  return {
    ...row,
    id: showId('identity', row.id),
    memberId: showId('member', row.memberId),
    linkId: row.linkId && showId('link', row.linkId),
    verifiedAt: row.verifiedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  }
}

/** Two addresses are one identity when they differ in case alone. */
export function addressKey(address: string): string {
  return address.toLowerCase()
}
