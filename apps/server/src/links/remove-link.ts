import { limits, Problem } from '@fairlead/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import type { LinkId } from '../platform/ids.ts'
import { takeLinkFromIdentities } from './give-link-to-identities.ts'
import { type LinkCaller, mayRemove, requireRight } from './link-caller.ts'
import { lockLink } from './lock-link.ts'
import { recordLinkEvent } from './record-link-event.ts'

/**
 * Removes a link: its secret is gone, nothing takes it any more, its identities go back to the managed servers, and
 * what waits for it stays until it is moved. What is being handed over ends. With `isAnswered` false there must be
 * nothing waiting: link.has-waiting. Twice is as good as once. Problems: not-found, auth.forbidden, link.built-in.
 */
export function removeLink(
  db: Db,
  caller: LinkCaller,
  { linkId, isAnswered }: { readonly linkId: LinkId; readonly isAnswered: boolean },
): Promise<void> {
  const { workspaceId, memberId } = caller
  return asWeb(db, workspaceId, async tx => {
    const link = await lockLink(tx, caller, linkId)
    requireRight(mayRemove(link, caller))
    if (link.kind === 'managed') throw new Problem('link.built-in', { name: link.name })
    if (link.state === 'removed') return
    const count = await countWaiting(tx, caller, linkId)
    if (count > 0 && !isAnswered) throw new Problem('link.has-waiting', { count })
    await sql`
      update fairlead.link set state = 'removed', secret = null, state_reason = null, state_at = fairlead.now(),
        version = version + 1
      where workspace_id = ${workspaceId} and id = ${linkId}`.execute(tx)
    await takeLinkFromIdentities(tx, { workspaceId, linkId })
    const of = sql`workspace_id = ${workspaceId} and link_id = ${linkId}`
    await sql`delete from fairlead.link_watch where ${of}`.execute(tx)
    await sql`delete from fairlead.bounce_probe where ${of}`.execute(tx)
    await recordLinkEvent(tx, { workspaceId, linkId, kind: 'removed', memberId, data: { waiting: count } })
  })
}

/** Recipients whose mail waits for the link, in the queue or by a schedule; counted up to limits.countedRows. */
export async function countWaiting(
  tx: QueryExecutorProvider,
  { workspaceId }: Pick<LinkCaller, 'workspaceId'>,
  linkId: LinkId,
): Promise<number> {
  const found = await sql<{ count: number }>`
    select count(*)::int as count from (
      (select from fairlead.delivery d
        where d.workspace_id = ${workspaceId} and d.link_id = ${linkId} and d.due_at is not null
        limit ${limits.countedRows})
      union all
      (select from fairlead.email e
        join fairlead.email_recipient r on r.workspace_id = e.workspace_id and r.email_id = e.id
        where e.workspace_id = ${workspaceId} and e.link_id = ${linkId} and e.state in ('scheduled', 'held')
          and e.hidden_at is null
        limit ${limits.countedRows})) w`.execute(tx)
  return found.rows[0]?.count ?? 0
}
