import { type DraftAttachment, Problem } from '@fairlead/contract'
import { sql } from 'kysely'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import type { AttachmentId, MemberId, WorkspaceId } from '../platform/ids.ts'
import { readRoom } from './attach-file.ts'
import { readDraftRow, requireDraft, thaw, type WhichEmail } from './draft-row.ts'
import { readShownAttachments } from './read-draft.ts'
import type { ReleaseParts } from './release-email.ts'

export interface ListedAttachments {
  readonly attachments: DraftAttachment[]
  readonly encodedBytes: number
  readonly limitBytes: number
}

/** Problems: not-found, draft.not-a-draft. */
export function listAttachments(
  db: Db,
  which: WhichEmail,
  parts: Pick<ReleaseParts, 'maxBytes'>,
): Promise<ListedAttachments> {
  return asWeb(db, which.workspaceId, async tx => {
    const row = await readDraftRow(tx, which, { isLocked: false })
    requireDraft(row)
    const { encodedBytes, limitBytes } = await readRoom(tx, which, { row, maxBytes: parts.maxBytes })
    return { attachments: await readShownAttachments(tx, which), encodedBytes, limitBytes }
  })
}

/** Its bytes are swept later, unless something else names them. Problems: not-found, draft.not-a-draft. */
export function removeAttachment(db: Db, which: WhichEmail, attachmentId: AttachmentId): Promise<void> {
  return asWeb(db, which.workspaceId, async tx => {
    const row = await readDraftRow(tx, which, { isLocked: true })
    requireDraft(row)
    const gone = await sql`
      delete from fairlead.attachment
      where workspace_id = ${which.workspaceId} and email_id = ${which.emailId} and id = ${attachmentId}`.execute(
      tx,
    )
    if (gone.numAffectedRows !== 1n) throw new Problem('not-found', { what: 'attachment' })
    if (row.state === 'cancelled') await thaw(tx, which, row)
  })
}

export interface FoundAttachment {
  readonly filename: string
  readonly contentType: string
  readonly sha256: string
  readonly size: number
}

/** An attachment of any email of the member. Problem: not-found. */
export async function findAttachment(
  db: Db,
  which: { workspaceId: WorkspaceId; memberId: MemberId; attachmentId: AttachmentId },
): Promise<FoundAttachment> {
  const found = await asWeb(db, which.workspaceId, tx =>
    sql<FoundAttachment>`
      select a.filename, a.content_type as "contentType", a.sha256, a.size
      from fairlead.attachment a
      join fairlead.email e on e.workspace_id = a.workspace_id and e.id = a.email_id
      where a.workspace_id = ${which.workspaceId} and a.id = ${which.attachmentId} and e.member_id = ${which.memberId}`.execute(
      tx,
    ),
  )
  const row = found.rows[0]
  if (row === undefined) throw new Problem('not-found', { what: 'attachment' })
  return row
}
