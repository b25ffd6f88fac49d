import { Problem } from '@fairlead/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db, Tx } from '../platform/database/connect.ts'
import type { EmailId } from '../platform/ids.ts'
import { lockIdentity, type WhichIdentity } from './update-identity.ts'

/** Emails of an identity that have not left, whole or in part. */
export interface WaitingEmails {
  readonly scheduled: readonly EmailId[]
  readonly queued: readonly EmailId[]
}

/** What of an identity's mail is waiting. Problem: not-found. */
export function readWaitingEmails(db: Db, of: WhichIdentity): Promise<WaitingEmails> {
  return asWeb(db, of.workspaceId, async tx => {
    await lockIdentity(tx, of)
    return waitingEmails(tx, of)
  })
}

async function waitingEmails(tx: QueryExecutorProvider, of: WhichIdentity): Promise<WaitingEmails> {
  const found = await sql<{ id: EmailId; state: string }>`
    select e.id, e.state from fairlead.email e
    where e.workspace_id = ${of.workspaceId} and e.member_id = ${of.memberId} and e.identity_id = ${of.identityId}
      and e.state in ('scheduled', 'held') and e.hidden_at is null
    union all
    select distinct e.id, e.state from fairlead.delivery d
    join fairlead.email e on e.workspace_id = d.workspace_id and e.id = d.email_id
    where d.workspace_id = ${of.workspaceId} and d.member_id = ${of.memberId} and d.folder = 'in-progress'
      and d.due_at is not null and not d.hidden and e.identity_id = ${of.identityId}`.execute(tx)
  const idsOf = (isQueued: boolean) =>
    found.rows.filter(row => (row.state === 'released') === isQueued).map(row => row.id)
  return { scheduled: idsOf(false), queued: idsOf(true) }
}

/**
 * Deletes an identity; what it sent keeps its name and address. With `keepsWaiting` mail that waits still leaves,
 * else there must be none any more: identity.has-waiting. The default passes to the oldest one that is verified, or
 * that there is. Problem: not-found. Answers how many emails still wait.
 */
export function deleteIdentity(
  db: Db,
  of: WhichIdentity,
  options: { keepsWaiting: boolean },
): Promise<number> {
  return asWeb(db, of.workspaceId, async tx => {
    const before = await lockIdentity(tx, of)
    const waiting = await waitingEmails(tx, of)
    const [scheduled, queued] = [waiting.scheduled.length, waiting.queued.length]
    if (!options.keepsWaiting && scheduled + queued > 0) {
      throw new Problem('identity.has-waiting', { scheduled, queued })
    }
    await sql`
      update fairlead.identity set deleted_at = fairlead.now(), is_default = false
      where workspace_id = ${of.workspaceId} and id = ${of.identityId}`.execute(tx)
    if (before.isDefault) await passDefaultOn(tx, of)
    return scheduled + queued
  })
}

async function passDefaultOn(tx: Tx, of: WhichIdentity): Promise<void> {
  await sql`
    update fairlead.identity set is_default = true
    where workspace_id = ${of.workspaceId} and id = (
      select id from fairlead.identity
      where workspace_id = ${of.workspaceId} and member_id = ${of.memberId} and deleted_at is null
      order by verified_at is null, created_at, id limit 1)`.execute(tx)
}
