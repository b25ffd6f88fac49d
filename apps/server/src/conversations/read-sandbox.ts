import { Problem, type SandboxMessage } from '@fairlead/contract'
import { sql } from 'kysely'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import { type EmailId, type MemberId, showId, type ThreadId, type WorkspaceId } from '../platform/ids.ts'
import { readMime } from './read-mime.ts'
import type { SandboxDelivery, SandboxInternet } from './sandbox-internet.ts'
import { showHtml } from './show-html.ts'

interface Whose {
  readonly workspaceId: WorkspaceId
  readonly memberId: MemberId
}

interface Owned {
  readonly messageId: string
  readonly emailId: EmailId
  readonly threadId: ThreadId
}

/** What the simulated internet received of a member's emails, newest first, among its newest 1,000. */
export async function listSandbox(
  parts: { db: Db; internet: SandboxInternet },
  whose: Whose & { limit: number },
): Promise<SandboxMessage[]> {
  const received = await parts.internet.received()
  const owned = await findOwned(parts.db, whose, received)
  return received
    .flatMap(message => {
      const own = owned.get(messageUuid(message))
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
  const own = message && (await findOwned(parts.db, which, [message])).get(messageUuid(message))
  const raw = own && (await parts.internet.raw(message.id))
  if (!raw) throw new Problem('not-found', { what: 'message' })
  return { message: showMessage(message, own), raw }
}

/** The body as a mail client would show it. */
export async function showSandboxBody(raw: Uint8Array) {
  const message = await readMime(raw)
  return {
    html: showHtml(message),
    text: message.text,
    attachments: message.files.map(({ filename, contentType, bytes }) => ({
      ...{ filename, contentType, bytes: bytes.length },
    })),
  }
}

/** Our Message-IDs begin with the message's UUID (mail/message-id.ts); empty: it is not one of ours. */
function messageUuid({ messageId }: SandboxDelivery): string {
  return /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})[.@]/.exec(messageId)?.[1] ?? ''
}

async function findOwned(
  db: Db,
  { workspaceId, memberId }: Whose,
  received: readonly SandboxDelivery[],
): Promise<Map<string, Owned>> {
  const ids = [...new Set(received.map(messageUuid))].filter(id => id !== '')
  const found = await asWeb(db, workspaceId, tx =>
    sql<Owned>`
      select m.id as "messageId", e.id as "emailId", e.thread_id as "threadId" from fairlead.message m
      join fairlead.email e on e.workspace_id = m.workspace_id and e.id = m.email_id
      where m.workspace_id = ${workspaceId} and m.id = any(${ids}::uuid[]) and e.member_id = ${memberId}`.execute(
      tx,
    ),
  )
  return new Map(found.rows.map(row => [row.messageId, row]))
}

function showMessage(message: SandboxDelivery, own: Owned): SandboxMessage {
  const { verdicts } = message
  const from = partFrom(message.from)
  const signature = verdicts.dkim?.find(one => one.result === 'pass')
  const mailedBy = domainOf(message.mailFrom)
  const via = viaOf(message, { mailedBy, signedBy: signature?.domain ?? null })
  return {
    id: message.id,
    emailId: showId('email', own.emailId),
    threadId: showId('thread', own.threadId),
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
