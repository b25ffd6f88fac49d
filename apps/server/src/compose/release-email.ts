import type { Reason } from '@fairlead/bounce'
import { Problem } from '@fairlead/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import { createDeliveries } from '../events/create-deliveries.ts'
import type { ReadBlob } from '../mail/body.ts'
import type { FrozenMessage, Mailbox } from '../mail/message.ts'
import { messageIdFor } from '../mail/message-id.ts'
import type { Attachment } from '../mail/mime-part.ts'
import { renderMessage } from '../mail/render-message.ts'
import {
  type DeliveryId,
  type EmailId,
  type MemberId,
  type MessageId,
  newId,
  showId,
  type WorkspaceId,
} from '../platform/ids.ts'
import type { Recipient } from './check-recipients.ts'
import type { Sender } from './choose-sender.ts'

/** What rendering and releasing need to know of the world. */
export interface ReleaseParts {
  /** Domain of our Message-IDs. */
  readonly mailDomain: string
  readonly giveUpMs: number
  readBlob(workspaceId: WorkspaceId): ReadBlob
  /** Largest message of this sender's channel, in octets as encoded. */
  maxBytes(sender: Sender): number
}

/** An email with everything that freezes at its release. */
export interface ReleasableEmail {
  readonly workspaceId: WorkspaceId
  readonly id: EmailId
  readonly memberId: MemberId
  readonly subject: string
  readonly html: string | null
  readonly text: string | null
  readonly inReplyTo: string | null
  readonly references: readonly string[]
  readonly priority: number
  readonly recipients: readonly Recipient[]
  readonly attachments: readonly Attachment[]
  readonly sender: Sender
  readonly source: string
}

/**
 * Freezes the message and puts one delivery for each recipient into the queue, in the caller's transaction. Throws a
 * Problem where the encoded message is larger than the channel carries.
 */
export async function releaseEmail(
  tx: QueryExecutorProvider,
  email: ReleasableEmail,
  parts: ReleaseParts,
): Promise<{ messageId: MessageId; deliveryIds: DeliveryId[] }> {
  const messageId = newId('message')
  const rfcMessageId = messageIdFor({ messageId, round: 1, deliveryId: '', domain: parts.mailDomain })
  const frozen = await freeze(tx, email, { messageId, rfcMessageId }, parts)
  await insertMessage(tx, email, { messageId, rfcMessageId, frozen })
  const suppressed = await suppressedAmong(tx, email)
  const deliveryIds = await createDeliveries(tx, {
    workspaceId: email.workspaceId,
    emailId: email.id,
    messageId,
    memberId: email.memberId,
    linkId: email.sender.linkId,
    priority: email.priority,
    giveUpMs: parts.giveUpMs,
    source: email.source,
    recipients: email.recipients.map(recipient => {
      const reason = suppressed.get(recipient.addressKey)
      return {
        id: recipient.id,
        address: recipient.address,
        ...(reason === undefined ? {} : { suppressed: reason }),
      }
    }),
  })
  return { messageId, deliveryIds }
}

async function freeze(
  tx: QueryExecutorProvider,
  email: ReleasableEmail,
  ids: { messageId: MessageId; rfcMessageId: string },
  parts: ReleaseParts,
): Promise<FrozenMessage> {
  const of = (kind: Recipient['kind']): Mailbox[] =>
    email.recipients.filter(recipient => recipient.kind === kind)
  const now = await sql<{ now: Date }>`select fairlead.now() as now`.execute(tx)
  const frozen = await renderMessage(
    {
      from: { name: email.sender.name, address: email.sender.address },
      to: of('to'),
      cc: of('cc'),
      subject: email.subject,
      date: now.rows[0]?.now ?? new Date(),
      messageId: ids.rfcMessageId,
      ...(email.html === null ? {} : { html: email.html }),
      ...(email.text === null ? {} : { text: email.text }),
      ...(email.inReplyTo === null ? {} : { inReplyTo: email.inReplyTo }),
      references: email.references,
      headers: [
        { name: 'X-Fairlead-Ref', value: showId('message', ids.messageId) },
        // RFC 3834 §5: nobody's mailbox answers it by itself.
        ...(email.source === 'system' ? [{ name: 'Auto-Submitted', value: 'auto-generated' }] : []),
      ],
      attachments: email.attachments,
    },
    parts.readBlob(email.workspaceId),
  )
  const limit = parts.maxBytes(email.sender)
  if (frozen.size > limit)
    throw new Problem('email.too-large', {
      sizeMegabytes: megabytes(frozen.size),
      limitMegabytes: megabytes(limit),
    })
  return frozen
}

const megabytes = (octets: number): number => Math.ceil(octets / 1_000_000)

async function insertMessage(
  tx: QueryExecutorProvider,
  email: ReleasableEmail,
  made: { messageId: MessageId; rfcMessageId: string; frozen: FrozenMessage },
): Promise<void> {
  const { frozen } = made
  await sql`
    insert into fairlead.message (workspace_id, id, email_id, rfc_message_id, from_name, from_address, headers, body, body_hash, size)
    values (${email.workspaceId}, ${made.messageId}, ${email.id}, ${made.rfcMessageId}, ${email.sender.name}, ${email.sender.address},
            ${[...frozen.headers]}::text[], ${JSON.stringify(frozen.body)}, ${frozen.bodyHash}, ${frozen.size})`.execute(
    tx,
  )
}

async function suppressedAmong(
  tx: QueryExecutorProvider,
  email: ReleasableEmail,
): Promise<Map<string, Reason>> {
  const found = await sql<{ addressKey: string; reason: Reason }>`
    select address_key as "addressKey", reason from fairlead.suppression
    where workspace_id = ${email.workspaceId} and address_key = any(${email.recipients.map(one => one.addressKey)}::text[])
      and (expires_at is null or expires_at > fairlead.now())`.execute(tx)
  return new Map(
    found.rows.map(row => [row.addressKey, { ...row.reason, code: 'local.suppressed' as const }]),
  )
}
