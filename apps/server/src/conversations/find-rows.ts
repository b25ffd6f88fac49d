import { type Folder, failedFolders } from '@fairlead/contract'
import { sql } from 'kysely'
import type { Tx } from '../platform/database/connect.ts'
import type { DeliveryId, EmailId, MemberId, WorkspaceId } from '../platform/ids.ts'
import { type PageEnd, timeText } from './cursor.ts'

/** Whose rows, after which row, and how many at most. */
export interface PageOf {
  readonly workspaceId: WorkspaceId
  readonly memberId: MemberId
  readonly after: PageEnd
  readonly most: number
}

/** A row of a folder by its keys; its words are read afterwards, for one page alone. */
export interface FoundRow extends PageEnd {
  readonly emailId: EmailId
  readonly deliveryId: DeliveryId | null
}

/** Email states that stand in a folder of their own. */
export const statesOfFolder: Readonly<Partial<Record<Folder, readonly string[]>>> = {
  scheduled: ['scheduled', 'held'],
  drafts: ['draft', 'cancelled'],
}

/** Is a row of this folder one delivery, rather than an email? (spec 8.2) */
export function isFailedFolder(folder: Folder): boolean {
  return failedFolders.some(name => name === folder)
}

/** Rows of a folder, newest first. */
export function findFolderRows(tx: Tx, folder: Folder, page: PageOf): Promise<readonly FoundRow[]> {
  const states = statesOfFolder[folder]
  if (states !== undefined) return findUnsentEmails(tx, states, page)
  return isFailedFolder(folder) ? findFailedDeliveries(tx, folder, page) : findSentEmails(tx, folder, page)
}

/** Emails with a delivery in the folder; several deliveries of one email are one row. Index: delivery_sent. */
async function findSentEmails(tx: Tx, folder: Folder, page: PageOf): Promise<readonly FoundRow[]> {
  const found = await sql<FoundRow>`
    select ${timeText('emailed_at')} as at, email_id as id, email_id as "emailId", null as "deliveryId" from (
      select distinct on (emailed_at, email_id) emailed_at, email_id from fairlead.delivery
      where workspace_id = ${page.workspaceId} and member_id = ${page.memberId} and folder = ${folder} and not hidden
        and (emailed_at, email_id) < (${page.after.at}::timestamptz, ${page.after.id}::uuid)
      order by emailed_at desc, email_id desc limit ${page.most}) e
    order by emailed_at desc, email_id desc`.execute(tx)
  return found.rows
}

/** Index: delivery_failed. */
async function findFailedDeliveries(tx: Tx, folder: Folder, page: PageOf): Promise<readonly FoundRow[]> {
  const found = await sql<FoundRow>`
    select ${timeText('settled_at')} as at, id, email_id as "emailId", id as "deliveryId" from fairlead.delivery
    where workspace_id = ${page.workspaceId} and member_id = ${page.memberId} and folder = ${folder} and not hidden
      and folder in ('failed', 'bounced', 'spam', 'needs-a-look')
      and (settled_at, id) < (${page.after.at}::timestamptz, ${page.after.id}::uuid)
    order by delivery.settled_at desc, delivery.id desc limit ${page.most}`.execute(tx)
  return found.rows
}

/** One walk of the index per state, merged. Index: email_unsent. */
async function findUnsentEmails(
  tx: Tx,
  states: readonly string[],
  page: PageOf,
): Promise<readonly FoundRow[]> {
  const found = await sql<FoundRow>`
    select ${timeText('updated_at')} as at, id, id as "emailId", null as "deliveryId"
    from unnest(${states}::text[]) s (state) cross join lateral (
      select e.updated_at, e.id from fairlead.email e
      where e.workspace_id = ${page.workspaceId} and e.member_id = ${page.memberId} and e.state = s.state
        and e.state <> 'released' and e.hidden_at is null
        and (e.updated_at, e.id) < (${page.after.at}::timestamptz, ${page.after.id}::uuid)
      order by e.updated_at desc, e.id desc limit ${page.most}) e
    order by e.updated_at desc, e.id desc limit ${page.most}`.execute(tx)
  return found.rows
}

/** All emails of the member. Index: email_newest. */
export async function findAllEmails(tx: Tx, page: PageOf): Promise<readonly FoundRow[]> {
  const found = await sql<FoundRow>`
    select ${timeText('created_at')} as at, id, id as "emailId", null as "deliveryId" from fairlead.email
    where workspace_id = ${page.workspaceId} and member_id = ${page.memberId} and hidden_at is null
      and (created_at, id) < (${page.after.at}::timestamptz, ${page.after.id}::uuid)
    order by email.created_at desc, email.id desc limit ${page.most}`.execute(tx)
  return found.rows
}
