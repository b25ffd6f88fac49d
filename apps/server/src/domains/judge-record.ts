import type { RecordProblemCode } from '@fairlead/contract'
import { isDmarcRecord } from '../mail/authentication/dmarc-record.ts'
import type { Saying, Sayings } from '../transports/dns/authority.ts'
import type { RecordFinding } from './domain-row.ts'
import type { WantedRecord } from './wanted-records.ts'

/**
 * Found against expected (spec 5.2), pure. Of several servers each counts: a record that only some have is on its
 * way, not there. A look-up that failed says nothing, and then what was found before stands.
 */

/** What was heard beside the record itself. */
export interface Evidence {
  readonly at: Sayings
  /** What stands at a name beside it that nobody made: a wildcard's answer. */
  readonly wildcard: readonly string[]
  /** The name with the domain added a second time, where the record stands there. */
  readonly twice: string | null
  /** Of an SPF record that is not ours word for word: what evaluating it costs. */
  readonly spf: { readonly lookups: number; readonly voids: number } | null
}

export type Judgement = Pick<RecordFinding, 'found' | 'state' | 'problem'>

/** Null: nobody answered. */
export function judgeRecord(wanted: WantedRecord, evidence: Evidence, domain: string): Judgement | null {
  const heard = evidence.at.said.filter(one => one.is !== 'failed')
  const [first] = heard
  if (first === undefined) return null
  const each = heard.map(saying => judgeSaying(wanted, saying, evidence, domain))
  const worst = each.find(one => one.state !== 'found')
  const good = each.find(one => one.state === 'found')
  if (worst === undefined || good === undefined) return worst ?? good ?? null
  const missing = each.filter(one => one.state !== 'found').length
  return { found: worst.found, ...wrong('needs-change', 'not-everywhere', { missing, servers: each.length }) }
}

/** Of the whole answer: the switch goes on only where every server has the record, and off only where none has. */
export function standingOf(
  finding: Pick<RecordFinding, 'state' | 'problem'> | undefined,
): 'live' | 'gone' | 'unknown' {
  if (finding === undefined || finding.problem?.code === 'unanswered') return 'unknown'
  if (finding.state === 'found') return 'live'
  if (finding.state === 'not-checked-yet' || finding.problem?.code === 'not-everywhere') return 'unknown'
  return 'gone'
}

function wrong(
  state: Judgement['state'],
  code: RecordProblemCode,
  params: Readonly<Record<string, string | number>> = {},
): Pick<Judgement, 'state' | 'problem'> {
  return { state, problem: { code, params } }
}

function judgeSaying(wanted: WantedRecord, saying: Saying, evidence: Evidence, domain: string): Judgement {
  const { name, type } = wanted
  if (saying.is === 'loop') return { found: [saying.alias], ...wrong('conflict', 'cname-loop', { name }) }
  if (saying.is === 'too-large') return { found: [], ...wrong('conflict', 'too-large', { name }) }
  const found = saying.is === 'records' ? saying.records : []
  const judged = judgeFound(wanted, found, evidence)
  if (judged.state === 'found' && isFromWildcard(found, evidence))
    return { found, ...wrong('conflict', 'wildcard', { parent: parentOf(name) }) }
  if (judged.state === 'found') return { found, ...judged }
  if (saying.is === 'records' && saying.alias !== null)
    return { found, ...wrong('conflict', 'cname-beside', { name, target: saying.alias }) }
  if (found.length > 0 && isFromWildcard(found, evidence))
    return { found, ...wrong('not-found', 'wildcard', { parent: parentOf(name) }) }
  if (evidence.twice !== null)
    return {
      found,
      ...wrong('needs-change', 'domain-twice', { twice: evidence.twice, host: hostOf(name, domain) }),
    }
  if (judged.problem?.code === 'none') return { found, ...wrong('not-found', 'none', { type, name }) }
  return { found, ...judged }
}

function isFromWildcard(found: readonly string[], { wildcard }: Evidence): boolean {
  return wildcard.length > 0 && found.length === wildcard.length && found.every(one => wildcard.includes(one))
}

const parentOf = (name: string): string => name.slice(name.indexOf('.') + 1)

/** As panels ask for it. */
export function hostOf(name: string, domain: string): string {
  return name === domain ? '@' : name.endsWith(`.${domain}`) ? name.slice(0, -domain.length - 1) : name
}

function judgeFound(
  wanted: WantedRecord,
  found: readonly string[],
  evidence: Evidence,
): Omit<Judgement, 'found'> {
  const { purpose } = wanted
  if (purpose === 'return-path-mx') return judgeMx(wanted, found)
  if (purpose === 'return-path-spf') return judgeSpf(wanted, found, evidence)
  if (purpose === 'dmarc-advice') return judgeDmarc(wanted, found)
  if (purpose === 'tls-report-advice') return judgeTlsReport(wanted, found)
  if (purpose === 'report-authorisation') return found.some(isDmarcRecord) ? good : wrong('not-found', 'none')
  return judgeKey(wanted, found)
}

const good = { state: 'found', problem: null } as const

function judgeMx({ name, expected }: WantedRecord, found: readonly string[]): Omit<Judgement, 'found'> {
  if (found.length === 0) return wrong('not-found', 'none')
  const target = hostPart(expected)
  const others = found.filter(one => hostPart(one) !== target)
  if (others.length === 0) return good
  if (others.length < found.length)
    return wrong('conflict', 'other-mx', { name, others: others.map(hostPart).join(', ') })
  return wrong('needs-change', 'differs', { name, type: 'MX' })
}

