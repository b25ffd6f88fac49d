import { type QueryExecutorProvider, sql } from 'kysely'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import type { WorkspaceId } from '../platform/ids.ts'

/** Does a sending domain take reports under this token? */
export async function isReportToken(db: Db, token: string): Promise<boolean> {
  return (await asEngine(db, tx => workspacesOfTokens(tx, [token]))).size > 0
}

/** Whose reports come under these tokens. */
export async function workspacesOfTokens(
  tx: QueryExecutorProvider,
  tokens: readonly string[],
): Promise<Map<string, WorkspaceId>> {
  if (tokens.length === 0) return new Map()
  const found = await sql<{ token: string; workspaceId: WorkspaceId }>`
    select report_token as token, workspace_id as "workspaceId" from fairlead.sending_domain
    where report_token = any(${tokens}::text[]) and removed_at is null`.execute(tx)
  return new Map(found.rows.map(row => [row.token, row.workspaceId]))
}
