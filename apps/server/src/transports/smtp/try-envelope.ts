import type { SmtpConnection } from './connection.ts'
import type { SmtpReply } from './reply.ts'

export interface EnvelopeAnswer {
  /** The first refusal, or the last acceptance. */
  readonly reply: SmtpReply
  readonly stage: 'mail' | 'rcpt'
  readonly isTaken: boolean
}

/**
 * Asks whether a server would take mail from one address to another, and takes it back with RSET before any message
 * is sent (RFC 5321 §4.1.1.5). Many servers judge the sender only at RCPT. Rejects with SmtpError when the
 * connection ends.
 */
export async function tryEnvelope(
  connection: SmtpConnection,
  envelope: { readonly from: string; readonly to: string },
): Promise<EnvelopeAnswer> {
  const { mailMs, rcptMs } = connection.timeouts
  const isUtf8 = /[\u0080-\uffff]/.test(envelope.from + envelope.to)
  const parameters = isUtf8 && connection.extensions.has('SMTPUTF8') ? ' BODY=8BITMIME SMTPUTF8' : ''
  const mail = await connection.command(`MAIL FROM:<${envelope.from}>${parameters}`, 'mail', mailMs)
  if (mail.code >= 300) return { reply: mail, stage: 'mail', isTaken: false }
  const rcpt = await connection.command(`RCPT TO:<${envelope.to}>`, 'rcpt', rcptMs)
  await connection.command('RSET', 'mail', mailMs)
  return { reply: rcpt, stage: 'rcpt', isTaken: rcpt.code < 300 }
}
