import { findAddress } from '../mail/address.ts'
import { field, fieldValues, readHeaders } from '../mail/headers.ts'
import type { Notice, Reading } from '../notice/notice.ts'
import { partText } from '../notice/read-notice.ts'

/** Whom the feedback speaks of: the report's own field, else the To of the returned message. */
function complainedAbout(notice: Notice, fields: ReturnType<typeof readHeaders> | null): string {
  const names =
    fields === null
      ? []
      : [...fieldValues(fields, 'original-rcpt-to'), ...fieldValues(fields, 'removal-recipient')]
  for (const value of names) {
    const address = findAddress(value)
    if (address !== '') return address
  }
  for (const original of notice.originals) {
    for (const name of ['x-hmxmroriginalrecipient', 'to', 'x-original-to', 'delivered-to']) {
      const address = findAddress(field(original, name))
      if (address !== '') return address
    }
  }
  return ''
}

/** Abuse and authentication-failure reports: ARF (RFC 5965, RFC 6591, RFC 6650). */
export function readArf(notice: Notice): Reading | null {
  const part = notice.parts.find(one => one.type === 'message/feedback-report')
  const fields = part === undefined ? null : readHeaders(partText(part))
  // Microsoft's Junk Mail Reporting Program sends the message alone, in a multipart/mixed.
  const isJmrp =
    notice.from.includes('staff@hotmail.com') && notice.subject.startsWith('complaint about message from')
  if (fields === null && !isJmrp) return null
  const address = complainedAbout(notice, fields)
  return {
    rule: 'formats/arf',
    kind: 'feedback',
    confidence: 0.98,
    findings: [
      { address, action: 'complained', diagnostic: fields === null ? '' : field(fields, 'feedback-type') },
    ],
    envelopeIds: fields === null ? [] : fieldValues(fields, 'original-envelope-id'),
  }
}
