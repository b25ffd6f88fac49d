import { cleanAddress, findAddress } from '../mail/address.ts'
import { decodeWords, field, fieldValues, type Headers, readHeaders } from '../mail/headers.ts'
import type { Part } from '../mail/parts.ts'
import type { Action, Finding, Notice, Reading } from '../notice/notice.ts'
import { partText } from '../notice/read-notice.ts'
import { findReplyCode, readStatus } from '../reasons/reply-codes.ts'
import { powerMtaCategories } from './powermta-categories.ts'
import { supplement } from './supplement.ts'

const reportTypes = new Set([
  'message/delivery-status',
  'message/global-delivery-status',
  'text/delivery-status',
  'message/x-delivery-status',
])

const actions: Readonly<Record<string, Action>> = {
  fail: 'failed',
  dela: 'delayed',
  deli: 'delivered',
  rela: 'relayed',
  expa: 'expanded',
}

/** Reads the value after the type of a field: `rfc822; a@b` (RFC 3464 §2.1.2); tolerates `rfc/822;` and none. */
export function typedValue(value: string): { kind: string; rest: string } {
  const semicolon = value.indexOf(';')
  if (semicolon < 0 || semicolon > 40) return { kind: '', rest: value.trim() }
  return { kind: value.slice(0, semicolon).trim().toLowerCase(), rest: value.slice(semicolon + 1).trim() }
}

/** An address of a report, its type taken off; `utf-8` forms (RFC 6533 §3) decoded. */
export function reportAddress(value: string): string {
  const { kind, rest } = typedValue(value)
  const plain = kind === 'utf-8' ? decodeUtf8Address(rest) : decodeXtext(rest)
  const bare = /^<?[^\s<>@]{1,400}@[^\s<>@]{1,300}>?$/.test(plain) ? cleanAddress(plain) : ''
  return bare || findAddress(plain)
}

/** utf-8-addr-xtext and utf-8-addr-unitext (RFC 6533 §3): `\x{HEX}` stands for a character. */
export function decodeUtf8Address(value: string): string {
  return value.replace(/\\x\{([0-9A-Fa-f]{1,6})\}/g, (whole, hex: string) => {
    const point = Number.parseInt(hex, 16)
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole
  })
}

/** xtext (RFC 3461 §4): `+HH` stands for a byte; only undone where it hides the `@`. */
function decodeXtext(value: string): string {
  if (value.includes('@')) return value
  return value.replace(/\+([0-9A-F]{2})/g, (_whole, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
}

const diagnosticField = /^diagnostic-code[ \t]*:/i
const anyField = /^[a-z][a-z0-9-]{0,60}[ \t]*:/i

/** Systems paste a reply of several lines into Diagnostic-Code as it came: its later lines begin with no blank. */
function foldDiagnostics(body: string): string {
  if (!/^diagnostic-code/im.test(body)) return body
  let isOpen = false
  return body
    .split('\n')
    .map(line => {
      if (line.trim() === '' || line.startsWith('--')) isOpen = false
      else if (anyField.test(line)) isOpen = diagnosticField.test(line)
      else if (isOpen && !/^[ \t]/.test(line)) return ` ${line}`
      return line
    })
    .join('\n')
}

/** The blocks of a delivery-status body: the message's fields first, then one block a recipient. */
function blocks(whole: string): Headers[] {
  const body = foldDiagnostics(whole)
  const found: Headers[] = []
  let at = 0
  while (at < body.length && found.length < 2000) {
    const block = readHeaders(body, at)
    if (block.fields.length > 0) found.push(...splitRecipients(block))
    at = block.end > at ? block.end : body.length
  }
  return found
}

/** Some systems leave no blank line between recipients: a repeated Final-Recipient then starts a new block. */
function splitRecipients(block: Headers): Headers[] {
  if (fieldValues(block, 'final-recipient').length < 2) return [block]
  const parts: { fields: [string, string][]; end: number }[] = []
  for (const [name, value] of block.fields) {
    const last = parts[parts.length - 1]
    if (last === undefined || (name === 'final-recipient' && last.fields.some(f => f[0] === name))) {
      parts.push({ fields: [[name, value]], end: block.end })
    } else last.fields.push([name, value])
  }
  return parts
}

const isRecipientBlock = (block: Headers): boolean =>
  field(block, 'final-recipient') !== '' ||
  field(block, 'original-recipient') !== '' ||
  (field(block, 'action') !== '' && field(block, 'status') !== '')

function findingOf(block: Headers, message: Headers | undefined): Finding {
  const diagnostic = decodeWords(typedValue(field(block, 'diagnostic-code')).rest)
  const final =
    reportAddress(field(block, 'final-recipient')) || reportAddress(field(block, 'x-actual-recipient'))
  const original = reportAddress(field(block, 'original-recipient'))
  const action = actions[field(block, 'action').trim().toLowerCase().slice(0, 4)] ?? 'failed'
  const status = readStatus(field(block, 'status'))
  const replyCode = findReplyCode(diagnostic)
  const named = powerMtaCategories[field(block, 'x-powermta-bouncecategory').trim().toLowerCase()]
  const remote = typedValue(field(block, 'remote-mta')).rest
  const reporting = message === undefined ? '' : typedValue(field(message, 'reporting-mta')).rest
  return {
    address: final,
    ...(original === '' ? {} : { original }),
    action,
    ...(status === null ? {} : { status }),
    ...(named === undefined ? {} : { named }),
    ...(replyCode === null ? {} : { replyCode }),
    diagnostic,
    ...(remote === '' ? {} : { remoteMta: remote }),
    ...(reporting === '' ? {} : { reportingMta: reporting }),
  }
}

/** What one delivery-status body holds. */
export interface StatusFields {
  readonly findings: Finding[]
  readonly envelopeIds: string[]
  readonly queueIds: string[]
  readonly messageIds: string[]
}

/** Reads the fields of one delivery-status body (RFC 3464 §2). */
export function readStatusFields(body: string): StatusFields {
  const all = blocks(body)
  const message = all.find(block => field(block, 'reporting-mta') !== '') ?? all[0]
  const findings = all.filter(isRecipientBlock).map(block => findingOf(block, message))
  const values = (name: string): string[] => (message === undefined ? [] : fieldValues(message, name))
  return {
    findings,
    envelopeIds: values('original-envelope-id'),
    queueIds: [...values('x-postfix-queue-id'), ...values('x-queue-id')],
    messageIds: values('x-original-message-id').map(one => one.replace(/^<|>$/g, '')),
  }
}

const statusField = /^(?:reporting-mta|final-recipient|original-recipient)[ \t]*:/im

/** A delivery status by its type, or, where a gateway made a plain attachment of it, by its first fields. */
function isStatusPart(part: Part): boolean {
  if (reportTypes.has(part.type)) return true
  return part.type.startsWith('application/') && statusField.test(part.body.slice(0, 1000))
}

/** Delivery status notifications: RFC 3464, and their international form, RFC 6533. */
export function readDsn(notice: Notice): Reading | null {
  const bodies = notice.parts.filter(isStatusPart).map(part => readStatusFields(partText(part)))
  const findings = bodies
    .flatMap(one => one.findings)
    .filter(one => one.address !== '' || one.original !== undefined)
  if (findings.length === 0) return null
  const reading = {
    rule: 'formats/dsn',
    findings,
    envelopeIds: bodies.flatMap(one => one.envelopeIds),
    queueIds: bodies.flatMap(one => one.queueIds),
    messageIds: bodies.flatMap(one => one.messageIds),
    confidence: 0.98,
  }
  return supplement(reading, notice)
}
