import type { Draft } from '@fairlead/contract'
import { Problem } from '@fairlead/contract'
import { sql } from 'kysely'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db, Tx } from '../platform/database/connect.ts'
import { type EmailId, type MemberId, newId, type ThreadId, type WorkspaceId } from '../platform/ids.ts'
import { cleanContent, type DraftContent, requireSenderIds, searchWords } from './draft-content.ts'
import { writeRecipientTexts } from './draft-recipients.ts'
import { readDraftRow, requireDraft } from './draft-row.ts'
import { showDraft } from './read-draft.ts'

export interface NewDraftRequest {
  readonly workspaceId: WorkspaceId
  readonly memberId: MemberId
  readonly content: DraftContent
  /** The same key of the same member is the same draft, however often it is asked for. */
  readonly createKey: string | null
  /** Absent: a conversation of its own. */
  readonly continues?: Continued
}

export interface Continued {
  readonly threadId: ThreadId
  readonly inReplyTo: string
  readonly references: readonly string[]
}

/** Starts a draft, or answers the one that the key has made already. Problems: not-found, draft.not-a-draft. */
export async function createDraft(db: Db, request: NewDraftRequest): Promise<Draft> {
  const content = await cleanContent(request.content)
  return asWeb(db, request.workspaceId, async tx => {
    await requireSenderIds(tx, request, content)
    const emailId = await insertDraft(tx, { ...request, content })
    const which = { workspaceId: request.workspaceId, memberId: request.memberId, emailId }
    const row = await readDraftRow(tx, which, { isLocked: false })
    requireDraft(row)
    return showDraft(tx, which, row)
  })
}

async function insertDraft(tx: Tx, request: NewDraftRequest): Promise<EmailId> {
  const { workspaceId, memberId, content, createKey, continues } = request
  const id = newId('email')
  const threadId = continues?.threadId ?? newId('thread')
  if (continues === undefined) {
    await sql`insert into fairlead.thread (workspace_id, id, member_id) values (${workspaceId}, ${threadId}, ${memberId})`.execute(
      tx,
    )
  }
  const made = await sql`
    insert into fairlead.email (workspace_id, id, thread_id, member_id, identity_id, link_id, state, subject, html,
      in_reply_to, references_chain, saved_from, create_key, search)
    values (${workspaceId}, ${id}, ${threadId}, ${memberId}, ${content.identityId}, ${content.linkId}, 'draft',
      ${content.subject}, ${content.html}, ${continues?.inReplyTo ?? null}, ${[...(continues?.references ?? [])]}::text[],
      ${content.savedFrom}, ${createKey}, fairlead.search_vector(${memberId}, ${searchWords(content)}))
    on conflict (workspace_id, member_id, create_key) where create_key is not null do nothing
    returning id`.execute(tx)
  if (made.rows.length > 0) {
    await writeRecipientTexts(tx, { workspaceId, memberId, emailId: id }, content)
    return id
  }
  if (continues === undefined) {
    await sql`delete from fairlead.thread where workspace_id = ${workspaceId} and id = ${threadId}`.execute(
      tx,
    )
  }
  return findByKey(tx, request)
}

async function findByKey(tx: Tx, request: NewDraftRequest): Promise<EmailId> {
  const found = await sql<{ id: EmailId }>`
    select id from fairlead.email
    where workspace_id = ${request.workspaceId} and member_id = ${request.memberId} and create_key = ${request.createKey}`.execute(
    tx,
  )
  const row = found.rows[0]
  if (row === undefined) throw new Problem('service.unavailable')
  return row.id
}
