import { type ChannelKind, type LinkState, Problem } from '@fairlead/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { LinkId, MemberId } from '../platform/ids.ts'
import type { LinkCaller, LinkOwner } from './link-caller.ts'

/** A link as whoever changes it holds it. */
export interface LockedLink extends LinkOwner {
  readonly id: LinkId
  readonly kind: ChannelKind
  readonly name: string
  readonly memberId: MemberId | null
  readonly settings: unknown
  readonly hasSecret: boolean
  readonly state: LinkState
  readonly version: number
}

/**
 * Locks a link that the caller can see: the team's, their own, and for an admin every one. New deliveries still find
 * it meanwhile: their foreign keys ask for its key alone. Problem: not-found.
 */
export async function lockLink(
  tx: QueryExecutorProvider,
  caller: LinkCaller,
  linkId: LinkId,
): Promise<LockedLink> {
  const found = await sql<LockedLink>`
    select l.id, l.kind, l.name, l.member_id as "memberId", l.settings, l.secret is not null as "hasSecret", l.state,
      l.version, coalesce((select m.removed_at is not null from fairlead.member m
        where m.workspace_id = l.workspace_id and m.id = l.member_id), false) as "hasOwnerLeft"
    from fairlead.link l
    where l.workspace_id = ${caller.workspaceId} and l.id = ${linkId}
      and (l.member_id is null or l.member_id = ${caller.memberId} or ${caller.role === 'admin'})
    for no key update of l`.execute(tx)
  const link = found.rows[0]
  if (link === undefined) throw new Problem('not-found', { what: 'delivery channel' })
  return link
}

/** Problem: link.removed. */
export function requireNotRemoved({ state }: Pick<LockedLink, 'state'>): void {
  if (state === 'removed') throw new Problem('link.removed')
}
