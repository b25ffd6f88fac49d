import type { BounceReport } from '@fairlead/bounce'
import { sql } from 'kysely'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db, Tx } from '../platform/database/connect.ts'
import type { DeliveryId, EmailId, NoticeId, WorkspaceId } from '../platform/ids.ts'
import { platformWorkspace } from './store-notices.ts'

export type NoticeState = 'new' | 'applied' | 'waiting' | 'unmatched' | 'ignored'

export interface ListedNotice {
  readonly id: NoticeId
  readonly kind: BounceReport['kind']
  readonly state: NoticeState
  readonly envelopeFrom: string
  readonly envelopeTo: readonly string[]
  /** Octets. */
  readonly size: number
  /** Null until it is read; `error` where it could not be. */
  readonly report: BounceReport | { readonly error: string } | null
  readonly emailId: EmailId | null
  readonly deliveryId: DeliveryId | null
  readonly receivedAt: Date
}

/**
 * Notices of one workspace in one state, the newest first: `unmatched` is the admin's list. Those to postmaster@ and
 * the like belong to the platform's workspace. `after` is the last one of the page before.
 */
export async function listNotices(
  tx: Tx,
  which: {
    readonly workspaceId: WorkspaceId
    readonly state: NoticeState
    readonly after?: NoticeId
    readonly most: number
  },
): Promise<ListedNotice[]> {
  const { after } = which
  const beyond =
    after === undefined
      ? sql`true`
      : sql`(received_at, id) < (select received_at, id from fairlead.notice
          where workspace_id in (${which.workspaceId}, ${platformWorkspace}) and id = ${after})`
  const found = await sql<ListedNotice>`
    select id, kind, state, envelope_from as "envelopeFrom", envelope_to as "envelopeTo", size, report,
           email_id as "emailId", delivery_id as "deliveryId", received_at as "receivedAt"
    from fairlead.notice
    where workspace_id = ${which.workspaceId} and state = ${which.state} and ${beyond}
    order by received_at desc, id desc limit ${which.most}`.execute(tx)
  return found.rows
}

/**
 * What the admin of a workspace looks through: its own unmatched notices. What came to postmaster@ and the like names no
 * workspace; where there is only one, it is its admin's too.
 */
export async function listUnmatched(
  db: Db,
  which: { readonly workspaceId: WorkspaceId; readonly after?: NoticeId; readonly most: number },
): Promise<ListedNotice[]> {
  return await asEngine(db, async tx => {
    const others = await sql`
      select from fairlead.workspace where id not in (${which.workspaceId}, ${platformWorkspace}) limit 1`.execute(
      tx,
    )
    const own = await listNotices(tx, { ...which, state: 'unmatched' })
    if (others.rows.length > 0) return own
    const platform = await listNotices(tx, { ...which, workspaceId: platformWorkspace, state: 'unmatched' })
    return [...own, ...platform].sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, which.most)
  })
}
