import { findOddDomain } from './odd-domains.ts'
import { defaultExchanges, type Flavour, flavourOfHost } from './providers.ts'
import { foldName, type MxTarget, readRecord, type ZoneRecord, type ZoneType } from './record.ts'

export interface ZoneAnswer {
  readonly outcome: 'found' | 'nodata' | 'NXDOMAIN' | 'SERVFAIL' | 'silent'
  /** In order; CNAMEs that were followed come first. */
  readonly records: readonly ZoneRecord[]
  readonly isSlow: boolean
}

const defaultTtl = 5
const maxRecords = 50_000
const maxChain = 8

/** Everything here is sent from loopback. */
export const vendorSpf = 'v=spf1 ip4:127.0.0.0/8 ip6:::1 ~all'

/** TXT that large mailbox providers publish and that changes what a sender should expect. */
const defaultTexts = new Map([
  ['_dmarc.gmail.com', 'v=DMARC1; p=none; sp=quarantine'],
  ['_dmarc.yahoo.com', 'v=DMARC1; p=reject; pct=100'],
  ['_dmarc.aol.com', 'v=DMARC1; p=reject; pct=100'],
  // Providers that also send for people.
  ...['gmail.com', 'googlemail.com', 'outlook.com', 'hotmail.com', 'live.com'].map(
    domain => [domain, vendorSpf] as const,
  ),
])

/**
 * All names of the small internet. Every domain exists and takes mail unless a row of `odd-domains.ts` or a
 * record put here says otherwise; a record that was put wins over the defaults of its name and type.
 */
export class Zone {
  readonly #sets = new Map<string, readonly ZoneRecord[]>()
  readonly #names = new Map<string, number>()
  readonly #address: string

  /** @param address where every host of the zone leads by default. */
  constructor(address: string) {
    this.#address = address
  }

  /**
   * Replaces the sets of the given names and types; other sets stay.
   * @throws Error with a sentence, before anything is changed.
   */
  put(given: readonly unknown[]): void {
    const sets = Map.groupBy(given.map(readRecord), ({ name, type }) => `${name} ${type}`)
    const added = [...sets.keys()].filter(key => !this.#sets.has(key)).length
    if (this.#sets.size + added > maxRecords) throw new Error(`the zone holds at most ${maxRecords} sets`)
    for (const [key, records] of sets) {
      const name = key.slice(0, key.lastIndexOf(' '))
      if (!this.#sets.has(key)) this.#names.set(name, (this.#names.get(name) ?? 0) + 1)
      this.#sets.set(key, records)
    }
  }

  /** Every record that was put. */
  list(): ZoneRecord[] {
    return [...this.#sets.values()].flat()
  }

  clear(): void {
    this.#sets.clear()
    this.#names.clear()
  }

  /** Answers one question. `type` may be any DNS type name; unknown ones have no data. */
  resolve(queried: string, type: string): ZoneAnswer {
    const first = foldName(queried)
    const chain: ZoneRecord[] = []
    for (let name = first; chain.length <= maxChain; ) {
      const answer = this.#resolveOne(name, type)
      const alias = this.#sets.get(`${name} CNAME`)?.find(({ data }) => data !== null)
      if (!alias || type === 'CNAME' || answer.outcome === 'silent')
        return { ...answer, records: [...chain, ...answer.records] }
      chain.push(alias)
      name = String(alias.data)
    }
    return { outcome: 'SERVFAIL', records: [], isSlow: false }
  }

  /** MX targets in order of preference; an A-only domain is its own target, a null MX and a missing domain give none. */
  exchangesOf(domain: string): readonly string[] {
    const { outcome, records } = this.resolve(domain, 'MX')
    const targets = records.filter(({ type }) => type === 'MX').map(({ data }) => data as MxTarget)
    if (targets.length > 0)
      return targets.toSorted((a, b) => a.preference - b.preference).flatMap(({ exchange }) => exchange || [])
    return outcome === 'nodata' && this.addressOf(domain) ? [foldName(domain)] : []
  }

  /** The first IPv4, else IPv6 address of a host. */
  addressOf(host: string): string | undefined {
    const found = (['A', 'AAAA'] as const)
      .flatMap(type => this.resolve(host, type).records)
      .find(({ type }) => type === 'A' || type === 'AAAA')
    return found && String(found.data)
  }

  /** The SMTP port put for a host (PORT pseudo record), if any. */
  portOf(host: string): number | undefined {
    const data = this.#sets.get(`${foldName(host)} PORT`)?.[0]?.data
    return typeof data === 'number' ? data : undefined
  }

  wasPut(name: string, type: ZoneType): boolean {
    return this.#sets.has(`${foldName(name)} ${type}`)
  }

  flavourOf(domain: string): Flavour {
    return flavourOfHost(this.exchangesOf(domain)[0] ?? domain)
  }

  #resolveOne(name: string, type: string): ZoneAnswer {
    const put = type === 'PORT' ? undefined : this.#sets.get(`${name} ${type}`)
    if (put) {
      const records = put.filter(({ data }) => data !== null)
      return { outcome: records.length > 0 ? 'found' : 'nodata', records, isSlow: false }
    }
    const odd = findOddDomain(name)
    const isSlow = odd?.outcome === 'slow'
    const hard = odd?.outcome
    if (hard && hard !== 'slow' && !this.#names.has(name)) return { outcome: hard, records: [], isSlow }
    const data = this.#defaultsOf(name, type)
    if (data.length > 0) return { outcome: 'found', records: data, isSlow }
    return { outcome: this.#exists(name) ? 'nodata' : 'NXDOMAIN', records: [], isSlow }
  }

  #defaultsOf(name: string, type: string): ZoneRecord[] {
    const text = defaultTexts.get(name)
    const known = type === 'TXT' && text ? [[text]] : this.#isHost(name) ? this.#hostDefaults(name, type) : []
    return known.map(data => ({ name, type: type as ZoneType, data, ttl: defaultTtl }))
  }

  #hostDefaults(name: string, type: string): ZoneRecord['data'][] {
    const odd = findOddDomain(name)
    const isIPv6 = this.#address.includes(':')
    if (type === (isIPv6 ? 'AAAA' : 'A')) return [odd?.hosts?.[name] ?? this.#address]
    if (type === 'NS') return ['ns1.simulator.example']
    if (type !== 'MX' || odd?.mx === null) return []
    const exchanges = odd?.mx && name === odd.domain ? odd.mx : defaultExchanges(name)
    return exchanges.map(([preference, exchange]) => ({ preference, exchange }))
  }

  /** One-label names, service names (`_dmarc…`) and reverse names are nobody's mail domain. */
  #isHost(name: string): boolean {
    return name.includes('.') && !name.startsWith('_') && !name.includes('._') && !name.endsWith('.arpa')
  }

  #exists(name: string): boolean {
    return this.#isHost(name) || this.#names.has(name) || defaultTexts.has(name)
  }
}
