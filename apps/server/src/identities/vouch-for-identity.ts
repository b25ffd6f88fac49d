import { type Identity, Problem } from '@fairlead/contract'
import { sql } from 'kysely'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import type { IdentityId, WorkspaceId } from '../platform/ids.ts'
import { type IdentityRow, identityColumns, showIdentity } from './identity.ts'

/**
 * An admin answers for an identity (spec 3.2): it may send from now on. One that was verified before keeps how and
 * when. Problem: not-found.
 */
export async function vouchForIdentity(
  db: Db,
  of: { workspaceId: WorkspaceId; identityId: IdentityId },
): Promise<Identity> {
  const found = await asWeb(db, of.workspaceId, tx =>
    sql<IdentityRow>`
      update fairlead.identity
      set verified_by = coalesce(verified_by, 'vouched'), verified_at = coalesce(verified_at, fairlead.now())
      where workspace_id = ${of.workspaceId} and id = ${of.identityId} and deleted_at is null
      returning ${identityColumns}`.execute(tx),
  )
  const row = found.rows[0]
  if (row === undefined) throw new Problem('not-found', { what: 'identity' })
  return showIdentity(row)
}
