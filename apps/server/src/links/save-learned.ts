import { type QueryExecutorProvider, sql } from 'kysely'
import type { LinkId, WorkspaceId } from '../platform/ids.ts'

/** Keeps settings with what a check measured, unless the link was changed since it was read. */
export async function saveLearned(
  tx: QueryExecutorProvider,
  of: {
    readonly workspaceId: WorkspaceId
    readonly linkId: LinkId
    readonly version: number
    readonly settings: unknown
  },
): Promise<void> {
  await sql`
    update fairlead.link set settings = ${JSON.stringify(of.settings)}::jsonb
    where workspace_id = ${of.workspaceId} and id = ${of.linkId} and version = ${of.version} and state <> 'removed'`.execute(
    tx,
  )
}
