import { limits, Problem, type ShownInbound, type ThreadEmail } from '@fairlead/contract'
import { sql } from 'kysely'
import { textOf } from '../mail/render-message.ts'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import type { EmailId, MemberId, ThreadId, WorkspaceId } from '../platform/ids.ts'
import { readInboundOfThread } from './read-inbound.ts'
import { readInlinePictures } from './read-inline-pictures.ts'
import { type MessageFile, readMime, wholeBytes } from './read-mime.ts'
import { showHtml } from './show-html.ts'

export interface ReadThread {
  readonly subject: string
  /** Oldest first. */
  readonly emails: ReadonlyArray<
    { readonly emailId: EmailId } & Pick<ThreadEmail, 'body' | 'isArchived' | 'isDeleted'>
  >
  readonly inbound: ShownInbound[]
}

interface BodyRow {
  readonly id: EmailId
  readonly subject: string
  readonly html: string | null
  readonly text: string | null
  readonly headers: readonly string[] | null
  readonly pieces: string | null
  readonly isArchived: boolean
  readonly isDeleted: boolean
}

/** The bodies of a member's thread, and what came back. Problem: not-found, also for another member's. */
export function readThread(
  db: Db,
  of: { workspaceId: WorkspaceId; memberId: MemberId; threadId: ThreadId },
): Promise<ReadThread> {
  return asWeb(db, of.workspaceId, async tx => {
    const found = await sql<BodyRow>`
      select e.id, e.subject, e.html, e.body_text as text, m.headers, m.body as pieces,
        e.archived_at is not null as "isArchived", e.hidden_at is not null as "isDeleted"
      from fairlead.email e
      left join lateral (select headers, body from fairlead.message m
        where m.workspace_id = e.workspace_id and m.email_id = e.id and length(m.body) <= ${wholeBytes}
        order by m.created_at limit 1) m on true
      where e.workspace_id = ${of.workspaceId} and e.thread_id = ${of.threadId} and e.member_id = ${of.memberId}
      order by e.created_at desc, e.id desc limit ${limits.threadEmails}`.execute(tx)
    const rows = found.rows.toReversed()
    const [first] = rows
    if (first === undefined) throw new Problem('not-found', { what: 'conversation' })
    const emailIds = rows.map(row => row.id)
    const pictures = await readInlinePictures(tx, { workspaceId: of.workspaceId, emailIds })
    const emails = []
    for (const row of rows) {
      const { id, isArchived, isDeleted } = row
      emails.push({ emailId: id, isArchived, isDeleted, body: await bodyOf(row, pictures.get(id) ?? []) })
    }
    return { subject: first.subject, emails, inbound: await readInboundOfThread(tx, of) }
  })
}

/** As it was frozen for the wire; before that as it is written. */
async function bodyOf(
  { html, text, headers, pieces }: BodyRow,
  files: readonly MessageFile[],
): Promise<ThreadEmail['body']> {
  if (headers === null || pieces === null) {
    return { html: showHtml({ html, files }), text: text ?? (html === null ? '' : textOf(html)) }
  }
  const parts = JSON.parse(pieces) as readonly { text?: string }[]
  const body = parts.map(piece => piece.text ?? '').join('')
  const message = await readMime(Buffer.from(`${headers.join('\r\n')}\r\n\r\n${body}`))
  // Its own parts are without their bytes, which are blobs.
  return { html: showHtml({ html: message.html, files }), text: message.text }
}
