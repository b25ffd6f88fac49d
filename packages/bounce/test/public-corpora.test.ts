/** The bars of the public collection, and ordinary mail that must never be called a bounce. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type BounceReport, readReturnedMail, reasons } from '../src/index.ts'
import { type ScorerRecord, scorerLine } from '../src/scorer-line.ts'
import { sisimaiNames } from '../src/sisimai-names.ts'
import { mailsIn } from './testing/corpus.ts'

interface TrueRecord {
  readonly recipient?: string
  readonly alias?: readonly string[]
  readonly action?: string
  readonly status?: string
  readonly statusLiteral?: boolean
  readonly reason?: string
  readonly reasonAlt?: readonly string[]
  readonly hardBounce?: boolean
  readonly hardAny?: boolean
}

interface TrueMail {
  readonly file: string
  readonly kind: string
  readonly records: readonly TrueRecord[]
  readonly dsnRecipients?: readonly string[]
  readonly innerMessageIds?: readonly string[]
}

const truth = readFileSync(new URL('../corpus/public/truth.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter(line => line !== '')
  .map(line => JSON.parse(line) as TrueMail)

const same: Readonly<Record<string, string>> = {
  emailtoolarge: 'mesgtoobig',
  exceedlimit: 'mesgtoobig',
  toomanyconn: 'ratelimited',
  speeding: 'ratelimited',
  undefined: 'onhold',
}
const canonical = (name: string | undefined): string => same[name ?? ''] ?? name ?? ''

const groupOf = new Map<string, string>()
for (const [code, name] of Object.entries(sisimaiNames)) {
  const entry = Object.entries(reasons).find(([one]) => one === code)?.[1]
  if (entry !== undefined && !groupOf.has(canonical(name))) groupOf.set(canonical(name), entry.group)
}

const score = new Map<string, [hits: number, asked: number]>()
function count(metric: string, isHit: boolean): void {
  const [hits, asked] = score.get(metric) ?? [0, 0]
  score.set(metric, [hits + (isHit ? 1 : 0), asked + 1])
}

function countRecord(want: TrueRecord, got: ScorerRecord | undefined, kind: string): void {
  if (want.status !== undefined && want.statusLiteral !== false) count('status', got?.status === want.status)
  if (kind !== 'bounce') return
  if (want.action !== undefined) count('action', got?.action === want.action)
  if (want.hardBounce !== undefined)
    count('hard', want.hardAny === true || got?.hardBounce === want.hardBounce)
  const accepted = [want.reason, ...(want.reasonAlt ?? [])].map(canonical)
  const reason = canonical(got?.reason)
  count('reason', accepted.includes(reason))
  count('group', accepted.includes(reason) || groupOf.get(reason) === groupOf.get(canonical(want.reason)))
}

const lower = (text: string): string => text.toLowerCase()

function countMail(mail: TrueMail, report: BounceReport): void {
  const line = scorerLine(mail.file, report, 'sisimai')
  count('recognised', line.records.length > 0)
  // A forwarder stands between: either of its two addresses is right.
  const others = mail.records.length === 1 ? (mail.dsnRecipients ?? []) : []
  const wanted = mail.records.map(one => [one.recipient ?? '', ...(one.alias ?? []), ...others].map(lower))
  const got = line.records.map(one => lower(one.recipient ?? ''))
  count(
    'recipients',
    wanted.every(one => one.some(name => got.includes(name))) && got.length <= wanted.length,
  )
  for (const want of mail.records) {
    const own = line.records.find(one => one.recipient?.toLowerCase() === want.recipient?.toLowerCase())
    countRecord(want, own ?? line.records[0], mail.kind)
  }
  if ((mail.innerMessageIds ?? []).length > 0) {
    count('message id', mail.innerMessageIds?.includes(line.messageId ?? '') ?? false)
  }
}

test('the bars of the public collection', () => {
  for (const mail of truth.filter(one => one.kind !== 'none')) {
    const place = new URL(`../corpus/public/${mail.file.replace('mails/', '')}`, import.meta.url)
    countMail(mail, readReturnedMail(readFileSync(place)))
  }
  const percent = (metric: string): number => {
    const [hits, asked] = score.get(metric) ?? [0, 1]
    return (100 * hits) / asked
  }
  expect(percent('recognised')).toBeGreaterThanOrEqual(99.5)
  expect(percent('recipients')).toBeGreaterThanOrEqual(98.5)
  expect(percent('status')).toBeGreaterThanOrEqual(99)
  expect(percent('action')).toBeGreaterThanOrEqual(98)
  expect(percent('hard')).toBeGreaterThanOrEqual(97)
  expect(percent('reason')).toBeGreaterThanOrEqual(90)
  expect(percent('group')).toBeGreaterThanOrEqual(95)
  expect(percent('message id')).toBeGreaterThanOrEqual(98)
})

const ordinary = mailsIn('ordinary')

test('at least a hundred ordinary mails', () => {
  expect(ordinary.length).toBeGreaterThanOrEqual(100)
})

test.each(ordinary)('ordinary: $name', ({ mail }) => {
  const report = readReturnedMail(mail)
  expect(report.kind).toBe('other')
  expect(report.recipients).toEqual([])
})
