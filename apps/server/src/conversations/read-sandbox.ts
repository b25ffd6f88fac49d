import { Problem, type SandboxMessage } from '@fairlead/contract'
import { sql } from 'kysely'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import { type EmailId, type MemberId, showId, type ThreadId, type WorkspaceId } from '../platform/ids.ts'
import { findOwnSystemMail } from './find-own-system-mail.ts'
import { readMime } from './read-mime.ts'
import type { SandboxDelivery, SandboxInternet } from './sandbox-internet.ts'
import { showHtml } from './show-html.ts'

interface Whose {
  readonly workspaceId: WorkspaceId
  readonly memberId: MemberId
}

interface OwnEmail {
  readonly emailId: EmailId
  readonly threadId: ThreadId
}
/** Null: mail of Fairlead itself that is the member's affair. */
type Owned = OwnEmail | null

/** What the simulated internet received of a member's emails, and of ours in their affairs, newest first. */
export async function listSandbox(
  parts: { db: Db; internet: SandboxInternet },
  whose: Whose & { limit: number },
): Promise<SandboxMessage[]> {
  const received = await parts.internet.received()
  const owned = await findOwned(parts, whose, received)
  return received
    .flatMap(message => {
      const own = owned.get(message.id)
      return own === undefined ? [] : [showMessage(message, own)]
    })
    .slice(0, whose.limit)
}

/** One message, its bytes among it. Problem: not-found, also for another member's. */
export async function readSandbox(
  parts: { db: Db; internet: SandboxInternet },
  which: Whose & { id: string },
): Promise<{ message: SandboxMessage; raw: Uint8Array }> {
  const id = /^\w{1,64}$/.test(which.id) ? which.id : null
  const message = id === null ? null : await parts.internet.message(id)
  const own = message === null ? undefined : (await findOwned(parts, which, [message])).get(message.id)
  const raw = own === undefined || !message ? null : await parts.internet.raw(message.id)
  if (!raw || !message || own === undefined) throw new Problem('not-found', { what: 'message' })
  return { message: showMessage(message, own), raw }
}

/** The body as a mail client would show it. */
export async function showSandboxBody(raw: Uint8Array) {
  const message = await readMime(raw)
  return {
    html: showHtml(message),
    text: message.text,
    // What stands in the text is no file beside it.
    attachments: message.files
      .filter(({ contentId }) => contentId === '' || !message.html?.includes(`cid:${contentId}`))
      .map(({ filename, contentType, bytes }) => ({ filename, contentType, bytes: bytes.length })),
  }
}

/** Our Message-IDs begin with the message's UUID (mail/message-id.ts); empty: it is not one of ours. */
function messageUuid({ messageId }: SandboxDelivery): string {
  return /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})[.@]/.exec(messageId)?.[1] ?? ''
}

/** By the id of the delivery; what is not the member's is not in it. */
async function findOwned(
  parts: { db: Db; internet: SandboxInternet },
  { workspaceId, memberId }: Whose,
  received: readonly SandboxDelivery[],
): Promise<Map<string, Owned>> {
  const messages = received.flatMap(message => {
    const uuid = messageUuid(message)
    return uuid === '' ? [] : [{ uuid, message }]
  })
  const uuids = [...new Set(messages.map(({ uuid }) => uuid))]
  const found = await asWeb(parts.db, workspaceId, tx =>
    sql<OwnEmail & { messageId: string }>`
      select m.id as "messageId", e.id as "emailId", e.thread_id as "threadId" from fairlead.message m
      join fairlead.email e on e.workspace_id = m.workspace_id and e.id = m.email_id
      where m.workspace_id = ${workspaceId} and m.id = any(${uuids}::uuid[]) and e.member_id = ${memberId}`.execute(
      tx,
    ),
  )
  const emails = new Map(found.rows.map(row => [row.messageId, row]))
  const system = await findOwnSystemMail(parts, {
    ...{ workspaceId, memberId, messages: messages.filter(({ uuid }) => !emails.has(uuid)) },
  })
  return new Map(
    messages.flatMap(({ uuid, message: { id } }): [string, Owned][] => {
      const email = emails.get(uuid)
      if (email !== undefined) return [[id, email]]
      return system.has(id) ? [[id, null]] : []
    }),
  )
}

function showMessage(message: SandboxDelivery, own: Owned): SandboxMessage {
  const { verdicts } = message
  const from = partFrom(message.from)
  const signature = verdicts.dkim?.find(one => one.result === 'pass')
  const mailedBy = domainOf(message.mailFrom)
  const via = viaOf(message, { mailedBy, signedBy: signature?.domain ?? null })
  return {
    id: message.id,
    emailId: own && showId('email', own.emailId),
    threadId: own && showId('thread', own.threadId),
    receivedAt: message.receivedAt,
    subject: message.subject,
    from,
    fromLine: `${message.from}${via === null ? '' : ` via ${via}`}`,
    ...{ via, mailedBy, signedBy: signature?.domain ?? null },
    recipients: message.recipients.map(({ address }) => address),
    ...{ bytes: message.size, tls: message.tls, answer: message.answer },
    verdicts: {
      state: verdicts.state,
      spf: verdicts.spf ? { result: verdicts.spf.result, domain: verdicts.spf.domain } : null,
      dkim: (verdicts.dkim ?? []).map(({ result, domain, selector, isAligned }) => ({
        ...{ result, domain, selector, isAligned },
      })),
      dmarc: verdicts.dmarc
        ? { result: verdicts.dmarc.result, domain: verdicts.dmarc.domain, policy: verdicts.dmarc.policy }
        : null,
    },
  }
}

/**
 * The via tag: a client names the domain that sent or signed, where neither belongs to the domain in From
 * (https://support.google.com/mail/answer/1311182). Nothing is said while the verdicts are not there.
 */
function viaOf(
  { verdicts }: SandboxDelivery,
  by: { mailedBy: string | null; signedBy: string | null },
): string | null {
  if (verdicts.state !== 'done') return null
  const isAligned =
    verdicts.dmarc?.result === 'pass' ||
    (verdicts.dkim ?? []).some(one => one.result === 'pass' && one.isAligned)
  if (isAligned) return null
  return by.signedBy ?? (verdicts.spf?.result === 'pass' ? by.mailedBy : null)
}

function partFrom(from: string): { name: string; address: string } {
  const parts = /^(.*)<([^<>]*)>\s*$/s.exec(from)
  return parts === null
    ? { name: '', address: from.trim() }
    : { name: (parts[1] ?? '').trim(), address: (parts[2] ?? '').trim() }
}

function domainOf(address: string): string | null {
  const at = address.lastIndexOf('@')
  return at < 0 ? null : address.slice(at + 1).toLowerCase()
}
