import { sql } from 'kysely'
import type { Address } from '../mail/message.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db, Tx } from '../platform/database/connect.ts'
import { type IdentityId, type LinkId, type MemberId, newId, type WorkspaceId } from '../platform/ids.ts'
import type { Auth } from './auth.ts'
import { findOrCreateUser } from './find-or-create-user.ts'
import { insertMember } from './insert-member.ts'

export interface NewWorkspace {
  readonly name: string
  readonly adminName: string
  readonly adminAddress: Address
}

export interface MadeWorkspace {
  readonly workspaceId: WorkspaceId
  readonly memberId: MemberId
  readonly identityId: IdentityId
  readonly linkId: LinkId
}

/**
 * A workspace that can send its first email: the managed servers as the team's delivery channel, an admin, and the
 * admin's own address as a vouched default identity (spec 3.2). All or nothing.
 */
export async function createWorkspace(
  deps: { db: Db; auth: Auth },
  wanted: NewWorkspace,
): Promise<MadeWorkspace> {
  const userId = await findOrCreateUser(deps.auth, { address: wanted.adminAddress, name: wanted.adminName })
  return asEngine(deps.db, tx => insertWorkspace(tx, { ...wanted, userId }))
}

/** The same for a login that exists, in the caller's transaction as the engine. */
export async function insertWorkspace(
  tx: Tx,
  wanted: NewWorkspace & { readonly userId: string },
): Promise<MadeWorkspace> {
  const workspaceId = newId('workspace')
  await sql`insert into fairlead.workspace (id, name) values (${workspaceId}, ${wanted.name})`.execute(tx)
  const linkId = await insertManagedLink(tx, workspaceId)
  const admin = {
    ...{ workspaceId, userId: wanted.userId, name: wanted.adminName, address: wanted.adminAddress },
    role: 'admin' as const,
  }
  const made = await insertMember(tx, admin, { verifiedBy: 'vouched' })
  return { workspaceId, linkId, ...made }
}

/** The team's way out through Fairlead's own servers: there from the first start (spec 2, must 1). */
async function insertManagedLink(tx: Tx, workspaceId: WorkspaceId): Promise<LinkId> {
  const id = newId('link')
  await sql`
    insert into fairlead.link (workspace_id, id, member_id, kind, name)
    values (${workspaceId}, ${id}, null, 'managed', 'Managed servers')`.execute(tx)
  return id
}
