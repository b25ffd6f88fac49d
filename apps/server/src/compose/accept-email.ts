import { limits, Problem } from '@fairlead/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { Attachment } from '../mail/mime-part.ts'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db, Tx } from '../platform/database/connect.ts'
import { failpoint } from '../platform/failpoint.ts'
import { type DeliveryId, type EmailId, newId, type WorkspaceId } from '../platform/ids.ts'
import { checkRecipients, type Recipient } from './check-recipients.ts'
import { chooseSender, type Sender } from './choose-sender.ts'
import { checkContent, type EmailRequest, type Idempotency } from './email-request.ts'
import { insertAttachments, insertEmail, insertRecipients } from './insert-email.ts'
import { placeSignature, placeTextSignature } from './place-signature.ts'
import { type ReleaseParts, releaseEmail } from './release-email.ts'
import { rememberRecipients } from './remember-recipients.ts'
import { sanitiseOffThread } from './sanitise-off-thread.ts'
import { readSignaturePictures, writeSignaturePictures } from './signature-pictures.ts'

export interface AcceptedEmail {
  readonly id: EmailId
  /** True where an earlier request with the same Idempotency-Key had made it. */
  readonly isReplay: boolean
}

export interface AcceptParts extends ReleaseParts {
  readonly db: Db
  storeBlob(workspaceId: WorkspaceId, content: Uint8Array): Promise<{ sha256: string; size: number }>
  /** Something may be due now. Called after the commit. */
  onDue(): void
}

/**
 * Takes responsibility for an email: when this resolves, recipients and content are committed, and what is due now is
 * in the queue. The same Idempotency-Key with the same body makes one email however often and at once it comes.
 * Throws a Problem for everything that a caller can mend.
 */
export async function acceptEmail(request: EmailRequest, parts: AcceptParts): Promise<AcceptedEmail> {
  const recipients = checkRecipients(request)
  checkContent(request)
  const html = storable(request.html)
  const authored = {
    html: html === null ? null : await sanitiseOffThread(html),
    text: storable(request.text),
  }
  const attachments = await storeAttachments(request, parts)
  const accepted = await asWeb(parts.db, request.workspaceId, async tx => {
    const made = await writeOnce(tx, request, { recipients, attachments, authored }, parts)
    await failpoint('before-accept-commit')
    return made
  })
  await failpoint('after-accept-commit')
  if (!accepted.isReplay) parts.onDue()
  return accepted
}

/** Blobs are written first, each in a transaction of its own: what the email then does not refer to is swept later. */
async function storeAttachments(request: EmailRequest, parts: AcceptParts): Promise<Attachment[]> {
  const octets = request.attachments.reduce((sum, attachment) => sum + attachment.content.length, 0)
  const encoded = Math.ceil((octets / 57) * 78)
  if (encoded > limits.encodedEmailBytes) {
    throw new Problem('email.too-large', {
      sizeMegabytes: Math.ceil(encoded / 1_000_000),
      limitMegabytes: Math.floor(limits.encodedEmailBytes / 1_000_000),
    })
  }
  const stored: Attachment[] = []
  for (const { filename, contentType, content } of request.attachments) {
    stored.push({ filename, contentType, ...(await parts.storeBlob(request.workspaceId, content)) })
  }
  return stored
}

interface Content {
  readonly recipients: readonly Recipient[]
  readonly attachments: readonly Attachment[]
  /** Clean, and without the signature. */
  readonly authored: { readonly html: string | null; readonly text: string | null }
}

async function writeOnce(
  tx: Tx,
  request: EmailRequest,
  content: Content,
  parts: AcceptParts,
): Promise<AcceptedEmail> {
  const id = newId('email')
  const earlier =
    request.idempotency === undefined ? null : await takeKey(tx, request, request.idempotency, id)
  if (earlier !== null) return { id: earlier, isReplay: true }
  const sender = await chooseSender(tx, request)
  await writeEmail(tx, request, { id, sender, content }, parts)
  return { id, isReplay: false }
}

/**
 * Takes the key for this email. Answers the email that has it already; a request that is still being written is waited
 * for by the unique key itself. A key older than 24 hours is free again.
 */
async function takeKey(
  tx: QueryExecutorProvider,
  request: EmailRequest,
  idempotency: Idempotency,
  id: EmailId,
): Promise<EmailId | null> {
  const taken = await sql`
    insert into fairlead.idempotency_key as k (workspace_id, api_key_id, route, key, body_hash, email_id)
    values (${request.workspaceId}, ${idempotency.apiKeyId}, ${idempotency.route}, ${idempotency.key}, ${idempotency.bodyHash}, ${id})
    on conflict (workspace_id, api_key_id, route, key) do update
      set body_hash = excluded.body_hash, email_id = excluded.email_id, created_at = fairlead.now()
      where k.created_at < fairlead.now() - ${limits.idempotencyHours} * interval '1 hour'
    returning email_id`.execute(tx)
  if (taken.rows.length > 0) return null
  const found = await sql<{ bodyHash: string; emailId: EmailId }>`
    select body_hash as "bodyHash", email_id as "emailId" from fairlead.idempotency_key
    where workspace_id = ${request.workspaceId} and api_key_id = ${idempotency.apiKeyId} and route = ${idempotency.route}
      and key = ${idempotency.key}`.execute(tx)
  const earlier = found.rows[0]
  if (earlier === undefined || earlier.bodyHash !== idempotency.bodyHash)
    throw new Problem('idempotency.conflict')
  return earlier.emailId
}

interface Written {
  readonly id: EmailId
  readonly sender: Sender
  readonly content: Content
}

async function writeEmail(
  tx: Tx,
  request: EmailRequest,
  { id, sender, content }: Written,
  parts: AcceptParts,
): Promise<DeliveryId[]> {
  const { authored } = content
  const body = {
    html: authored.html === null ? null : placeSignature(authored.html, sender.signatureHtml),
    text: authored.text === null ? null : placeTextSignature(authored.text, sender.signatureHtml),
  }
  const isDue = await insertEmail(tx, request, {
    id,
    sender,
    ...body,
    authored,
    recipients: content.recipients,
  })
  await insertRecipients(tx, request.workspaceId, id, content.recipients)
  if (request.source !== 'system') await rememberRecipients(tx, request, content.recipients)
  await insertAttachments(tx, request.workspaceId, id, content.attachments)
  const of = { workspaceId: request.workspaceId, emailId: id }
  const pictures = await readSignaturePictures(tx, { ...of, identityId: sender.identityId }, body.html)
  await writeSignaturePictures(tx, of, pictures)
  if (!isDue) return []
  const released = await releaseEmail(
    tx,
    {
      workspaceId: request.workspaceId,
      id,
      memberId: request.memberId,
      subject: request.subject,
      ...body,
      inReplyTo: null,
      references: [],
      priority: 0,
      ...content,
      attachments: [...content.attachments, ...pictures],
      sender,
      source: request.source,
    },
    parts,
  )
  return released.deliveryIds
}

/** PostgreSQL keeps no NUL in text; no mail may carry one either (RFC 5322 §2.2). */
const storable = (text: string | undefined): string | null =>
  text === undefined || text === '' ? null : text.replaceAll('\0', '').toWellFormed()
