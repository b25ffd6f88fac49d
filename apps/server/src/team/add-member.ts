import { sql } from 'kysely'
import type { Address } from '../mail/message.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import type { IdentityId, MemberId, WorkspaceId } from '../platform/ids.ts'
import type { Auth } from './auth.ts'
import { findOrCreateUser } from './find-or-create-user.ts'
import { insertMember, type Role } from './insert-member.ts'

/**
 * A member with a default identity that is not verified yet. Null when the person is a member already; a member who
 * was removed comes back with the new role.
 */
export async function addMember(
  deps: { db: Db; auth: Auth },
  wanted: { workspaceId: WorkspaceId; name: string; address: Address; role: Role },
): Promise<{ memberId: MemberId; identityId: IdentityId | null } | null> {
  const userId = await findOrCreateUser(deps.auth, wanted)
  return asEngine(deps.db, async tx => {
    const known = await sql<{ id: MemberId; removed: boolean }>`
      select id, removed_at is not null as removed from fairlead.member
      where workspace_id = ${wanted.workspaceId} and user_id = ${userId} for update`.execute(tx)
    const member = known.rows[0]
    if (member === undefined) return insertMember(tx, { ...wanted, userId }, { verifiedBy: null })
    if (!member.removed) return null
    await sql`
      update fairlead.member set removed_at = null, role = ${wanted.role}
      where workspace_id = ${wanted.workspaceId} and id = ${member.id}`.execute(tx)
    return { memberId: member.id, identityId: null }
  })
}
