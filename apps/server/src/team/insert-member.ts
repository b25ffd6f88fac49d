import { sql } from 'kysely'
import { insertIdentity } from '../identities/insert-identity.ts'
import type { Address } from '../mail/message.ts'
import type { Tx } from '../platform/database/connect.ts'
import { type IdentityId, type MemberId, newId, type WorkspaceId } from '../platform/ids.ts'
import { giveTeamLink } from './give-team-link.ts'

export type Role = 'admin' | 'rep'

export interface NewMember {
  readonly workspaceId: WorkspaceId
  readonly userId: string
  readonly name: string
  readonly address: Address
  readonly role: Role
}

/**
 * A member and their first, default identity, which is their own address and sends by the team's own link if there is one. `verifiedBy`: why the identity may
 * send at once; null: it may not.
 * Runs in the caller's transaction; throws 23505 when the user is a member already.
 */
export async function insertMember(
  tx: Tx,
  member: NewMember,
  identity: { verifiedBy: 'vouched' | 'mail' | null },
): Promise<{ memberId: MemberId; identityId: IdentityId }> {
  const memberId = newId('member')
  await sql`
    insert into fairlead.member (workspace_id, id, user_id, name, address, role)
    values (${member.workspaceId}, ${memberId}, ${member.userId}, ${member.name}, ${member.address}, ${member.role})`.execute(
    tx,
  )
  const { workspaceId, name, address } = member
  const identityId = await insertIdentity(tx, {
    ...{ workspaceId, memberId, name, address, linkId: null },
    isDefault: true,
    verifiedBy: identity.verifiedBy,
  })
  await giveTeamLink(tx, { workspaceId, identityId })
  return { memberId, identityId }
}
