import { field, type Headers, readHeaders } from '../mail/headers.ts'
import type { Finding, Notice, Reading } from '../notice/notice.ts'
import { partText } from '../notice/read-notice.ts'
import { reportAddress } from './dsn.ts'

const mdnTypes = new Set(['message/disposition-notification', 'message/global-disposition-notification'])

/** By which a filter says, beside `deleted`, that it refused: Sieve (RFC 5429 §2.2.1), Dovecot's delivery agent. */
export const refusalWords: readonly string[] = [
  'automatically rejected',
  'was refused by',
  'auto-replied (rejected)',
]

/**
 * Mailbox filters refuse with a disposition notification too. `deleted` alone is no refusal: Outlook says so
 * of what its owner threw away unread.
 */
function isRefusal(fields: Headers, notice: Notice): boolean {
  const disposition = field(fields, 'disposition').toLowerCase().replace(/\s/g, '')
  if (!disposition.startsWith('automatic-action/') || !disposition.includes(';deleted')) return false
  const said = `${field(notice.headers, 'auto-submitted')}\n${notice.subject}\n${notice.text}`.toLowerCase()
  return refusalWords.some(words => said.includes(words))
}

/**
 * Message disposition notifications, "read receipts" (RFC 8098; RFC 6533 §6 for the international form).
 * Whatever became of the message, it was delivered before; unless the mailbox's own filter refused it.
 */
export function readMdn(notice: Notice): Reading | null {
  const part = notice.parts.find(one => mdnTypes.has(one.type))
  if (part === undefined) return null
  const fields = readHeaders(partText(part))
  const original = reportAddress(field(fields, 'original-recipient'))
  const messageId = /<([^<>\s]{1,900})>/.exec(field(fields, 'original-message-id'))?.[1]
  const became: Pick<Finding, 'action' | 'diagnostic' | 'reason'> = isRefusal(fields, notice)
    ? { action: 'failed', diagnostic: notice.text.trim().slice(0, 4000), reason: 'recipient.filtered' }
    : { action: 'delivered', diagnostic: field(fields, 'disposition') }
  const finding = {
    address: reportAddress(field(fields, 'final-recipient')),
    ...became,
    ...(original === '' ? {} : { original }),
  }
  return {
    rule: 'formats/mdn',
    findings: [finding],
    confidence: 0.97,
    ...(messageId === undefined ? {} : { messageIds: [messageId] }),
  }
}
