import { findAddress } from '../mail/address.ts'
import { field } from '../mail/headers.ts'
import type { Notice, Reading } from '../notice/notice.ts'
import { autoReplyHeaders, autoReplySubjects } from './auto-reply-signs.ts'

function saysHeader(notice: Notice): boolean {
  return autoReplyHeaders.some(({ name, part }) => {
    const value = field(notice.headers, name).toLowerCase()
    return value !== '' && value.includes(part)
  })
}

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
    saysHeader(notice) || answersByItself(notice) || autoReplySubjects.some(one => subject.startsWith(one))
  if (!isReply) return null
  return {
    rule: 'formats/auto-reply',
    kind: 'auto-reply',
    confidence: 0.9,
    findings: [{ address: findAddress(notice.from), action: 'delivered', diagnostic: '' }],
  }
}
