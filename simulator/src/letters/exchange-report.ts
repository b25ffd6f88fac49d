import type { Incoming, Letter } from '../behaviours/behaviour.ts'
import {
  compound,
  crlf,
  date,
  envelopeId,
  type Field,
  multipart,
  type Part,
  returned,
  statusPart,
  token,
  words,
} from './write-letter.ts'

const explanation =
  "The email address you entered couldn't be found. Please check the recipient's email address and try to resend the message. If the problem continues, please contact your email admin."

interface Notice {
  readonly server: string
  /** What the server that knows the mailbox said. */
  readonly answer: string
}

const sentences = ({ recipient, head }: Incoming, { server, answer }: Notice): string =>
  `Delivery has failed to these recipients or groups:

${recipient.address}<mailto:${recipient.address}>
${explanation}


Diagnostic information for administrators:

Generating server: ${server}

${recipient.address}
Remote Server returned '${answer}'

Original message headers:

${head.fields.map(({ key, value }) => `${key}: ${value}`).join('\n')}
`

function asHtml(text: string): string {
  const escaped = text.replace(/[&<>]/g, c => (c === '&' ? '&amp;' : c === '<' ? '&lt;' : '&gt;'))
  return `<html>\n<body>\n<pre>${escaped}</pre>\n</body>\n</html>\n`
}

function textPart(type: string, body: string): Part {
  const fields: Field[] = [
    ['Content-Type', `${type}; charset="utf-8"`],
    ['Content-Transfer-Encoding', 'base64'],
  ]
  return { fields, body: Buffer.from(crlf(body)).toString('base64').replace(/.{76}/g, '$&\n') }
}

function statusOf(incoming: Incoming, { server, answer }: Notice): string {
  const { message, recipient } = incoming
  return statusPart([
    [
      ['Reporting-MTA', `dns;${server}`],
      ...envelopeId(incoming),
      ['Received-From-MTA', `dns;${message.ehlo.replace(/\s/g, '')}`],
      ['Arrival-Date', date(new Date(message.receivedAt))],
    ],
    [
      ['Final-Recipient', `rfc822;${recipient.address}`],
      ['Action', 'failed'],
      ['Status', '5.1.10'],
      ['Diagnostic-Code', `smtp;${answer}`],
    ],
  ])
}

/**
 * A non-delivery report in the layout of Exchange Online:
 * https://learn.microsoft.com/exchange/troubleshoot/email-delivery/ndr/non-delivery-reports-in-exchange-online
 * (sections "What's included in an NDR" and the row 5.1.10).
 */
export function exchangeBounce(incoming: Incoming): Letter {
  const { message, recipient, head } = incoming
  const server = `AM0PR01MB${1000 + (Number.parseInt(token(2), 16) % 9000)}.eurprd01.prod.outlook.com`
  const answer = `550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient ${recipient.address} not found by SMTP address lookup`
  const boundary = `${token(16)}_`
  const inner = `_000_${token(12)}_`
  const text = sentences(incoming, { server, answer })
  const status = statusOf(incoming, { server, answer })
  const body = multipart(boundary, [
    {
      fields: [['Content-Type', `multipart/alternative; differences=Content-Type;\r\n\tboundary="${inner}"`]],
      body: multipart(inner, [textPart('text/plain', text), textPart('text/html', asHtml(text))]),
    },
    { fields: [['Content-Type', 'message/delivery-status']], body: status },
    returned(incoming, []),
  ])
  const domain = recipient.address.slice(recipient.address.lastIndexOf('@') + 1)
  const fields: Field[] = [
    ['From', `<postmaster@${domain}>`],
    ['To', `<${message.mailFrom}>`],
    ['Date', date()],
    ['Content-Type', `multipart/report; report-type=delivery-status;\r\n\tboundary="${boundary}"`],
    ['X-MS-Exchange-Message-Is-Ndr', ''],
    ['Content-Language', 'en-US'],
    ['Message-ID', `<${token(4)}-${token(2)}-${token(2)}-${token(2)}-${token(6)}@${server}>`],
    ['In-Reply-To', `<${head.messageId}>`],
    ['References', `<${head.messageId}>`],
    ['Subject', words(`Undeliverable: ${head.subject}`)],
    ['Auto-Submitted', 'auto-replied'],
    ['MIME-Version', '1.0'],
  ]
  return { mailFrom: '', to: message.mailFrom, ehlo: server, bytes: compound(fields, body) }
}
