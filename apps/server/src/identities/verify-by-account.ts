import { type QueryExecutorProvider, sql } from 'kysely'
import type { MemberId, WorkspaceId } from '../platform/ids.ts'

/**
 * Verifies a member's identities whose address is one of their connected accounts, or one that the provider confirmed
 * for it (spec 3.2): who may send as an address there, has it.
 */
export async function verifyByAccount(
  tx: QueryExecutorProvider,
  { workspaceId, memberId }: { readonly workspaceId: WorkspaceId; readonly memberId: MemberId },
): Promise<void> {
  await sql`
    update fairlead.identity i set verified_at = fairlead.now(), verified_by = 'account'
    where i.workspace_id = ${workspaceId} and i.member_id = ${memberId} and i.verified_at is null
      and i.deleted_at is null and exists (
        select from fairlead.link l,
          jsonb_array_elements(case jsonb_typeof(l.settings->'addresses') when 'array' then l.settings->'addresses' else '[]' end) a
        where l.workspace_id = i.workspace_id and l.member_id = i.member_id and l.state <> 'removed'
          and l.secret is not null and (a->>'isConfirmed')::boolean and lower(a->>'address') = i.address_key)`.execute(
    tx,
  )
}
