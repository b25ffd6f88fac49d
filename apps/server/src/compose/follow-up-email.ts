import { type Draft, Problem } from '@fairlead/contract'
import { sql } from 'kysely'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db, Tx } from '../platform/database/connect.ts'
import type { IdentityId, InboundId, LinkId, ThreadId } from '../platform/ids.ts'
import { createDraft } from './create-draft.ts'
import { mailboxText, readRecipientTexts } from './draft-recipients.ts'
import { readDraftRow, type WhichEmail } from './draft-row.ts'

export interface FollowUp {
  /** The reply that it answers; absent: it follows the email itself. */
  readonly inboundId: InboundId | null
  readonly createKey: string | null
}

/**
 * A draft in the conversation of a sent email: same people, sender and channel, In-Reply-To and References as RFC 5322
 * §3.6.4 wants them. Problems: not-found, email.not-sent.
 */
export async function followUpEmail(db: Db, which: WhichEmail, wanted: FollowUp): Promise<Draft> {
  const found = await asWeb(db, which.workspaceId, async tx => {
    const { state, subject } = await readDraftRow(tx, which, { isLocked: false })
    if (state !== 'released') throw new Problem('email.not-sent', { state })
    const sent = await readSent(tx, which)
    const reply =
      wanted.inboundId === null ? null : await readReply(tx, which, { ...sent, id: wanted.inboundId })
    const texts = await readRecipientTexts(tx, which)
    return { sent, reply, subject, texts }
  })
  const { sent, reply, subject, texts } = found
  const chain = [...sent.references, sent.messageId, ...(reply ? [reply.messageId] : [])].filter(
    id => id !== '',
  )
  return createDraft(db, {
    workspaceId: which.workspaceId,
    memberId: which.memberId,
    createKey: wanted.createKey,
    continues: {
      threadId: sent.threadId,
      inReplyTo: chain.at(-1) ?? '',
      references: chain,
    },
    content: {
      identityId: sent.identityId,
      linkId: sent.linkId,
      to: reply ? [mailboxText(reply)] : texts.to,
      cc: reply ? [] : texts.cc,
      bcc: [],
      subject: replySubject(reply?.subject || subject),
      html: '',
      savedFrom: '',
    },
  })
}

/** `Re:` once, whatever language wrote it before. */
export function replySubject(subject: string): string {
  return /^\s*(?:re|aw|sv|antw|rif|res|ref)\s*:/i.test(subject) ? subject : `Re: ${subject}`
}

interface SentEmail {
  readonly threadId: ThreadId
  readonly identityId: IdentityId | null
  readonly linkId: LinkId | null
  readonly references: readonly string[]
  /** As it left last: a retry of a person has a Message-ID of its own, and a provider may give it another. */
  readonly messageId: string
}

async function readSent(tx: Tx, which: WhichEmail): Promise<SentEmail> {
  const found = await sql<SentEmail>`
    select e.thread_id as "threadId", e.link_id as "linkId", e.references_chain as "references",
      (select i.id from fairlead.identity i
        where i.workspace_id = e.workspace_id and i.id = e.identity_id and i.member_id = e.member_id) as "identityId",
      coalesce(
        (select coalesce(h.seen_message_id, h.rfc_message_id) from fairlead.handoff h
          where h.workspace_id = e.workspace_id and h.email_id = e.id and h.marked_at is not null
          order by h.marked_at desc limit 1),
        (select m.rfc_message_id from fairlead.message m
          where m.workspace_id = e.workspace_id and m.email_id = e.id order by m.created_at limit 1), '') as "messageId"
    from fairlead.email e
    where e.workspace_id = ${which.workspaceId} and e.id = ${which.emailId}`.execute(tx)
  const row = found.rows[0]
  if (row === undefined) throw new Problem('not-found', { what: 'email' })
  return row
}

interface Reply {
  readonly name: string
  readonly address: string
  readonly subject: string
  readonly messageId: string
}

async function readReply(
  tx: Tx,
  which: WhichEmail,
  of: { readonly threadId: ThreadId; readonly id: InboundId },
): Promise<Reply> {
  const found = await sql<Reply>`
    select from_name as name, from_address as address, subject, coalesce(rfc_message_id, '') as "messageId"
    from fairlead.inbound_message
    where workspace_id = ${which.workspaceId} and id = ${of.id} and thread_id = ${of.threadId}`.execute(tx)
  const row = found.rows[0]
  if (row === undefined) throw new Problem('not-found', { what: 'reply' })
  return row
}
