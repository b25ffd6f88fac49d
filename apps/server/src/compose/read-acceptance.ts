import { sql } from 'kysely'
import { domainsOfProvider, findProviders, type MxProvider, noteProviders } from '../domains/mx-providers.ts'
import type { Db, Tx } from '../platform/database/connect.ts'
import type { LinkId } from '../platform/ids.ts'
import type { DnsClient } from '../transports/dns/client.ts'

/** Whose servers are asked about: a provider and the domains whose mail it takes. */
export interface Receiver {
  /** Registrable domain of the MX hosts; the recipients' own domain where DNS gave no answer. */
  readonly provider: string
  readonly domains: readonly string[]
}

/** How a provider's servers took what a link carried there. */
export interface Acceptance {
  readonly provider: string
  readonly count: number
  readonly accepted: number
}

export const acceptanceDays = 30
/** Below this a share says nothing. */
export const enoughMessages = 30
/** More are not counted: the share does not change any more. */
const mostCounted = 2_000
/** Domains of one email that are looked up. */
const mostLookedUp = 20

/**
 * The provider that takes the mail of most recipients, with all domains of which it is known to. `domains`: those of the
 * recipients, one for each. Null: no recipient is known.
 */
export async function findReceiver(
  parts: { readonly db: Db; readonly dns: Pick<DnsClient, 'resolveMx'> },
  domains: readonly string[],
): Promise<Receiver | null> {
  const counts = new Map<string, number>()
  for (const domain of domains) counts.set(domain, (counts.get(domain) ?? 0) + 1)
  const frequent = [...counts].toSorted((a, b) => b[1] - a[1]).slice(0, mostLookedUp)
  const [first] = frequent
  if (first === undefined) return null
  const found = await findProviders(
    parts.dns,
    frequent.map(([domain]) => domain),
  )
  const best = mostFrequent(found, counts)
  if (best === null) return { provider: first[0], domains: [first[0]] }
  await noteProviders(parts.db, found)
  return { provider: best, domains: await domainsOfProvider(parts.db, best) }
}

function mostFrequent(found: readonly MxProvider[], counts: ReadonlyMap<string, number>): string | null {
  const sums = new Map<string, number>()
  for (const { domain, provider } of found)
    sums.set(provider, (sums.get(provider) ?? 0) + (counts.get(domain) ?? 0))
  return [...sums].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? null
}

/**
 * Settled deliveries of the last 30 days to a provider's domains, by link: the newest 2,000 of each domain at most, by the
 * index delivery_acceptance. What was taken back or suppressed, or failed on our side, says nothing about the servers.
 */
export async function readAcceptance(
  tx: Tx,
  of: { readonly links: readonly LinkId[]; readonly receiver: Receiver | null },
): Promise<ReadonlyMap<LinkId, Acceptance>> {
  if (of.receiver === null) return new Map()
  const { provider, domains } = of.receiver
  const found = await sql<{ linkId: LinkId; count: number; accepted: number }>`
    select l.id as "linkId", count(d.state)::int as count,
      count(d.state) filter (where d.state in ('accepted', 'delivered'))::int as accepted
    from unnest(${of.links}::uuid[]) as l (id)
    cross join unnest(${domains}::text[]) as a (domain)
    left join lateral (
      select d.state from fairlead.delivery d
      where d.link_id = l.id and d.address_domain = a.domain
        and d.settled_at >= fairlead.now() - ${acceptanceDays} * interval '1 day'
        and d.state in ('accepted', 'delivered', 'refused', 'expired', 'bounced', 'complained')
        and (d.fault is null or d.fault not in ('link', 'identity'))
        and d.workspace_id = nullif(current_setting('fairlead.workspace', true), '')::uuid
      order by d.settled_at desc limit ${mostCounted}) d on true
    group by l.id`.execute(tx)
  return new Map(found.rows.map(({ linkId, ...counts }) => [linkId, { provider, ...counts }]))
}
