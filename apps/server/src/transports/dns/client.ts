import { Resolver } from 'node:dns/promises'
import { isIP } from 'node:net'
import { getDomain } from 'tldts'
import { createLookupCache, type Lookup, type TimedLookup } from './lookup-cache.ts'

export interface DnsOptions {
  /** `address` or `address:port` of the resolvers; the system's when absent. */
  readonly servers?: readonly string[]
  /** Of one question to one server; default 3,000. */
  readonly timeoutMs?: number
  /** Rounds over the servers; default 2. */
  readonly tries?: number
  /** Longest time an answer is kept; default 300. */
  readonly longestTtlSeconds?: number
  /** How long "no such name" is kept; default 30. Temporary failures are kept for a sixth of it. */
  readonly negativeTtlSeconds?: number
}

/** One mail host of a domain. */
export interface MxHost {
  /** A-label host name in lower case. */
  readonly host: string
  readonly preference: number
}

export type MxAnswer =
  | {
      readonly is: 'found'
      /** Best first; hosts of equal preference in random order (RFC 5321 §5.1). At most 10. */
      readonly hosts: readonly MxHost[]
      /** Registrable domain of the best host: who runs this domain's mail, e.g. google.com. */
      readonly provider: string
      /** No MX record: the domain's own address is its mail host (RFC 5321 §5.1). */
      readonly isImplicit: boolean
    }
  /** The name does not exist, or has neither MX nor address. */
  | { readonly is: 'unknown-domain' }
  /** Null MX (RFC 7505). */
  | { readonly is: 'no-mail' }
  | { readonly is: 'temporary'; readonly code: string }

export interface DnsClient {
  /** Where mail for the domain goes. Never rejects. */
  resolveMx(domain: string): Promise<MxAnswer>
  /** IPv4 before IPv6, because few senders' IPv6 addresses have the reverse name that receivers ask for. Never rejects. */
  resolveAddresses(host: string): Promise<Lookup<string>>
  /** TXT records, each joined from its strings. Never rejects. */
  resolveTxt(name: string): Promise<Lookup<string>>
  resolveCname(name: string): Promise<Lookup<string>>
  /** Service records (RFC 2782), best first. Never rejects. */
  resolveSrv(name: string): Promise<Lookup<SrvTarget>>
  /** Forgets every answer, e.g. when somebody presses "check again". */
  forget(): void
  /** Ends questions that are under way as temporary failures. */
  close(): void
}

export interface SrvTarget {
  /** A-label host name in lower case; empty: the service is decidedly not offered. */
  readonly host: string
  readonly port: number
}

const mostHosts = 10
const noName = new Set(['ENOTFOUND', 'EBADNAME', 'ENONAME'])

/** A caching DNS client on c-ares; one for each process. */
export function createDnsClient(options: DnsOptions = {}): DnsClient {
  const resolver = new Resolver({ timeout: options.timeoutMs ?? 3_000, tries: options.tries ?? 2 })
  if (options.servers && options.servers.length > 0) resolver.setServers([...options.servers])
  const longestMs = (options.longestTtlSeconds ?? 300) * 1000
  const negativeMs = (options.negativeTtlSeconds ?? 30) * 1000
  const asking = { longestMs, negativeMs }

  const mx = createLookupCache(name => ask(() => untimed(resolver.resolveMx(name)), asking))
  const v4 = createLookupCache(name => ask(() => resolver.resolve4(name, { ttl: true }).then(timed), asking))
  const v6 = createLookupCache(name => ask(() => resolver.resolve6(name, { ttl: true }).then(timed), asking))
  const txt = createLookupCache(name =>
    ask(() => untimed(resolver.resolveTxt(name).then(rows => rows.map(row => row.join('')))), asking),
  )
  const srv = createLookupCache(name =>
    ask(() => untimed(resolver.resolveSrv(name).then(srvTargets)), asking),
  )
  const cname = createLookupCache(name => ask(() => untimed(resolver.resolveCname(name)), asking))

  async function resolveAddresses(host: string): Promise<Lookup<string>> {
    if (isIP(host) !== 0) return { is: 'no-name' }
    const [four, six] = await Promise.all([v4.get(host), v6.get(host)])
    const records = [four, six].flatMap(answer => (answer.is === 'found' ? answer.records : []))
    if (records.length > 0) return { is: 'found', records }
    if (four.is === 'temporary') return four
    return six.is === 'temporary' ? six : four
  }

  async function resolveMx(domain: string): Promise<MxAnswer> {
    const answer = await mx.get(domain)
    if (answer.is === 'no-name') return { is: 'unknown-domain' }
    if (answer.is === 'temporary') return answer
    if (answer.is === 'found') return fromRecords(answer.records)
    const own = await resolveAddresses(domain)
    if (own.is === 'temporary') return own
    if (own.is !== 'found') return { is: 'unknown-domain' }
    return {
      is: 'found',
      hosts: [{ host: domain, preference: 0 }],
      provider: providerOf(domain),
      isImplicit: true,
    }
  }

  return {
    resolveMx,
    resolveAddresses,
    resolveTxt: async name => txt.get(name),
    resolveCname: async name => cname.get(name),
    resolveSrv: async name => srv.get(name),
    forget() {
      for (const cache of [mx, v4, v6, txt, cname, srv]) cache.clear()
    },
    close: () => resolver.cancel(),
  }
}

