import { findAddress } from '../mail/address.ts'
import { field } from '../mail/headers.ts'
import type { Notice, Reading } from '../notice/notice.ts'

/** Automatic replies that say so in a header: RFC 3834 and what came before it. */
export function readAutoReply(notice: Notice): Reading | null {
  const auto = field(notice.headers, 'auto-submitted').toLowerCase()
  const says =
    auto.startsWith('auto-replied') ||
    field(notice.headers, 'x-autoreply') !== '' ||
    field(notice.headers, 'x-autorespond') !== '' ||
    /^(?:automatic reply|auto[- ]?reply|auto:|out of (?:the )?office)/i.test(notice.subject)
  if (!says) return null
  const address = findAddress(notice.from)
  return {
    rule: 'formats/auto-reply',
    kind: 'auto-reply',
    confidence: 0.9,
    findings: [{ address, action: 'delivered', diagnostic: '' }],
  }
}
