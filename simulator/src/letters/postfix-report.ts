import type { Incoming, Letter } from '../behaviours/behaviour.ts'
import {
  compound,
  date,
  envelopeId,
  type Field,
  multipart,
  originalRecipient,
  type Part,
  returned,
  statusPart,
  token,
} from './write-letter.ts'

/** What a report says; the fields of RFC 3464 §2.3 and the sentences of Postfix's bounce(5). */
interface Finding {
  readonly action: 'failed' | 'delayed' | 'delivered'
  readonly status: string
  readonly diagnostic: string
  readonly subject: string
  readonly sentences: string
  readonly partName: string
  readonly extra: readonly Field[]
}

const helpLines = `For further assistance, please send mail to postmaster.

If you do so, please include this problem report. You can
delete your own text from the attached returned message.

                   The mail system`

const warningLines = `####################################################################
# THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE. #
####################################################################

Your message could not be delivered for more than 0 hour(s).
It will be retried until it is 5 day(s) old.

${helpLines}`

/** The machine-readable part (RFC 3464 §2). */
function statusOf(incoming: Incoming, finding: Finding): string {
  const { message, recipient, host } = incoming
  return statusPart([
    [
      ['Reporting-MTA', `dns; ${host}`],
      ...envelopeId(incoming),
      ['X-Postfix-Queue-ID', message.queueId],
      ['X-Postfix-Sender', `rfc822; ${message.mailFrom}`],
      ['Arrival-Date', date(new Date(message.receivedAt))],
    ],
    [
      ['Final-Recipient', `rfc822; ${recipient.address}`],
      ['Original-Recipient', originalRecipient(incoming)],
      ['Action', finding.action],
      ['Status', finding.status],
      ['Remote-MTA', `dns; mailstore.${host}`],
      ['Diagnostic-Code', `smtp; ${finding.diagnostic.replace(/^.*? said: /, '')}`],
      ...finding.extra,
    ],
  ])
}

function part(description: string, type: string, body: string): Part {
  const fields: Field[] = [
    ['Content-Description', description],
    ['Content-Type', type],
  ]
  return { fields, body }
}

/** A report as Postfix writes it: https://www.postfix.org/bounce.5.html, RFC 3464. */
function report(incoming: Incoming, finding: Finding): Letter {
  const { message, recipient, host } = incoming
  const boundary = `${message.queueId}.${Math.floor(Date.now() / 1000)}/${host}`
  const text = `This is the mail system at host ${host}.\n\n${finding.sentences}\n\n<${recipient.address}>: ${finding.diagnostic}\n`
  const original = returned(incoming, [['Return-Path', `<${message.mailFrom}>`]])
  const parts = [
    part('Notification', 'text/plain; charset=us-ascii', text),
    part('Delivery report', 'message/delivery-status', statusOf(incoming, finding)),
    { ...original, fields: [['Content-Description', finding.partName] as Field, ...original.fields] },
  ]
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14)
  const fields: Field[] = [
    ['Received', `by ${host} (Postfix)\r\n\tid ${token(5).toUpperCase()}; ${date()}`],
    ['Date', date()],
    ['From', `MAILER-DAEMON@${host} (Mail Delivery System)`],
    ['Subject', finding.subject],
    ['To', message.mailFrom],
    ['Auto-Submitted', 'auto-replied'],
    ['MIME-Version', '1.0'],
    ['Content-Type', `multipart/report; report-type=delivery-status;\r\n\tboundary="${boundary}"`],
    ['Content-Transfer-Encoding', '8bit'],
    ['Message-Id', `<${stamp}.${token(5).toUpperCase()}@${host}>`],
  ]
  const body = multipart(boundary, parts, 'This is a MIME-encapsulated message.\r\n\r\n')
  return { mailFrom: '', to: message.mailFrom, ehlo: host, bytes: compound(fields, body) }
}

export function postfixBounce(incoming: Incoming): Letter {
  const { recipient, host } = incoming
  return report(incoming, {
    action: 'failed',
    status: '5.1.1',
    diagnostic: `host mailstore.${host}[127.0.0.1] said: 550 5.1.1 <${recipient.address}>: Recipient address rejected: User unknown in local recipient table (in reply to RCPT TO command)`,
    subject: 'Undelivered Mail Returned to Sender',
    sentences: `I'm sorry to have to inform you that your message could not\nbe delivered to one or more recipients. It's attached below.\n\n${helpLines}`,
    partName: 'Undelivered Message',
    extra: [],
  })
}

export function postfixDelay(incoming: Incoming): Letter {
  return report(incoming, {
    action: 'delayed',
    status: '4.4.1',
    diagnostic: `connect to mailstore.${incoming.host}[127.0.0.1]:25: Connection timed out`,
    subject: 'Delayed Mail (still being retried)',
    sentences: warningLines,
    partName: 'Delayed Message',
    extra: [['Will-Retry-Until', date(new Date(Date.now() + 5 * 86_400_000))]],
  })
}

/** For NOTIFY=SUCCESS (RFC 3461 §5.2.2), which this server offers. */
export function postfixSuccess(incoming: Incoming): Letter {
  return report(incoming, {
    action: 'delivered',
    status: '2.0.0',
    diagnostic: 'delivery via lmtp: 250 2.0.0 Saved',
    subject: 'Successful Mail Delivery Report',
    sentences: 'Your message was successfully delivered to the destination(s)\nlisted below.',
    partName: 'Delivered Message',
    extra: [],
  })
}
