import { sql } from 'kysely'
import type { Tx } from '../platform/database/connect.ts'
import type { LinkId } from '../platform/ids.ts'

/** How the servers of a domain took what a link carried there. */
export interface Acceptance {
  readonly domain: string
  readonly count: number
  readonly accepted: number
}

export const acceptanceDays = 30
/** Below this a share says nothing. */
export const enoughMessages = 30
/** More are not counted: the share does not change any more. */
const mostCounted = 2_000

/**
 * Settled deliveries of the last 30 days to the most frequent recipients' domain, by link: the newest 2,000 of each, by
 * the index delivery_acceptance. What was taken back or
 * suppressed, or failed on our side, says nothing about the servers.
 */
export async function readAcceptance(
  tx: Tx,
  of: { readonly links: readonly LinkId[]; readonly domains: readonly string[] },
): Promise<ReadonlyMap<LinkId, Acceptance>> {
  const [domain] = of.domains
  if (domain === undefined) return new Map()
  const found = await sql<{ linkId: LinkId; count: number; accepted: number }>`
    select l.id as "linkId", count(d.state)::int as count,
      count(d.state) filter (where d.state in ('accepted', 'delivered'))::int as accepted
    from unnest(${of.links}::uuid[]) as l (id)
    left join lateral (
      select d.state from fairlead.delivery d
      where d.link_id = l.id and d.address_domain = ${domain}
        and d.settled_at >= fairlead.now() - ${acceptanceDays} * interval '1 day'
        and d.state in ('accepted', 'delivered', 'refused', 'expired', 'bounced', 'complained')
        and (d.fault is null or d.fault not in ('link', 'identity'))
        and d.workspace_id = nullif(current_setting('fairlead.workspace', true), '')::uuid
      order by d.settled_at desc limit ${mostCounted}) d on true
    group by l.id`.execute(tx)
  return new Map(found.rows.map(({ linkId, ...counts }) => [linkId, { domain, ...counts }]))
}
