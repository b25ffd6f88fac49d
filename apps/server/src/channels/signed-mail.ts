import { signDkim } from '../mail/dkim.ts'
import { envelopeIdFor } from '../mail/envelope-id.ts'
import type { SmtpMail } from '../transports/smtp/deliver.ts'
import type { Handoff, HandoffDelivery } from './channel.ts'

/**
 * A handoff as one SMTP transaction for those of its deliveries that travel together: signed with its keys, each
 * address once. One ENVID for all: it names the first, and Original-Recipient tells them apart (RFC 3461 §5.2).
 */
export async function signedMail(
  handoff: Handoff,
  carried: readonly HandoffDelivery[],
  mark: () => Promise<void>,
  signal: AbortSignal,
): Promise<SmtpMail> {
  const { message } = handoff
  const signatures = await signDkim(message.headers, message.bodyHash, handoff.dkim, new Date())
  const signed = signatures.map(field => `${field}\r\n`).join('')
  const [first] = carried
  return {
    from: handoff.envelopeFrom,
    to: [...new Set(carried.map(delivery => delivery.to))],
    headers: `${signed}${message.headers.join('\r\n')}\r\n`,
    size: message.size + signed.length,
    openBody: () => message.openBody(),
    mark,
    signal,
    ...(first ? { envelopeId: envelopeIdFor(first.id, handoff.round) } : {}),
  }
}