const hostPart = (mx: string): string => mx.slice(mx.indexOf(' ') + 1)

function judgeSpf(
  { name, expected }: WantedRecord,
  found: readonly string[],
  evidence: Evidence,
): Omit<Judgement, 'found'> {
  const records = found.filter(isSpf)
  if (records.length > 1) return wrong('conflict', 'several-spf', { name, count: records.length })
  const [record] = records
  if (record === undefined) return judgeMangled({ name, expected }, found, isSpf)
  // Whoever includes our addresses may let others send as well.
  const include = /include:(\S+)/.exec(expected)?.[1] ?? ''
  const isOurs = record
    .split(/\s+/)
    .some(term => term.toLowerCase().replace(/^\+/, '') === `include:${include}`)
  if (!isOurs) return wrong('needs-change', 'differs', { name, type: 'TXT' })
  if ((evidence.spf?.lookups ?? 0) > 10)
    return wrong('conflict', 'spf-lookups', { name, count: evidence.spf?.lookups ?? 0 })
  if ((evidence.spf?.voids ?? 0) > 2)
    return wrong('conflict', 'spf-void', { name, count: evidence.spf?.voids ?? 0 })
  return good
}

/** RFC 7208 §4.5 */
const isSpf = (text: string): boolean => /^v=spf1( |$)/i.test(text)

/** A policy of the domain's own is good whatever it says: it is not ours to ask for another. */
function judgeDmarc({ name, expected }: WantedRecord, found: readonly string[]): Omit<Judgement, 'found'> {
  const records = found.filter(isDmarcRecord)
  if (records.length > 1) return wrong('conflict', 'several-dmarc', { name, count: records.length })
  return records.length === 1 ? good : judgeMangled({ name, expected }, found, isDmarcRecord)
}

/** RFC 8460 §3 */
const isTlsReport = (text: string): boolean => /^v=TLSRPTv1\s*(;|$)/.test(text)

/** Whoever gets reports already goes on getting them. */
function judgeTlsReport(
  { name, expected }: WantedRecord,
  found: readonly string[],
): Omit<Judgement, 'found'> {
  const records = found.filter(isTlsReport)
  if (records.length > 1) return wrong('conflict', 'several-tls-report', { name, count: records.length })
  return records.length === 1 ? good : judgeMangled({ name, expected }, found, isTlsReport)
}

function judgeKey({ name, expected }: WantedRecord, found: readonly string[]): Omit<Judgement, 'found'> {
  const keys = found.filter(text => keyOf(text) !== null)
  if (keys.length > 1 || (keys.length === 1 && found.length > 1))
    return wrong('conflict', 'several-keys', { name, count: found.length })
  const [record] = keys
  if (record === undefined || /["\\]/.test(record))
    return judgeMangled({ name, expected }, found, text => keyOf(text) !== null)
  const [key, wantedKey] = [keyOf(record) ?? '', keyOf(expected) ?? '']
  if (key === wantedKey) {
    if (
      tagOf(record, 'k') === tagOf(expected, 'k') ||
      (tagOf(record, 'k') === null && tagOf(expected, 'k') === 'rsa')
    )
      return takesEmail(record) ? good : wrong('needs-change', 'differs', { name, type: 'TXT' })
    return wrong('needs-change', 'differs', { name, type: 'TXT' })
  }
  if (key === '') return wrong('conflict', 'key-revoked', { name })
  if (key.length < wantedKey.length && (wantedKey.startsWith(key) || wantedKey.endsWith(key)))
    return wrong('needs-change', 'key-truncated', { name, found: key.length, wanted: wantedKey.length })
  return judgeMangled({ name, expected }, found, () => true)
}

/** RFC 6376 §3.6.1: s= and h= may forbid what we do with the key. */
function takesEmail(record: string): boolean {
  const [service, hashes] = [tagOf(record, 's'), tagOf(record, 'h')]
  const isIn = (list: string | null, ...wanted: string[]) =>
    list === null || list.split(':').some(one => wanted.includes(one.trim()))
  return isIn(service, '*', 'email') && isIn(hashes, 'sha256')
}

/** The value of p=, white space out; null: no key record. */
const keyOf = (text: string): string | null => tagOf(text, 'p')?.replace(/\s/g, '') ?? null

/** A tag of a tag list (RFC 6376 §3.2); null: it is not there. */
export function tagOf(text: string, tag: string): string | null {
  for (const part of text.split(';')) {
    const cut = part.indexOf('=')
    if (cut > 0 && part.slice(0, cut).trim().toLowerCase() === tag) return part.slice(cut + 1).trim()
  }
  return null
}

/** Nothing of the kind stands there: has the panel spoilt the value, is it another one, or is there none? */
function judgeMangled(
  { name, expected }: Pick<WantedRecord, 'name' | 'expected'>,
  found: readonly string[],
  isOfKind: (text: string) => boolean,
): Omit<Judgement, 'found'> {
  if (found.some(text => text !== plain(text) && bare(plain(text)) === bare(expected)))
    return wrong('needs-change', 'wrong-quoting', { name })
  const spoilt = found.some(text => /["\\]/.test(text) && isOfKind(plain(text)))
  if (spoilt) return wrong('needs-change', 'wrong-quoting', { name })
  return found.some(isOfKind)
    ? wrong('needs-change', 'differs', { name, type: 'TXT' })
    : wrong('not-found', 'none')
}

const plain = (text: string): string => text.replace(/["\\]/g, '').trim()
const bare = (text: string): string => text.replace(/\s/g, '')
