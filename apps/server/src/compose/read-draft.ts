import type { Draft, DraftAttachment } from '@fairlead/contract'
import { sql } from 'kysely'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db, Tx } from '../platform/database/connect.ts'
import { type AttachmentId, showId } from '../platform/ids.ts'
import { readRecipientTexts } from './draft-recipients.ts'
import { type DraftRow, readDraftRow, requireDraft, type WhichEmail } from './draft-row.ts'

/** A draft as its writer sees it. Problems: not-found, draft.not-a-draft. */
export function readDraft(db: Db, which: WhichEmail): Promise<Draft> {
  return asWeb(db, which.workspaceId, async tx => {
    const row = await readDraftRow(tx, which, { isLocked: false })
    requireDraft(row)
    return showDraft(tx, which, row)
  })
}

/** The shown form of a row that the caller has read. */
export async function showDraft(tx: Tx, which: WhichEmail, row: DraftRow): Promise<Draft> {
  const { savedFrom, version, subject, state } = row
  return {
    id: showId('email', which.emailId),
    threadId: showId('thread', row.threadId),
    ...{ version, state, subject, savedFrom },
    identityId: row.identityId && showId('identity', row.identityId),
    linkId: row.linkId && showId('link', row.linkId),
    ...(await copyTexts(tx, which)),
    html: htmlOf(row),
    attachments: await readShownAttachments(tx, which),
    isFollowUp: row.inReplyTo !== null,
    createdAt: row.createdAt.toISOString(),
    savedAt: row.savedAt.toISOString(),
  }
}

async function copyTexts(tx: Tx, which: WhichEmail) {
  const { to, cc, bcc } = await readRecipientTexts(tx, which)
  return { to: [...to], cc: [...cc], bcc: [...bcc] }
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** The editor knows html alone; an email that came as text becomes paragraphs. */
export function htmlOf(row: Pick<DraftRow, 'html' | 'text'>): string {
  if (row.html !== null || row.text === null) return row.html ?? ''
  return row.text
    .replace(/[&<>"]/g, sign => entities[sign] ?? sign)
    .split(/\r?\n\r?\n/)
    .map(paragraph => `<p>${paragraph.replace(/\r?\n/g, '<br />')}</p>`)
    .join('')
}

export async function readShownAttachments(tx: Tx, which: WhichEmail): Promise<DraftAttachment[]> {
  const found = await sql<Omit<DraftAttachment, 'id'> & { id: AttachmentId }>`
    select id, filename, content_type as "contentType", size as bytes, content_id as "contentId" from fairlead.attachment
    where workspace_id = ${which.workspaceId} and email_id = ${which.emailId} and not is_of_signature
    order by position, id`.execute(tx)
  return found.rows.map(row => ({ ...row, id: showId('attachment', row.id) }))
}
