import { findAddress, findAddresses } from '../mail/address.ts'
import { field, fieldValues } from '../mail/headers.ts'
import { failureSubjects, isOfficeTalking, isSurelyMachine, machineSenders } from '../notice/machine-signs.ts'
import type { Finding, Notice, Reading } from '../notice/notice.ts'
import { findReplyCode } from '../reasons/reply-codes.ts'
import { readLayout } from './read-layout.ts'
import { aloneOnLine, bareColon, bareThen, bracketColon, bracketThen, labelled } from './recipient-lines.ts'
import { saysItArrived, saysItGoesOn } from './still-trying.ts'

/** Words, lower case, by which a notice of unknown make says that it is about a failure. */
export const failureWords: readonly string[] = [
  'could not deliver',
  "couldn't be delivered",
  'unable to deliver',
  'not be delivered',
  'was not delivered',
  "wasn't delivered",
  'delivery failed',
  'delivery has failed',
  'failed to deliver',
  'undeliverable',
  'error delivering',
  'did not reach',
  'trouble delivering',
  'address failed',
  'user unknown',
  'unknown user',
  'no such user',
  'has been rejected',
  'delivery of the message was stopped',
  'delivery of the email was stopped',
  'konnte nicht zugestellt werden',
  'nicht zugestellt an',
  'no se ha podido entregar',
  'não pôde ser entregue',
  'kon niet worden bezorgd',
  'kunde inte levereras',
  'kunne ikke leveres',
  'nie została dostarczona',
  'nelze doručit',
  'teslim edilemedi',
  '被退回',
  '전송되지 못',
  "n'a pas pu être",
  'no se pudo entregar',
  'non è stato possibile',
  'не удалось доставить',
  '配信できません',
  '送信できません',
  '无法送达',
  '投递失败',
]

/** Shapes of recipients, the surest first; `isTelling`: the line also says that it is about a recipient. */
const shapes = [
  { recipient: [bracketColon, bareColon], isTelling: true },
  {
    recipient: [labelled('(?:to|recipients?|address|rcpt to|failed recipients?|user|addressed to)\\s*:')],
    isTelling: true,
  },
  { recipient: [aloneOnLine, bracketThen, bareThen], isTelling: false },
]

/** Addresses that a notice holds anyway: whom it was sent to, who sent it. */
function ownAddresses(notice: Notice): Set<string> {
  const names = ['from', 'to', 'delivered-to', 'x-original-to', 'reply-to', 'return-path']
  return new Set(
    names.flatMap(name => fieldValues(notice.headers, name)).flatMap(value => findAddresses(value, 20)),
  )
}

/** Lines that tell whom to ask, and addresses that are always somebody's office. */
const helpLine = /contact|assistance|questions?\b|help ?desk|please (?:e-?mail|reply|write|send)/i
const office = /^(?:postmaster|mailer-daemon|abuse|support|help|helpdesk|hostmaster|webmaster|no-?reply)@/i

/** Addresses in running text that may be the recipient's. */
function addressesInWords(text: string): string[] {
  const lines = text
    .slice(0, 5000)
    .split('\n')
    .filter(line => !helpLine.test(line))
  return findAddresses(lines.join('\n'), 20).filter(one => !office.test(one))
}

function inSomeShape(notice: Notice): readonly Finding[] {
  const own = ownAddresses(notice)
  for (const { recipient, isTelling } of shapes) {
    const layout = { kind: 'list', recipient } as const
    const found = readLayout({ ...unnamed, layout }, notice)
    const others = found.filter(one => !own.has(one.address))
    if (others.length > 0) return others
    // Mail to oneself: an address with words behind it is still meant.
    if (found.length > 0 && isTelling) return found
  }
  const named = [
    ...fieldValues(notice.headers, 'x-failed-recipients').flatMap(value => findAddresses(value, 100)),
    ...addressesInWords(notice.text).filter(one => !own.has(one)),
  ]
  // The notice names nobody: then it is about whom the returned message was for, if that was one.
  const meant = notice.originals.flatMap(one => findAddresses(field(one, 'to'), 2))
  const found = named[0] ?? (meant.length === 1 ? meant[0] : undefined)
  if (found === undefined) return []
  return [{ address: found, action: 'failed', diagnostic: notice.text.trim().slice(0, 4000) }]
}

const unnamed = { name: 'hosts/any-machine', system: 'unknown', version: '', source: '', signs: [] }

/**
 * A postmaster also writes letters, and a name such as "Mail Delivery" may be a parcel service's: then the subject
 * must tell of a failure or the message come back; and where the name alone is a machine's, a reply code must stand
 * in the text.
 */
function isPlainlyReport(notice: Notice, told: { says: boolean; named: boolean }): boolean {
  if (isOfficeTalking(notice)) return false
  const isReturned = notice.originals.length > 0
  const local = findAddress(notice.from).split('@')[0] ?? ''
  const isNameOnly = !machineSenders.some(one => `${local}@`.includes(one))
  if (isNameOnly) return isReturned || findReplyCode(notice.text) !== null
  return told.named || (told.says && isReturned)
}

/**
 * The last resort: a delivery system that nobody described. Only where sender and words both speak of a
 * failure; what it finds is marked as little sure.
 */
export function readAnyMachine(notice: Notice): Reading | null {
  const isNobody = notice.from.trim() === '' || notice.from.trim() === '<>'
  if (!isNobody && !machineSenders.some(one => notice.from.includes(one))) return null
  const says = failureWords.some(one => notice.lowerText.includes(one)) || findReplyCode(notice.text) !== null
  const named = failureSubjects.some(one => notice.lowerSubject.includes(one))
  if (!says && !named) return null
  if (!isSurelyMachine(notice) && !isPlainlyReport(notice, { says, named })) return null
  const findings = inSomeShape(notice)
  if (findings.length === 0) return null
  const action = saysItArrived(notice) ? 'delivered' : saysItGoesOn(notice) ? 'delayed' : 'failed'
  return { rule: unnamed.name, confidence: 0.6, findings: findings.map(one => ({ ...one, action })) }
}
