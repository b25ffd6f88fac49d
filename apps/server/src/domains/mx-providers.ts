import { sql } from 'kysely'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import type { DnsClient } from '../transports/dns/client.ts'

/** A domain, and whoever takes its mail: the registrable domain of its best MX host, e.g. google.com. */
export interface MxProvider {
  readonly domain: string
  readonly provider: string
}

/** Longest time that a page waits for DNS. */
const pageWaitsMs = 700
/** So long what was noted is not written again. */
const freshHours = 24
const mostDomains = 200
const mostRemembered = 50_000

/**
 * Looks up who takes the mail of these domains; those without an answer within the bound are missing, and the look-up goes
 * on, so that the next question may be answered from the cache of the DNS client. Never rejects.
 */
export async function findProviders(
  dns: Pick<DnsClient, 'resolveMx'>,
  domains: readonly string[],
  boundMs: number = pageWaitsMs,
): Promise<readonly MxProvider[]> {
  const found: MxProvider[] = []
  const asked = Promise.all(
    domains.map(async domain => {
      const answer = await dns.resolveMx(domain)
      if (answer.is === 'found') found.push({ domain, provider: answer.provider })
    }),
  )
  const { promise: late, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, boundMs)
  await Promise.race([asked, late])
  clearTimeout(timer)
  return [...found]
}

/** Keeps who takes whose mail; what was noted lately is not written again. */
export async function noteProviders(db: Db, seen: readonly MxProvider[]): Promise<void> {
  // In one order, or two of these lock each other out.
  const rows = [...new Map(seen.map(one => [one.domain, one])).values()].toSorted((a, b) =>
    a.domain < b.domain ? -1 : 1,
  )
  if (rows.length === 0) return
  await asEngine(db, tx =>
    sql`
      insert into fairlead.mx_provider (domain, provider)
      select * from unnest(${rows.map(row => row.domain)}::text[], ${rows.map(row => row.provider)}::text[])
      on conflict (domain) do update set provider = excluded.provider, seen_at = excluded.seen_at
        where fairlead.mx_provider.provider <> excluded.provider
          or fairlead.mx_provider.seen_at < fairlead.now() - ${freshHours} * interval '1 hour'`.execute(tx),
  )
}

/** Domains whose mail a provider takes, those seen last first. Index: mx_provider_domains. */
export async function domainsOfProvider(db: Db, provider: string): Promise<readonly string[]> {
  const found = await asEngine(db, tx =>
    sql<{ domain: string }>`
      select domain from fairlead.mx_provider where provider = ${provider} order by seen_at desc limit ${mostDomains}`.execute(
      tx,
    ),
  )
  return found.rows.map(row => row.domain)
}

/** Notes what the outbox learns of each hand-over, once a day for each domain, behind its back. */
export function createProviderNotes(
  db: Db,
  onError: (error: unknown) => void,
): { note(seen: readonly MxProvider[]): void } {
  const noted = new Map<string, { readonly provider: string; readonly untilMs: number }>()
  return {
    note(seen) {
      const now = performance.now()
      const news = seen.filter(({ domain, provider }) => {
        const known = noted.get(domain)
        return known === undefined || known.provider !== provider || known.untilMs < now
      })
      if (news.length === 0) return
      if (noted.size > mostRemembered) noted.clear()
      for (const { domain, provider } of news)
        noted.set(domain, { provider, untilMs: now + freshHours * 3_600_000 })
      noteProviders(db, news).catch((error: unknown) => {
        for (const { domain } of news) noted.delete(domain)
        onError(error)
      })
    },
  }
}
