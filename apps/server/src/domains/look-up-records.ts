import { randomBytes } from 'node:crypto'
import type { Authority, AuthorityClient, Sayings } from '../transports/dns/authority.ts'
import type { DomainFindings, DomainRow, RecordFinding } from './domain-row.ts'
import { type Evidence, judgeRecord } from './judge-record.ts'
import { lookUpDmarc } from './look-up-dmarc.ts'
import type { PlatformHosts } from './platform-hosts.ts'
import { spfCost } from './spf-cost.ts'
import { type WantedRecord, wantedRecords } from './wanted-records.ts'

export interface LookUpParts {
  readonly authority: AuthorityClient
  readonly hosts: PlatformHosts
}

/** However slow a domain's name servers are: a check is over by then, with what was heard. */
const patienceMs = 20_000

/**
 * Looks at every record of a domain. What nobody answered keeps what was found before. Never rejects. Touches no
 * database: a check may take seconds.
 */
export async function lookUpRecords(
  domain: DomainRow,
  parts: LookUpParts,
  at: Date,
): Promise<DomainFindings> {
  const signal = AbortSignal.timeout(patienceMs)
  const authority = await parts.authority.findAuthority(domain.domain, signal)
  const looking: Looking = { domain, authority, dns: parts.authority, signal }
  const [wildcards, dmarc] = await Promise.all([
    probeWildcards(looking),
    lookUpDmarc(parts.authority, domain.domain, signal),
  ])
  const wanted = wantedRecords(domain, parts.hosts)
  const found = await Promise.all(
    wanted.map(async one => [one.purpose, await lookUp(one, looking, wildcards, at)] as const),
  )
  const before = domain.findings
  return {
    records: Object.fromEntries(found),
    nameServers: authority.hosts.length > 0 ? authority.hosts : (before.nameServers ?? []),
    ...(dmarc.is === 'found'
      ? { dmarc: dmarc.policy }
      : dmarc.is === 'none'
        ? { dmarc: null }
        : before.dmarc === undefined
          ? {}
          : { dmarc: before.dmarc }),
  }
}

interface Looking {
  readonly domain: DomainRow
  readonly authority: Authority
  readonly dns: AuthorityClient
  readonly signal: AbortSignal
}

type Wildcards = Readonly<Record<'TXT' | 'MX', readonly string[]>>

/** What a name answers that nobody made. */
async function probeWildcards({ domain, authority, dns, signal }: Looking): Promise<Wildcards> {
  const name = `x${randomBytes(8).toString('hex')}.${domain.domain}`
  const [txt, mx] = await Promise.all(
    (['TXT', 'MX'] as const).map(type => dns.ask({ name, type }, authority, signal)),
  )
  return { TXT: recordsOf(txt), MX: recordsOf(mx) }
}

function recordsOf(sayings: Sayings | undefined): readonly string[] {
  const said = sayings?.said.find(one => one.is === 'records')
  return said?.is === 'records' ? said.records : []
}

async function lookUp(
  wanted: WantedRecord,
  looking: Looking,
  wildcards: Wildcards,
  at: Date,
): Promise<RecordFinding> {
  const { domain, authority, dns, signal } = looking
  const { name, type } = wanted
  const isOurs = wanted.place === 'our-dns'
  const at_: Sayings = isOurs
    ? { said: [await dns.askResolver({ name, type }, signal)], from: 'resolver' }
    : await dns.ask({ name, type }, authority, signal)
  const evidence: Evidence = {
    at: at_,
    // Only the names beside the probe's are answered by the same wildcard.
    wildcard: wanted.purpose.startsWith('return-path') ? wildcards[type] : [],
    twice: isOurs ? null : await findTwice(wanted, looking, at_),
    spf: await costOf(wanted, at_, looking),
  }
  const judged = judgeRecord(wanted, evidence, domain.domain)
  if (judged !== null) return { name, type, ...judged, checkedAt: at.toISOString() }
  return keepBefore(wanted, domain, at_)
}

/** Nobody answered: the record stands as it was, with a word about the silence. */
function keepBefore({ purpose, name, type }: WantedRecord, domain: DomainRow, said: Sayings): RecordFinding {
  const before = domain.findings.records?.[purpose]
  const cause = said.said[0]?.is === 'failed' ? said.said[0].cause : 'timeout'
  const problem = { code: 'unanswered', params: { cause } } as const
  const isSame = before?.name === name
  return {
    ...{ name, type, problem },
    found: isSame ? before.found : [],
    state: isSame ? before.state : 'not-checked-yet',
    checkedAt: isSame ? before.checkedAt : '',
  }
}

/** Panels that add the domain themselves turn `x.example.com` into `x.example.com.example.com`. */
async function findTwice(
  { name, type, expected }: WantedRecord,
  { domain, authority, dns, signal }: Looking,
  at: Sayings,
): Promise<string | null> {
  if (recordsOf(at).length > 0) return null
  const twice = `${name}.${domain.domain}`
  if (twice.length > 253) return null
  const records = recordsOf(await dns.ask({ name: twice, type }, authority, signal))
  const bare = (text: string) => text.replace(/\s/g, '').toLowerCase()
  return records.some(record => bare(record) === bare(expected)) ? twice : null
}

async function costOf(
  { purpose }: WantedRecord,
  at: Sayings,
  { dns, signal }: Looking,
): Promise<Evidence['spf']> {
  if (purpose !== 'return-path-spf') return null
  const record = recordsOf(at).find(text => /^v=spf1( |$)/i.test(text))
  return record === undefined ? null : spfCost(dns, record, signal)
}
