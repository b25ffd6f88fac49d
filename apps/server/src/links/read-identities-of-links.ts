import type { Reason } from '@fairlead/bounce'
import { type Link, showReason } from '@fairlead/contract'
import { sql } from 'kysely'
import type { Tx } from '../platform/database/connect.ts'
import { type IdentityId, type LinkId, showId } from '../platform/ids.ts'
import type { LinkCaller } from './link-caller.ts'

interface Row {
  readonly linkId: LinkId
  readonly identityId: IdentityId
  readonly address: string
  readonly state: 'permitted' | 'refused' | null
  readonly reason: Reason | null
  readonly checkedAt: Date | null
}

/** Identities that use these links or were tried with them: the caller's own, for an admin everybody's. */
export async function readIdentitiesOfLinks(
  tx: Tx,
  of: LinkCaller,
  links: readonly { readonly id: LinkId }[],
): Promise<ReadonlyMap<LinkId, Link['identities']>> {
  const ids = links.map(link => link.id)
  const found = await sql<Row>`
    select k.link_id as "linkId", i.id as "identityId", i.address, p.state, p.reason, p.checked_at as "checkedAt"
    from unnest(${ids}::uuid[]) as k (link_id)
    join fairlead.identity i on i.workspace_id = ${of.workspaceId} and i.deleted_at is null
      and (i.member_id = ${of.memberId} or ${of.role === 'admin'})
    left join fairlead.link_identity p on p.workspace_id = i.workspace_id and p.link_id = k.link_id
      and p.identity_id = i.id and p.address_key = i.address_key
    where i.link_id = k.link_id or p.link_id is not null
    order by k.link_id, i.address, i.id`.execute(tx)
  const byLink = Map.groupBy(found.rows, row => row.linkId)
  return new Map([...byLink].map(([linkId, rows]) => [linkId, rows.map(show)]))
}

function show(row: Row): Link['identities'][number] {
  return {
    identityId: showId('identity', row.identityId),
    address: row.address,
    state: row.state ?? 'unknown',
    reason: row.reason && showReason(row.reason, row.address),
    checkedAt: row.checkedAt?.toISOString() ?? null,
  }
}
