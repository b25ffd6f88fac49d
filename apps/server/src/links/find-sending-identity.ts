import { type QueryExecutorProvider, sql } from 'kysely'
import type { IdentityId, LinkId, MemberId, WorkspaceId } from '../platform/ids.ts'

/** The member's verified identity that sends through a link, else their default one; null: there is none. */
export async function findSendingIdentity(
  tx: QueryExecutorProvider,
  of: { readonly workspaceId: WorkspaceId; readonly memberId: MemberId; readonly linkId: LinkId },
): Promise<IdentityId | null> {
  const found = await sql<{ id: IdentityId }>`
    select id from fairlead.identity
    where workspace_id = ${of.workspaceId} and member_id = ${of.memberId} and deleted_at is null
      and verified_at is not null
    order by link_id is not distinct from ${of.linkId}::uuid desc, is_default desc, id limit 1`.execute(tx)
  return found.rows[0]?.id ?? null
}