/** Registrable domain of a host name, private suffixes counted; the name itself where it has none. */
export function providerOf(host: string): string {
  return getDomain(host, { allowPrivateDomains: true }) ?? host
}

/** Lowest priority first, then highest weight: one answer is wanted, not a fair share. */
function srvTargets(
  rows: readonly { name: string; port: number; priority: number; weight: number }[],
): SrvTarget[] {
  return rows
    .toSorted((a, b) => a.priority - b.priority || b.weight - a.weight)
    .map(({ name, port }) => ({ host: name.toLowerCase().replace(/\.$/, ''), port }))
}

function fromRecords(records: readonly { readonly exchange: string; readonly priority: number }[]): MxAnswer {
  const hosts = records
    .map(record => ({ host: record.exchange.toLowerCase().replace(/\.$/, ''), preference: record.priority }))
    // An address in place of a name is against RFC 5321 §5.1, and would pass by every check of names.
    .filter(record => record.host !== '' && isIP(record.host) === 0)
  const best = hosts.toSorted((a, b) => a.preference - b.preference || (a.host < b.host ? -1 : 1))[0]
  if (!best)
    return records.some(record => /^\.?$/.test(record.exchange))
      ? { is: 'no-mail' }
      : { is: 'unknown-domain' }
  const shuffled = hosts
    .map(record => ({ record, order: record.preference + Math.random() }))
    .sort((a, b) => a.order - b.order)
    .slice(0, mostHosts)
  return {
    is: 'found',
    hosts: shuffled.map(({ record }) => record),
    provider: providerOf(best.host),
    isImplicit: false,
  }
}

interface Rows<T> {
  readonly records: readonly T[]
  readonly ttlSeconds?: number
}

/** c-ares shows no TTL for these. */
async function untimed<T>(rows: Promise<readonly T[]>): Promise<Rows<T>> {
  return { records: await rows }
}

function timed(rows: readonly { readonly address: string; readonly ttl: number }[]): Rows<string> {
  return { records: rows.map(row => row.address), ttlSeconds: Math.min(...rows.map(row => row.ttl)) }
}

async function ask<T>(
  question: () => Promise<Rows<T>>,
  keep: { readonly longestMs: number; readonly negativeMs: number },
): Promise<TimedLookup<T>> {
  try {
    const { records, ttlSeconds } = await question()
    // A TTL of 0 would ask for each of a thousand mails to one domain; RFC 5321 §5.1 lets a queue reuse an answer.
    const keepMs = Math.max(1000, Math.min(keep.longestMs, (ttlSeconds ?? Number.POSITIVE_INFINITY) * 1000))
    if (records.length === 0) return { answer: { is: 'no-records' }, keepMs: keep.negativeMs }
    return { answer: { is: 'found', records }, keepMs }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN'
    if (noName.has(code)) return { answer: { is: 'no-name' }, keepMs: keep.negativeMs }
    if (code === 'ENODATA') return { answer: { is: 'no-records' }, keepMs: keep.negativeMs }
    return { answer: { is: 'temporary', code }, keepMs: keep.negativeMs / 6 }
  }
}
