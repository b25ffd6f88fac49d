import type { Incoming, Letter } from '../behaviours/behaviour.ts'
import {
  compound,
  date,
  envelopeId,
  type Field,
  multipart,
  returned,
  statusPart,
  token,
} from './write-letter.ts'

const answer =
  "550 5.1.1 The email account that you tried to reach does not exist. Please try double-checking the recipient's email address for typos or unnecessary spaces. For more information, go to https://support.google.com/mail/?p=NoSuchUser - gsmtp"

const sentences = (address: string): string => `
** Address not found **

Your message wasn't delivered to ${address} because the address couldn't be found, or is unable to receive mail.

Learn more here: https://support.google.com/mail/?p=NoSuchUser

The response was:

${answer}
`

function statusOf(incoming: Incoming): string {
  const { message, recipient, head } = incoming
  return statusPart([
    [
      ['Reporting-MTA', 'dns; googlemail.com'],
      ...envelopeId(incoming),
      ['Received-From-MTA', `dns; ${message.mailFrom}`],
      ['Arrival-Date', date(new Date(message.receivedAt))],
      ['X-Original-Message-ID', `<${head.messageId}>`],
    ],
    [
      ['Final-Recipient', `rfc822; ${recipient.address}`],
      ['Action', 'failed'],
      ['Status', '5.1.1'],
      ['Diagnostic-Code', `smtp; ${answer}`],
      ['Last-Attempt-Date', date()],
    ],
  ])
}

/**
 * A "Delivery Status Notification (Failure)" in the layout of Gmail; its words:
 * https://support.google.com/mail/?p=NoSuchUser and https://support.google.com/a/answer/3726730
 */
export function gmailBounce(incoming: Incoming): Letter {
  const { message, recipient, head } = incoming
  const boundary = `000000000000${token(8)}`
  const related = `000000000000${token(8)}`
  const text = sentences(recipient.address)
  const status = statusOf(incoming)
  const body = multipart(boundary, [
    {
      fields: [['Content-Type', `multipart/related; boundary="${related}"`]],
      body: multipart(related, [{ fields: [['Content-Type', 'text/plain; charset="UTF-8"']], body: text }]),
    },
    { fields: [['Content-Type', 'message/delivery-status']], body: status },
    returned(incoming, []),
  ])
  const fields: Field[] = [
    ['MIME-Version', '1.0'],
    ['Content-Type', `multipart/report; boundary="${boundary}"; report-type=delivery-status`],
    ['To', message.mailFrom],
    ['Auto-Submitted', 'auto-replied'],
    ['Message-ID', `<${token(4)}.${token(4)}.${token(3)}.${token(2)}.GMR@mx.google.com>`],
    ['Date', date()],
    ['From', 'Mail Delivery Subsystem <mailer-daemon@googlemail.com>'],
    ['Subject', 'Delivery Status Notification (Failure)'],
    ['References', `<${head.messageId}>`],
    ['In-Reply-To', `<${head.messageId}>`],
    ['X-Failed-Recipients', recipient.address],
  ]
  return {
    mailFrom: '',
    to: message.mailFrom,
    ehlo: 'mail-ed1-f69.google.com',
    bytes: compound(fields, body),
  }
}
