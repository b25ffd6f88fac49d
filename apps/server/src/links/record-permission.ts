import type { Reason } from '@fairlead/bounce'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { IdentityId, LinkId, WorkspaceId } from '../platform/ids.ts'

export interface Permission {
  readonly workspaceId: WorkspaceId
  readonly linkId: LinkId
  readonly identityId: IdentityId
  readonly isPermitted: boolean
  /** Why not. */
  readonly reason: Reason | null
}

/** Keeps whether a link lets an identity send, for the address that the identity has now. */
export async function recordPermission(tx: QueryExecutorProvider, permission: Permission): Promise<void> {
  const { workspaceId, linkId, identityId, isPermitted, reason } = permission
  await sql`
    insert into fairlead.link_identity (workspace_id, link_id, identity_id, address_key, state, reason)
    select ${workspaceId}, ${linkId}, i.id, i.address_key, ${isPermitted ? 'permitted' : 'refused'},
      ${isPermitted || reason === null ? null : JSON.stringify(reason)}::jsonb
    from fairlead.identity i where i.workspace_id = ${workspaceId} and i.id = ${identityId}
    on conflict (workspace_id, link_id, identity_id) do update
      set address_key = excluded.address_key, state = excluded.state, reason = excluded.reason, checked_at = fairlead.now()`.execute(
    tx,
  )
}
