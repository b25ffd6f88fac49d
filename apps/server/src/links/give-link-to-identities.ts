import { type QueryExecutorProvider, sql } from 'kysely'
import type { LinkId, MemberId, WorkspaceId } from '../platform/ids.ts'

interface GivenLink {
  readonly workspaceId: WorkspaceId
  readonly linkId: LinkId
  /** Null: the team's. */
  readonly memberId: MemberId | null
}

/**
 * Gives a new link to the identities that have none of their own choice (spec 2.3). A member's first own link: all of
 * theirs; a later one: none. The team's: each member's default identity, where it has none at all.
 */
export async function giveLinkToIdentities(tx: QueryExecutorProvider, link: GivenLink): Promise<void> {
  await (link.memberId === null ? giveToDefaults(tx, link) : giveToOwn(tx, link))
}

async function giveToDefaults(tx: QueryExecutorProvider, { workspaceId, linkId }: GivenLink): Promise<void> {
  await sql`
    update fairlead.identity set link_id = ${linkId}, link_is_given = true
    where workspace_id = ${workspaceId} and is_default and deleted_at is null and link_id is null`.execute(tx)
}

async function giveToOwn(
  tx: QueryExecutorProvider,
  { workspaceId, linkId, memberId }: GivenLink,
): Promise<void> {
  await sql`
    update fairlead.identity i set link_id = ${linkId}, link_is_given = true
    where i.workspace_id = ${workspaceId} and i.member_id = ${memberId} and i.deleted_at is null
      and (i.link_id is null or i.link_is_given and exists (select from fairlead.link l
        where l.workspace_id = i.workspace_id and l.id = i.link_id and l.member_id is null))
      and not exists (select from fairlead.link o
        where o.workspace_id = ${workspaceId} and o.member_id = ${memberId} and o.id <> ${linkId} and o.state <> 'removed')`.execute(
    tx,
  )
}

/** Identities go back to the managed servers, the default of spec 2.1. */
export async function takeLinkFromIdentities(
  tx: QueryExecutorProvider,
  { workspaceId, linkId }: Omit<GivenLink, 'memberId'>,
): Promise<void> {
  await sql`
    update fairlead.identity set link_id = null, link_is_given = false
    where workspace_id = ${workspaceId} and link_id = ${linkId}`.execute(tx)
}
