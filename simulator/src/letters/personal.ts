import type { Incoming, Letter } from '../behaviours/behaviour.ts'
import { headerEnd } from '../received/read-head.ts'
import { date, type Field, single, token, words } from './write-letter.ts'

/** Fields that hang an answer below the message it answers (RFC 5322 §3.6.4). */
function threading({ head }: Incoming): Field[] {
  if (!head.messageId) return []
  const chain = [...head.references.slice(-20), head.messageId].map(id => `<${id}>`)
  return [
    ['In-Reply-To', `<${head.messageId}>`],
    ['References', chain.join('\r\n ')],
  ]
}

const text: readonly Field[] = [
  ['MIME-Version', '1.0'],
  ['Content-Type', 'text/plain; charset="utf-8"'],
  ['Content-Transfer-Encoding', '8bit'],
]

function letter(
  incoming: Incoming,
  own: { to: string; mailFrom: string; fields: Field[]; body: string },
): Letter {
  const { recipient, host } = incoming
  const fields: Field[] = [
    ['Date', date()],
    ['From', `<${recipient.address}>`],
    ['To', `<${own.to}>`],
    ['Message-ID', `<${token(12)}@${host}>`],
    ...threading(incoming),
    ...own.fields,
    ...text,
  ]
  return { mailFrom: own.mailFrom, to: own.to, ehlo: host, bytes: single(fields, own.body) }
}

const away =
  'Thank you for your message. I am out of the office until Monday and will answer when I am back.\n'

/**
 * An answer of Exchange's out-of-office assistant: to the From address, empty return path
 * (https://learn.microsoft.com/exchange/policy-and-compliance/out-of-office; [MS-OXCMAIL] X-Auto-Response-Suppress).
 */
export function exchangeAwayNote(incoming: Incoming): Letter {
  return letter(incoming, {
    to: incoming.head.fromAddress,
    mailFrom: '',
    fields: [
      ['Subject', words(`Automatic reply: ${incoming.head.subject}`)],
      ['Auto-Submitted', 'auto-generated'],
      ['X-Auto-Response-Suppress', 'All'],
      ['X-MS-Exchange-Inbox-Rules-Loop', incoming.recipient.address],
    ],
    body: away,
  })
}

/** An answer of a Sieve vacation script (RFC 5230 §5, RFC 3834 §4): to the return path, empty return path. */
export function vacationNote(incoming: Incoming): Letter {
  return letter(incoming, {
    to: incoming.message.mailFrom,
    mailFrom: '',
    fields: [
      ['Subject', words(`Auto: ${incoming.head.subject}`)],
      ['Auto-Submitted', 'auto-replied (vacation)'],
      ['Precedence', 'bulk'],
    ],
    body: away,
  })
}

/** The first lines of the body, quoted as people do; only of plain text, which needs no decoding to be shown. */
function quoted({ bytes }: Incoming): string {
  const lines = bytes
    .subarray(headerEnd(bytes), headerEnd(bytes) + 4_000)
    .toString('utf8')
    .trim()
    .split(/\r?\n/)
  return lines
    .slice(0, 20)
    .map(line => `> ${line}`)
    .join('\n')
}

/** A person's answer, to Reply-To or From (RFC 5322 §3.6.2), with the message quoted below. */
export function personalReply(incoming: Incoming): Letter {
  const { head, recipient, message } = incoming
  const subject = /^re:/i.test(head.subject) ? head.subject : `Re: ${head.subject}`
  const when = date(new Date(message.receivedAt))
  return letter(incoming, {
    to: head.replyTo || head.fromAddress,
    mailFrom: recipient.address,
    fields: [['Subject', words(subject)]],
    body: `Thanks, that sounds interesting. Could we talk on Thursday?\n\nOn ${when}, ${head.from} wrote:\n${quoted(incoming)}\n`,
  })
}
