import type { DeliveryChannel, Handoff, SendOutcome } from '../channels/channel.ts'
import type { OpenedLink } from '../links/open-link.ts'
import type { DkimKey, Mailbox, OutgoingMessage } from '../mail/message.ts'
import { outgoingMessage, renderMessage } from '../mail/render-message.ts'
import { newId } from '../platform/ids.ts'

/** A mail by which Fairlead learns about a link; nobody reads it. */
export interface OwnMail {
  readonly from: Mailbox
  readonly to: Mailbox['address']
  readonly subject: string
  readonly text: string
  /** Ends its Message-ID. */
  readonly mailDomain: string
}

/** Renders it as any other mail is. */
export async function writeOwnMail({
  from,
  to,
  subject,
  text,
  mailDomain,
}: OwnMail): Promise<OutgoingMessage> {
  const messageId = `${newId('message')}@${mailDomain}`
  const readBlob = () => {
    throw new Error('such a mail has no attachments')
  }
  const input = {
    ...{ from, to: [{ name: '', address: to }], messageId, date: new Date(), subject, text },
    // RFC 3834 §5: nobody answers it by itself.
    headers: [{ name: 'Auto-Submitted', value: 'auto-generated' }],
  }
  const frozen = await renderMessage(input, readBlob)
  return outgoingMessage({ frozen, messageId, sender: from, readBlob })
}

/** What of the envelope is the platform's or the domain's. */
export interface OwnEnvelope {
  readonly to: Mailbox['address']
  readonly from: Mailbox['address']
  readonly dkim: readonly DkimKey[]
}

/**
 * One try to hand it over, past the queue: no pace, no mark in the database, no second try. Rejects with what the channel
 * throws.
 */
export async function handOverOwnMail(
  { channel, link }: { readonly channel: DeliveryChannel<unknown>; readonly link: OpenedLink },
  { message, envelope }: { readonly message: OutgoingMessage; readonly envelope: OwnEnvelope },
  signal: AbortSignal,
): Promise<SendOutcome | undefined> {
  const id = newId('delivery')
  const handoff: Handoff = {
    ...{ id: newId('handoff'), message, round: 1, dkim: envelope.dkim, lane: `link:${link.id}` },
    deliveries: [{ id, to: envelope.to, kind: 'to' }],
    envelopeFrom: envelope.from,
    keep: () => Promise.resolve(),
  }
  const result = await channel.send(handoff, link, () => Promise.resolve(), signal)
  return result.outcomes.get(id)
}
