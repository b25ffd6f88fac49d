import type { Identity } from '@fairlead/contract'
import { sql } from 'kysely'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import type { MemberId, WorkspaceId } from '../platform/ids.ts'
import { type IdentityRow, identityColumns, showIdentity } from './identity.ts'

/** Identities of one member, or with `memberId: null` of all; the default one first, then by age. */
export async function listIdentities(
  db: Db,
  of: { workspaceId: WorkspaceId; memberId: MemberId | null },
): Promise<Identity[]> {
  const whose = of.memberId === null ? sql`true` : sql`member_id = ${of.memberId}`
  const found = await asWeb(db, of.workspaceId, tx =>
    sql<IdentityRow>`
      select ${identityColumns} from fairlead.identity
      where workspace_id = ${of.workspaceId} and deleted_at is null and ${whose}
      order by member_id, is_default desc, created_at, id`.execute(tx),
  )
  return found.rows.map(showIdentity)
}
