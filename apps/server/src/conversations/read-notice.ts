import { Problem } from '@fairlead/contract'
import { sql } from 'kysely'
import { readBlobStart } from '../blobs/read-blob-start.ts'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import type { MemberId, NoticeId, WorkspaceId } from '../platform/ids.ts'

/**
 * Returned mail as it came: for the member whose email it is about, and with `memberId` null for anybody of the
 * workspace. Problem: not-found.
 */
export function readNotice(
  db: Db,
  of: { workspaceId: WorkspaceId; memberId: MemberId | null; noticeId: NoticeId },
): Promise<Buffer> {
  const { workspaceId, memberId, noticeId } = of
  const whose =
    memberId === null
      ? sql`true`
      : sql`(exists (select from fairlead.email e
            where e.workspace_id = n.workspace_id and e.id = n.email_id and e.member_id = ${memberId})
          or exists (select from fairlead.delivery d
            where d.workspace_id = n.workspace_id and d.id = n.delivery_id and d.member_id = ${memberId})
          or exists (select from fairlead.inbound_message i
            join fairlead.thread t on t.workspace_id = i.workspace_id and t.id = i.thread_id
            where i.workspace_id = n.workspace_id and i.notice_id = n.id and t.member_id = ${memberId}))`
  return asWeb(db, workspaceId, async tx => {
    const found = await sql<{ sha256: string; size: number }>`
      select n.sha256, n.size from fairlead.notice n
      where n.workspace_id = ${workspaceId} and n.id = ${noticeId} and ${whose}`.execute(tx)
    const row = found.rows[0]
    const bytes = row && (await readBlobStart(tx, { workspaceId, sha256: row.sha256 }, row.size))
    if (!bytes) throw new Problem('not-found', { what: 'notice' })
    return bytes
  })
}
