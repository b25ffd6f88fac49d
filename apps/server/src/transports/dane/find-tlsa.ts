import type { DnsQuestion } from '../dns/ask-server.ts'
import type { AuthorityClient } from '../dns/authority.ts'
import { createLookupCache, type Lookup, type TimedLookup } from '../dns/lookup-cache.ts'
import type { TlsaRecord } from './tlsa.ts'

/**
 * DANE for mail between servers (RFC 7672). Everything rests on a resolver that validates and is reached safely: what it
 * did not validate (no AD bit) is as if DANE did not exist, and what it could not tell must not be taken for that, or an
 * attacker would only have to make the look-up fail (§2.1.1).
 */
export interface Dane {
  /** Are the MX records of a domain secure? `temporary`: nobody can say now. Never rejects. */
  isSecure(domain: string): Promise<Lookup<true>>
  /** The TLSA records of a mail host; `no-records`: DANE says nothing of it. Never rejects. */
  tlsaOf(host: string, port: number): Promise<Lookup<TlsaRecord>>
}

const longestSeconds = 300
const shortestSeconds = 5
const nothingSeconds = 60
const failedSeconds = 5

/** @param dns asks the resolver that the operator trusts. */
export function createDane(dns: Pick<AuthorityClient, 'askRaw'>): Dane {
  const mx = createLookupCache<true>(async domain => {
    const said = await ask(dns, { name: domain, type: 'MX' })
    return said.is === 'secure' ? keep({ is: 'found', records: [true] }, said.ttlSeconds) : asNothing(said)
  })
  const tlsa = createLookupCache<TlsaRecord>(name => lookUpTlsa(dns, name))
  return {
    isSecure: async domain => mx.get(domain),
    tlsaOf: async (host, port) => tlsa.get(`_${port}._tcp.${host}`),
  }
}

type Said =
  | { readonly is: 'secure'; readonly ttlSeconds: number; readonly records: readonly TlsaRecord[] }
  | { readonly is: 'insecure' }
  | { readonly is: 'failed'; readonly cause: string }

/** §2.2.2: where the address itself is not secure, TLSA records are not even asked for: some servers choke on them. */
async function lookUpTlsa(
  dns: Pick<AuthorityClient, 'askRaw'>,
  name: string,
): Promise<TimedLookup<TlsaRecord>> {
  const host = name.replace(/^_\d+\._tcp\./, '')
  const address = await addressOf(dns, host)
  if (address.is !== 'secure') return asNothing(address)
  const said = await ask(dns, { name, type: 'TLSA' })
  if (said.is !== 'secure') return asNothing(said)
  return said.records.length === 0
    ? keep({ is: 'no-records' }, nothingSeconds)
    : keep({ is: 'found', records: said.records }, said.ttlSeconds)
}

/** Both kinds of address have to be secure, as far as the resolver answers. */
async function addressOf(dns: Pick<AuthorityClient, 'askRaw'>, host: string): Promise<Said> {
  const four = await ask(dns, { name: host, type: 'A' })
  return four.is === 'secure' ? ask(dns, { name: host, type: 'AAAA' }) : four
}

async function ask(dns: Pick<AuthorityClient, 'askRaw'>, question: DnsQuestion): Promise<Said> {
  const answer = await dns.askRaw(question)
  if (answer.is === 'failed') return { is: 'failed', cause: answer.cause }
  if (!answer.isValidated) return { is: 'insecure' }
  const ttls = answer.answers.map(row => ('ttl' in row ? (row.ttl ?? 0) : 0))
  return {
    is: 'secure',
    ttlSeconds: Math.min(nothingSeconds * 5, ...ttls),
    records: answer.answers.flatMap(row =>
      row.type === 'TLSA'
        ? [
            {
              ...{ usage: row.data.usage, selector: row.data.selector, matchingType: row.data.matchingType },
              data: Buffer.from(row.data.certificate),
            },
          ]
        : [],
    ),
  }
}

function asNothing(said: Exclude<Said, { is: 'secure' }>): TimedLookup<never> {
  return said.is === 'insecure'
    ? keep({ is: 'no-records' }, nothingSeconds)
    : keep({ is: 'temporary', code: said.cause }, failedSeconds)
}

function keep<T>(answer: Lookup<T>, seconds: number): TimedLookup<T> {
  return { answer, keepMs: Math.max(shortestSeconds, Math.min(longestSeconds, seconds)) * 1_000 }
}
