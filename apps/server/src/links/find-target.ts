import { type ChannelKind, type LinkState, Problem } from '@fairlead/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { LinkId, MemberId } from '../platform/ids.ts'
import type { LinkCaller } from './link-caller.ts'

/** Another link that takes waiting mail. */
export interface TargetLink {
  readonly id: LinkId
  readonly kind: ChannelKind
  readonly name: string
  readonly settings: unknown
}

/**
 * The link that mail of `whose` (null: of everybody) can move to: the team's, or that member's own. One that is
 * paused or needs attention is no help. Problems: not-found, link.same, link.not-usable.
 */
export async function findTarget(
  tx: QueryExecutorProvider,
  caller: LinkCaller,
  move: { readonly from: LinkId; readonly to: LinkId; readonly whose: MemberId | null },
): Promise<TargetLink> {
  if (move.from === move.to) throw new Problem('link.same')
  const found = await sql<TargetLink & { state: LinkState }>`
    select id, kind, name, settings, state from fairlead.link
    where workspace_id = ${caller.workspaceId} and id = ${move.to}
      and (member_id is null or member_id = ${move.whose}::uuid)`.execute(tx)
  const target = found.rows[0]
  if (target === undefined) throw new Problem('not-found', { what: 'delivery channel' })
  if (target.state !== 'ready') throw new Problem('link.not-usable', { state: target.state })
  return target
}
