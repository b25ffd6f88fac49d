import type { Reason } from '@fairlead/bounce'
import { type Link, showReason } from '@fairlead/contract'
import { sql } from 'kysely'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import { type LinkId, type MemberId, showId, type WorkspaceId } from '../platform/ids.ts'

interface LinkRow {
  readonly id: LinkId
  readonly kind: Link['kind']
  readonly name: string
  readonly owner: Link['owner']
  readonly state: Link['state']
  readonly reason: Reason | null
  readonly createdAt: Date
}

/** The delivery channels that a member can use: the team's and their own, oldest first, without removed ones. */
export async function listLinks(
  db: Db,
  of: { workspaceId: WorkspaceId; memberId: MemberId },
): Promise<Link[]> {
  const found = await asWeb(db, of.workspaceId, tx =>
    sql<LinkRow>`
      select id, kind, name, case when member_id is null then 'team' else 'member' end as owner, state,
        state_reason as reason, created_at as "createdAt"
      from fairlead.link
      where workspace_id = ${of.workspaceId} and state <> 'removed' and (member_id is null or member_id = ${of.memberId})
      order by created_at, id`.execute(tx),
  )
  return found.rows.map(row => ({
    ...row,
    id: showId('link', row.id),
    reason: row.reason && showReason(row.reason, ''),
    createdAt: row.createdAt.toISOString(),
  }))
}
