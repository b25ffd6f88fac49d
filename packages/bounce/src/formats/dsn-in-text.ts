import type { Notice, Reading } from '../notice/notice.ts'
import { readStatusFields } from './dsn.ts'
import { supplement } from './supplement.ts'

const recipientField = /(?:^|\n)(?:final|original)-recipient[ \t]*:/i
const firstField =
  /(?:^|\n)(?:reporting-mta|original-envelope-id|final-recipient|original-recipient|action)[ \t]*:/i

/**
 * The fields of a delivery status (RFC 3464 §2) in a plain text part: Amazon WorkMail, PMDF, and notices whose
 * MIME structure was lost on the way.
 */
export function readDsnInText(notice: Notice): Reading | null {
  const text = notice.text
  if (!recipientField.test(text)) return null
  const from = firstField.exec(text)?.index ?? 0
  const { findings, envelopeIds } = readStatusFields(text.slice(from).trimStart())
  const named = findings.filter(one => one.address !== '' || one.original !== undefined)
  if (named.length === 0) return null
  return supplement({ rule: 'formats/dsn-in-text', findings: named, envelopeIds, confidence: 0.9 }, notice)
}
