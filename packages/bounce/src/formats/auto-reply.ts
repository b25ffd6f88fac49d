import { findAddress } from '../mail/address.ts'
import { field } from '../mail/headers.ts'
import type { Notice, Reading } from '../notice/notice.ts'
import { absenceWords, autoReplyHeaders, autoReplySubjects } from './auto-reply-signs.ts'

function saysHeader(notice: Notice): boolean {
  return autoReplyHeaders.some(({ name, part }) => {
    const value = field(notice.headers, name).toLowerCase()
    return value !== '' && value.includes(part)
  })
}

/** Some sign that no person sent this; alone it is no answer: newsletters have it too. */
const isUnattended = ({ headers }: Notice): boolean =>
  /bulk|junk|auto/i.test(field(headers, 'precedence')) ||
  field(headers, 'x-auto-response-suppress') !== '' ||
  field(headers, 'return-path').replace(/\s/g, '') === '<>'

/** A program that answers, as told by `Auto-Submitted: auto-generated` and a reference to our message. */
function answersByItself(notice: Notice): boolean {
  const value = field(notice.headers, 'auto-submitted').toLowerCase()
  if (!value.startsWith('auto-generated')) return false
  return field(notice.headers, 'in-reply-to') !== '' || field(notice.headers, 'references') !== ''
}

/** Automatic replies: RFC 3834, and the headers and subjects that programs used before and beside it. */
export function readAutoReply(notice: Notice): Reading | null {
  const subject = notice.lowerSubject.trimStart()
  const isReply =
    saysHeader(notice) ||
    answersByItself(notice) ||
    autoReplySubjects.some(one => subject.startsWith(one)) ||
    subject.trimEnd().endsWith(' is out of the office.') ||
    (isUnattended(notice) && absenceWords.some(one => subject.includes(one)))
  if (!isReply) return null
  return {
    rule: 'formats/auto-reply',
    kind: 'auto-reply',
    confidence: 0.9,
    findings: [{ address: findAddress(notice.from), action: 'delivered', diagnostic: '' }],
  }
}
