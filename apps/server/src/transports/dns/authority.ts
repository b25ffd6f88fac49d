import { getServers } from 'node:dns'
import { isIP } from 'node:net'
import type { Answer } from 'dns-packet'
import { getDomain } from 'tldts'
import type { AddressGuard } from '../address-guard.ts'
import {
  type AskOptions,
  askServer,
  type DnsQuestion,
  type ServerPlace,
  type WireAnswer,
} from './ask-server.ts'

/** What one server, or the resolver, said about one name and type. */
export type Saying =
  | {
      readonly is: 'records'
      /** Of the type that was asked for, as text: TXT joined, MX as `10 host`. */
      readonly records: readonly string[]
      /** Where a CNAME stands at the name: what it leads to. */
      readonly alias: string | null
    }
  | { readonly is: 'none' }
  /** The alias leads round in a circle, or too far. */
  | { readonly is: 'loop'; readonly alias: string }
  | { readonly is: 'too-large' }
  | { readonly is: 'failed'; readonly cause: string }

/** Everything that was said about one name and type. */
export interface Sayings {
  /** The servers that speak for the zone, in their order; of the resolver alone where none of them answered. */
  readonly said: readonly Saying[]
  readonly from: 'authority' | 'resolver'
}

/** The name servers of a zone. */
export interface Authority {
  /** Their names, sorted, lower case. */
  readonly hosts: readonly string[]
  readonly places: readonly ServerPlace[]
}

export interface AuthorityClient {
  /** Who speaks for this domain: its own name servers or those of the domain above it. Empty: nobody was found. */
  findAuthority(domain: string, signal?: AbortSignal): Promise<Authority>
  /** Asks each of the servers; where none answers, the resolver. Never rejects. */
  ask(question: DnsQuestion, authority: Authority, signal?: AbortSignal): Promise<Sayings>
  /** Asks the resolver. Never rejects. */
  askResolver(question: DnsQuestion, signal?: AbortSignal): Promise<Saying>
  /** The resolver's whole answer, with its AD bit. */
  askRaw(question: DnsQuestion, signal?: AbortSignal): Promise<WireAnswer>
}

export interface AuthorityOptions {
  /** `address` or `address:port` of the resolvers; the system's when absent. */
  readonly servers?: readonly string[]
  /** Name servers of strangers may bear private addresses: these are not asked. */
  readonly guard: AddressGuard
  /** Where name servers listen; 53 in the real world. */
  readonly serverPort?: number
  readonly timeoutMs?: number
  /** Questions under way at once, over all checks; default 32. */
  readonly mostAtOnce?: number
}

const mostServers = 4
const mostAliases = 8
const mostTexts = 40
const mostTextBytes = 16_384

/** A client that asks the servers that speak for a zone, so that a check sees what was changed a moment ago. */
export function createAuthorityClient(options: AuthorityOptions): AuthorityClient {
  const resolvers = (options.servers ?? getServers()).map(placeOf)
  const turns = createTurns(options.mostAtOnce ?? 32)
  const askOptions = (signal?: AbortSignal): AskOptions => ({
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
    ...(signal === undefined ? {} : { signal }),
  })
  const askOne = (server: ServerPlace, question: DnsQuestion, signal?: AbortSignal) =>
    turns(() => askServer(server, question, askOptions(signal)))

  async function askRaw(question: DnsQuestion, signal?: AbortSignal): Promise<WireAnswer> {
    let last: WireAnswer = { is: 'failed', cause: 'unreachable' }
    for (const resolver of resolvers) {
      last = await askOne(resolver, question, signal)
      if (last.is === 'answered') return last
    }
    return last
  }

  const askResolver = async (question: DnsQuestion, signal?: AbortSignal): Promise<Saying> =>
    follow(question, await askRaw(question, signal), name => askRaw({ ...question, name }, signal))

  async function findAuthority(domain: string, signal?: AbortSignal): Promise<Authority> {
    const registrable = getDomain(domain) ?? domain
    for (let zone = domain; ; zone = zone.slice(zone.indexOf('.') + 1)) {
      const said = await askResolver({ name: zone, type: 'NS' }, signal)
      if (said.is === 'records' && said.records.length > 0) {
        const hosts = said.records.toSorted().slice(0, mostServers)
        return { hosts, places: await placesOf(hosts, signal) }
      }
      if (zone === registrable || !zone.includes('.')) return { hosts: [], places: [] }
    }
  }

  async function placesOf(hosts: readonly string[], signal?: AbortSignal): Promise<ServerPlace[]> {
    const port = options.serverPort ?? 53
    const found = await Promise.all(
      hosts.map(async name => {
        const v4 = await askResolver({ name, type: 'A' }, signal)
        const said =
          v4.is === 'records' && v4.records.length > 0
            ? v4
            : await askResolver({ name, type: 'AAAA' }, signal)
        return said.is === 'records' ? (said.records[0] ?? null) : null
      }),
    )
    const usable = found.flatMap(address =>
      address !== null && isIP(address) !== 0 && options.guard.refusal(address, port) === null
        ? [address]
        : [],
    )
    return [...new Set(usable)].map(address => ({ address, port }))
  }

  async function ask(question: DnsQuestion, authority: Authority, signal?: AbortSignal): Promise<Sayings> {
    const said = await Promise.all(
      authority.places.map(async place => {
        const answer = await askOne(place, question, signal)
        // A lame server, or one that only knows of a deeper zone, says nothing about this name.
        if (answer.is === 'answered' && !answer.isAuthoritative)
          return { is: 'failed', cause: 'lame' } satisfies Saying
        return follow(question, answer, name => askRaw({ ...question, name }, signal))
      }),
    )
    if (said.some(one => one.is !== 'failed')) return { said, from: 'authority' }
    return { said: [await askResolver(question, signal)], from: 'resolver' }
  }

  return { findAuthority, ask, askResolver, askRaw }
}

