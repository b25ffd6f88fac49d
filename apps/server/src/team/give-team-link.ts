import { type QueryExecutorProvider, sql } from 'kysely'
import type { IdentityId, WorkspaceId } from '../platform/ids.ts'

/** The name of the lock under which an owner's links are counted and given; the team's is its workspace. */
export const linksLock = (owner: string): string => `links of ${owner}`

/**
 * Gives a new member's default identity the team's own delivery channel, the oldest where there are several (spec 2.3);
 * without one it stays with the managed servers. A link that is being connected meanwhile is waited for, so that it is
 * given here or there.
 */
export async function giveTeamLink(
  tx: QueryExecutorProvider,
  { workspaceId, identityId }: { readonly workspaceId: WorkspaceId; readonly identityId: IdentityId },
): Promise<void> {
  await sql`select pg_advisory_xact_lock_shared(hashtextextended(${linksLock(workspaceId)}, 0))`.execute(tx)
  await sql`
    update fairlead.identity i set link_id = l.id, link_is_given = true
    from (select id from fairlead.link
      where workspace_id = ${workspaceId} and member_id is null and kind <> 'managed' and state <> 'removed'
      order by created_at, id limit 1) l
    where i.workspace_id = ${workspaceId} and i.id = ${identityId}`.execute(tx)
}
