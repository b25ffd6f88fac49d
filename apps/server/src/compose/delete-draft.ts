import { sql } from 'kysely'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import { readDraftRow, requireDraft, type WhichEmail } from './draft-row.ts'

/** Deletes a draft with its attachments, and its conversation where nothing else is in it. Problems: not-found, draft.not-a-draft. */
export function deleteDraft(db: Db, which: WhichEmail): Promise<void> {
  return asWeb(db, which.workspaceId, async tx => {
    const row = await readDraftRow(tx, which, { isLocked: true })
    requireDraft(row)
    await sql`delete from fairlead.email where workspace_id = ${which.workspaceId} and id = ${which.emailId}`.execute(
      tx,
    )
    await sql`
      delete from fairlead.thread t where t.workspace_id = ${which.workspaceId} and t.id = ${row.threadId}
        and not exists (select from fairlead.email e where e.workspace_id = t.workspace_id and e.thread_id = t.id)
        and not exists (select from fairlead.inbound_message i
          where i.workspace_id = t.workspace_id and i.thread_id = t.id)`.execute(tx)
  })
}
