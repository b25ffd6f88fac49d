import { limits, Problem } from '@fairlead/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { Attachment } from '../mail/mime-part.ts'
import { textOf } from '../mail/render-message.ts'
import { type EmailId, newId, type ThreadId, type WorkspaceId } from '../platform/ids.ts'
import type { Recipient } from './check-recipients.ts'
import type { Sender } from './choose-sender.ts'
import type { EmailRequest } from './email-request.ts'

/** What of an accepted email its rows are made from. */
export interface NewRow {
  readonly id: EmailId
  readonly sender: Sender
  readonly html: string | null
  readonly text: string | null
  /** Without the signature: what an edit of a scheduled email gives back. */
  readonly authored: { readonly html: string | null; readonly text: string | null }
  readonly recipients: readonly Recipient[]
}

/** Writes thread and email; true where it is due now, and so released. */
export async function insertEmail(
  tx: QueryExecutorProvider,
  request: EmailRequest,
  row: NewRow,
): Promise<boolean> {
  const threadId: ThreadId = newId('thread')
  const dueAt = request.sendAt?.toISOString() ?? null
  const words = searchWords(request, row)
  await sql`insert into fairlead.thread (workspace_id, id, member_id) values (${request.workspaceId}, ${threadId}, ${request.memberId})`.execute(
    tx,
  )
  const made = await sql<{ isDue: boolean }>`
    insert into fairlead.email (workspace_id, id, thread_id, member_id, identity_id, link_id, state, subject, html, body_text,
                                due_at, released_at, search, authored, from_name, from_address)
    select ${request.workspaceId}, ${row.id}, ${threadId}, ${request.memberId}, ${row.sender.identityId}, ${row.sender.linkId},
           case when t.is_due then 'released' else 'scheduled' end, ${request.subject}, ${row.html}, ${row.text},
           ${dueAt}::timestamptz, case when t.is_due then fairlead.now() end, fairlead.search_vector(${request.memberId}, ${words}),
           case when t.is_due then null else ${authoredOf(request, row)}::jsonb end,
           case when t.is_due then null else ${row.sender.name} end, case when t.is_due then null else ${row.sender.address} end
    from (select coalesce(${dueAt}::timestamptz <= fairlead.now(), true) as is_due,
                 coalesce(${dueAt}::timestamptz > fairlead.now() + ${limits.scheduleDays} * interval '1 day', false) as is_far) t
    where not t.is_far
    returning state = 'released' as "isDue"`.execute(tx)
  const first = made.rows[0]
  if (first === undefined) throw new Problem('email.send-at-too-far', { limitDays: limits.scheduleDays })
  return first.isDue
}

/** What of a scheduled email undo and edit give back; null where there is nothing to wait for. */
function authoredOf(request: EmailRequest, row: NewRow): string | null {
  if (request.sendAt === undefined) return null
  const { identityId = null, linkId = null } = request
  return JSON.stringify({ identityId, linkId, ...row.authored })
}

/** Subject, people and the beginning of the body; fairlead.search_vector parts addresses at their signs. */
function searchWords(request: EmailRequest, row: NewRow): string {
  const people = row.recipients.flatMap(({ name, address }) => [name, address])
  const body = (row.text ?? (row.html === null ? '' : textOf(row.html))).slice(0, 20_000)
  return [request.subject, ...people, body].join('\n').replaceAll('\0', ' ')
}

/** Writes the recipients in the order given. */
export async function insertRecipients(
  tx: QueryExecutorProvider,
  workspaceId: WorkspaceId,
  emailId: EmailId,
  recipients: readonly Recipient[],
): Promise<void> {
  await sql`
    insert into fairlead.email_recipient (workspace_id, id, email_id, kind, position, name, address, address_key)
    select ${workspaceId}, k.id, ${emailId}, k.kind, k.position, k.name, k.address, k.address_key
    from unnest(${recipients.map(one => one.id)}::uuid[], ${recipients.map(one => one.kind)}::text[], ${recipients.map((_, at) => at)}::int[],
      ${recipients.map(one => one.name)}::text[], ${recipients.map(one => one.address)}::text[], ${recipients.map(one => one.addressKey)}::text[])
      as k (id, kind, position, name, address, address_key)`.execute(tx)
}

/** Writes the attachments in the order given; their bytes are blobs already. */
export async function insertAttachments(
  tx: QueryExecutorProvider,
  workspaceId: WorkspaceId,
  emailId: EmailId,
  attachments: readonly Attachment[],
): Promise<void> {
  if (attachments.length === 0) return
  await sql`
    insert into fairlead.attachment (workspace_id, id, email_id, position, filename, content_type, content_id, sha256, size)
    select ${workspaceId}, k.id, ${emailId}, k.position, k.filename, k.content_type, k.content_id, k.sha256, k.size
    from unnest(${attachments.map(() => newId('attachment'))}::uuid[], ${attachments.map((_, at) => at)}::int[],
      ${attachments.map(one => one.filename)}::text[], ${attachments.map(one => one.contentType)}::text[],
      ${attachments.map(one => one.contentId ?? null)}::text[], ${attachments.map(one => one.sha256)}::text[],
      ${attachments.map(one => one.size)}::bigint[]) as k (id, position, filename, content_type, content_id, sha256, size)`.execute(
    tx,
  )
}
