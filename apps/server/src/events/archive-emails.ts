import { type QueryExecutorProvider, sql } from 'kysely'
import type { EmailId, WorkspaceId } from '../platform/ids.ts'

/**
 * Puts emails into the archive, or takes them out: those deliveries that were taken stand in Archived then, all others
 * go there when they are (events/lifecycle.ts, folderOf). The caller has locked the emails.
 */
export async function archiveEmails(
  tx: QueryExecutorProvider,
  of: { workspaceId: WorkspaceId; emailIds: readonly EmailId[]; isArchived: boolean },
): Promise<void> {
  const { workspaceId, emailIds, isArchived } = of
  await sql`
    update fairlead.email set archived_at = case when ${isArchived} then fairlead.now() end
    where workspace_id = ${workspaceId} and id = any(${emailIds}::uuid[])`.execute(tx)
  await sql`
    with locked as (
      select d.id from fairlead.delivery d
      where d.workspace_id = ${workspaceId} and d.email_id = any(${emailIds}::uuid[]) order by d.id for update)
    update fairlead.delivery d set archived = ${isArchived}, changed_at = fairlead.now(),
      folder = case when d.folder in ('delivered', 'archived') then case when ${isArchived} then 'archived' else 'delivered' end
        else d.folder end
    from locked where d.workspace_id = ${workspaceId} and d.id = locked.id`.execute(tx)
}

/** Takes rows out of the lists of their owner, or puts them back; facts stay. */
export async function hideRows(
  tx: QueryExecutorProvider,
  of: {
    workspaceId: WorkspaceId
    emailIds: readonly EmailId[]
    deliveryIds: readonly string[]
    isHidden: boolean
  },
): Promise<void> {
  const { workspaceId, emailIds, deliveryIds, isHidden } = of
  await sql`
    update fairlead.email set hidden_at = case when ${isHidden} then fairlead.now() end
    where workspace_id = ${workspaceId} and id = any(${emailIds}::uuid[])`.execute(tx)
  await sql`
    with locked as (
      select d.id from fairlead.delivery d
      where d.workspace_id = ${workspaceId}
        and (d.email_id = any(${emailIds}::uuid[]) or d.id = any(${deliveryIds}::uuid[])) order by d.id for update)
    update fairlead.delivery d set hidden = ${isHidden}, changed_at = fairlead.now()
    from locked where d.workspace_id = ${workspaceId} and d.id = locked.id`.execute(tx)
}