/** Reads an answer; where it ends in an alias, goes on asking, so far and no farther. */
async function follow(
  { name, type }: DnsQuestion,
  first: WireAnswer,
  ask: (name: string) => Promise<WireAnswer>,
): Promise<Saying> {
  let answer = first
  let at = name.toLowerCase()
  let alias: string | null = null
  const seen = new Set<string>()
  for (let step = 0; ; step++) {
    if (answer.is === 'failed') return { is: 'failed', cause: answer.cause }
    const records = textsOf(answer.answers, at, type)
    if (records === 'too-large') return { is: 'too-large' }
    if (records.length > 0) return { is: 'records', records, alias }
    const next = aliasAt(answer.answers, at)
    if (next === null) return alias === null ? { is: 'none' } : { is: 'records', records: [], alias }
    alias ??= next
    if (seen.has(next) || step >= mostAliases) return { is: 'loop', alias }
    seen.add(next)
    at = next
    // Servers often send the whole chain at once.
    if (!answer.answers.some(row => nameOf(row) === next)) answer = await ask(next)
  }
}

const nameOf = (row: Answer): string => row.name.toLowerCase().replace(/\.$/, '')

function aliasAt(answers: readonly Answer[], name: string): string | null {
  const row = answers.find(one => one.type === 'CNAME' && nameOf(one) === name)
  return row?.type === 'CNAME' ? row.data.toLowerCase().replace(/\.$/, '') : null
}

function textsOf(
  answers: readonly Answer[],
  name: string,
  type: DnsQuestion['type'],
): string[] | 'too-large' {
  const rows = answers.filter(row => row.type === type && nameOf(row) === name)
  const texts = rows.map(textOf)
  const bytes = texts.reduce((sum, text) => sum + text.length, 0)
  return texts.length > mostTexts || bytes > mostTextBytes ? 'too-large' : texts
}

function textOf(row: Answer): string {
  if (row.type === 'TXT') {
    const parts = Array.isArray(row.data) ? row.data : [row.data]
    return parts.map(part => (typeof part === 'string' ? part : part.toString('utf8'))).join('')
  }
  if (row.type === 'MX')
    return `${row.data.preference ?? 0} ${row.data.exchange.toLowerCase().replace(/\.$/, '') || '.'}`
  if (row.type === 'NS') return row.data.toLowerCase().replace(/\.$/, '')
  if (row.type === 'A' || row.type === 'AAAA') return row.data
  return ''
}

/** `1.2.3.4`, `1.2.3.4:53`, `[::1]:53` */
function placeOf(text: string): ServerPlace {
  if (isIP(text) !== 0) return { address: text, port: 53 }
  const cut = text.lastIndexOf(':')
  return { address: text.slice(0, cut).replace(/^\[|\]$/g, ''), port: Number(text.slice(cut + 1)) }
}

/** Lets so many run at once; the others wait in the order they came. */
function createTurns(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = most
  const waiting: (() => void)[] = []
  return async work => {
    if (free > 0) free -= 1
    else await new Promise<void>(resolve => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) free += 1
      else next()
    }
  }
}
