import { sql } from 'kysely'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import type { EmailId, WorkspaceId } from '../platform/ids.ts'

/** The workspace that an email belongs to, or null; for the command line, which stands above workspaces. */
export async function findEmailWorkspace(db: Db, emailId: EmailId): Promise<WorkspaceId | null> {
  const found = await asEngine(db, tx =>
    sql<{ workspaceId: WorkspaceId }>`
      select e.workspace_id as "workspaceId" from fairlead.workspace w
      join fairlead.email e on e.workspace_id = w.id and e.id = ${emailId}`.execute(tx),
  )
  return found.rows[0]?.workspaceId ?? null
}
