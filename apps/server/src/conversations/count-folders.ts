import { type Folder, folders, limits } from '@fairlead/contract'
import { sql } from 'kysely'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db, Tx } from '../platform/database/connect.ts'
import type { MemberId, WorkspaceId } from '../platform/ids.ts'
import { isFailedFolder, statesOfFolder } from './find-rows.ts'

export type FolderCounts = Record<Folder, { count: number; isMore: boolean }>

interface Whose {
  readonly workspaceId: WorkspaceId
  readonly memberId: MemberId
}

/**
 * How many rows each folder has, counted up to limits.countedRows, so that a folder of a million costs no more than
 * one of ten thousand.
 */
export async function countFolders(db: Db, whose: Whose): Promise<FolderCounts> {
  const counted = await asWeb(db, whose.workspaceId, async tx => {
    const unsent = await countUnsentEmails(tx, whose)
    return new Map([...unsent, ...(await countDeliveries(tx, whose))])
  })
  return Object.fromEntries(
    folders.map(folder => {
      const count = counted.get(folder) ?? 0
      return [folder, { count: Math.min(count, limits.countedRows), isMore: count > limits.countedRows }]
    }),
  ) as FolderCounts
}

/** Rows of the folders that live by deliveries. Indexes: delivery_sent, delivery_failed. */
async function countDeliveries(tx: Tx, { workspaceId, memberId }: Whose): Promise<[Folder, number][]> {
  const names = folders.filter(folder => statesOfFolder[folder] === undefined)
  const most = limits.countedRows + 1
  const found = await sql<{ folder: Folder; count: number }>`
    select f.folder, case when f.failed
      then (select count(*) from (
        select from fairlead.delivery d
        where d.workspace_id = ${workspaceId} and d.member_id = ${memberId} and d.folder = f.folder and not d.hidden
        limit ${most}) c)
      else (select count(*) from (
        select distinct d.emailed_at, d.email_id from fairlead.delivery d
        where d.workspace_id = ${workspaceId} and d.member_id = ${memberId} and d.folder = f.folder and not d.hidden
        limit ${most}) c)
      end as count
    from unnest(${names}::text[], ${names.map(isFailedFolder)}::boolean[]) as f (folder, failed)`.execute(tx)
  return found.rows.map(row => [row.folder, row.count])
}

/** Rows of Scheduled and Drafts. Index: email_unsent. */
async function countUnsentEmails(tx: Tx, { workspaceId, memberId }: Whose): Promise<[Folder, number][]> {
  const pairs = folders.flatMap(folder => (statesOfFolder[folder] ?? []).map(state => ({ folder, state })))
  const found = await sql<{ folder: Folder; count: number }>`
    select f.folder, sum((select count(*) from (
      select from fairlead.email e
      where e.workspace_id = ${workspaceId} and e.member_id = ${memberId} and e.state = f.state
        and e.state <> 'released' and e.hidden_at is null
      limit ${limits.countedRows + 1}) c))::int as count
    from unnest(${pairs.map(pair => pair.folder)}::text[], ${pairs.map(pair => pair.state)}::text[]) as f (folder, state)
    group by f.folder`.execute(tx)
  return found.rows.map(row => [row.folder, row.count])
}
