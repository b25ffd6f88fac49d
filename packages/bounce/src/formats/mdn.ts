import { field, readHeaders } from '../mail/headers.ts'
import type { Notice, Reading } from '../notice/notice.ts'
import { partText } from '../notice/read-notice.ts'
import { reportAddress } from './dsn.ts'

const mdnTypes = new Set(['message/disposition-notification', 'message/global-disposition-notification'])

/**
 * Message disposition notifications, "read receipts" (RFC 8098; RFC 6533 §6 for the international form).
 * Whatever became of the message, it was delivered before.
 */
export function readMdn(notice: Notice): Reading | null {
  const part = notice.parts.find(one => mdnTypes.has(one.type))
  if (part === undefined) return null
  const fields = readHeaders(partText(part))
  const address = reportAddress(field(fields, 'final-recipient'))
  const original = reportAddress(field(fields, 'original-recipient'))
  const messageId = /<([^<>\s]{1,900})>/.exec(field(fields, 'original-message-id'))?.[1]
  const finding = {
    address,
    action: 'delivered' as const,
    diagnostic: field(fields, 'disposition'),
    ...(original === '' ? {} : { original }),
  }
  return {
    rule: 'formats/mdn',
    findings: [finding],
    confidence: 0.97,
    ...(messageId === undefined ? {} : { messageIds: [messageId] }),
  }
}
