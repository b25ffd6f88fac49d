import { type QueryExecutorProvider, sql } from 'kysely'
import type { Mailbox } from '../mail/message.ts'
import { messageIdFor } from '../mail/message-id.ts'
import { alone } from '../mail/render-message.ts'
import { type MessageId, newId, showId, type WorkspaceId } from '../platform/ids.ts'

interface Row {
  readonly headers: readonly string[]
  readonly rfcMessageId: string
}

/**
 * Makes a copy of a message that names one recipient and goes to nobody else: same sender, content and thread. On a
 * channel that takes messages whole, sending the old one again would reach everybody again. `keepsId`: nobody knows
 * whether the old one came, so the copy carries its Message-ID and receivers can tell that it is the same mail.
 */
export async function copyMessageAlone(
  tx: QueryExecutorProvider,
  of: { workspaceId: WorkspaceId; messageId: MessageId; recipient: Mailbox; keepsId: boolean },
): Promise<MessageId> {
  const { workspaceId, messageId } = of
  const found = await sql<Row>`
    select headers, rfc_message_id as "rfcMessageId" from fairlead.message
    where workspace_id = ${workspaceId} and id = ${messageId}`.execute(tx)
  const [old] = found.rows
  if (old === undefined) throw new Error(`message ${messageId} is gone`)
  const id = newId('message')
  const domain = old.rfcMessageId.slice(old.rfcMessageId.lastIndexOf('@') + 1)
  const rfcMessageId = of.keepsId
    ? old.rfcMessageId
    : messageIdFor({ messageId: id, round: 1, deliveryId: '', domain })
  const copy = alone(old.headers, {
    messageId: rfcMessageId,
    recipient: of.recipient,
    ref: showId('message', id),
  })
  await sql`
    insert into fairlead.message (workspace_id, id, email_id, rfc_message_id, from_name, from_address, headers, body, body_hash, size)
    select workspace_id, ${id}, email_id, ${rfcMessageId}, from_name, from_address, ${[...copy.headers]}::text[], body, body_hash,
      size + ${copy.grownBy}
    from fairlead.message where workspace_id = ${workspaceId} and id = ${messageId}`.execute(tx)
  return id
}
