import { findAddress } from '../mail/address.ts'
import { field, fieldValues, type Headers, readHeaders } from '../mail/headers.ts'
import type { Notice, Reading } from '../notice/notice.ts'
import { partText } from '../notice/read-notice.ts'

/** Whom the feedback speaks of, by the report's own fields; there may be several (RFC 5965 §3.2). */
function namedIn(fields: Headers | null, originals: readonly Headers[]): string[] {
  const own =
    fields === null
      ? []
      : ['original-rcpt-to', 'removal-recipient'].flatMap(name => fieldValues(fields, name))
  const marked = originals.map(one => field(one, 'x-hmxmroriginalrecipient'))
  return [...new Set([...own, ...marked].map(findAddress))].filter(one => one !== '')
}

/** Otherwise a guess: the To of the returned message. */
function guessedFrom(originals: readonly Headers[]): string {
  const values = originals.flatMap(one =>
    ['to', 'x-original-to', 'delivered-to'].map(name => field(one, name)),
  )
  return values.map(findAddress).find(one => one !== '') ?? ''
}

/** Abuse and authentication-failure reports: ARF (RFC 5965, RFC 6591, RFC 6650). */
export function readArf(notice: Notice): Reading | null {
  const part = notice.parts.find(one => one.type === 'message/feedback-report')
  const fields = part === undefined ? null : readHeaders(partText(part))
  // Microsoft's Junk Mail Reporting Program sends the message alone, in a multipart/mixed.
  const isJmrp =
    notice.from.includes('staff@hotmail.com') && notice.subject.startsWith('complaint about message from')
  if (fields === null && !isJmrp) return null
  const named = namedIn(fields, notice.originals)
  const isGuessed = named.length === 0
  const diagnostic = fields === null ? '' : field(fields, 'feedback-type')
  const addresses = isGuessed ? [guessedFrom(notice.originals)] : named
  return {
    rule: 'formats/arf',
    kind: 'feedback',
    confidence: 0.98,
    findings: addresses.map(address => ({ address, action: 'complained', diagnostic, isGuessed })),
    envelopeIds: fields === null ? [] : fieldValues(fields, 'original-envelope-id'),
  }
}
