import { sql } from 'kysely'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import { type IdentityId, type LinkId, type MemberId, newId, type WorkspaceId } from '../platform/ids.ts'

/** A workspace as tests need one: a member with a verified default identity, and the managed link. */
export interface SeededWorkspace {
  readonly workspaceId: WorkspaceId
  readonly memberId: MemberId
  readonly identityId: IdentityId
  readonly linkId: LinkId
}

export async function seedWorkspace(db: Db, address = 'ann@sender.example'): Promise<SeededWorkspace> {
  const seeded = {
    workspaceId: newId('workspace'),
    memberId: newId('member'),
    identityId: newId('identity'),
    linkId: newId('link'),
  }
  const { workspaceId, memberId, identityId, linkId } = seeded
  await asEngine(db, async tx => {
    await sql`insert into fairlead.workspace (id, name) values (${workspaceId}, 'Seeded')`.execute(tx)
    await sql`insert into fairlead.member (workspace_id, id, user_id, name, address, role)
              values (${workspaceId}, ${memberId}, ${memberId}, 'Ann Seller', ${address}, 'admin')`.execute(
      tx,
    )
    await sql`insert into fairlead.link (workspace_id, id, kind, name) values (${workspaceId}, ${linkId}, 'managed', 'Managed')`.execute(
      tx,
    )
    await sql`insert into fairlead.identity (workspace_id, id, member_id, name, address, address_key, is_default, verified_at, verified_by)
              values (${workspaceId}, ${identityId}, ${memberId}, 'Ann Seller', ${address}, ${address}, true, fairlead.now(), 'vouched')`.execute(
      tx,
    )
  })
  return seeded
}
