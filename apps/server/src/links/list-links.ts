import type { Reason } from '@fairlead/bounce'
import { type Link, limits, linkStateSentences, showReason } from '@fairlead/contract'
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
  readonly settings: unknown
  readonly since: Date
  readonly waiting: number
}

/** A link as the API shows it, without its card, which is computed from the channel's traits. */
export interface ListedLink {
  readonly shown: Omit<Link, 'card'>
  readonly settings: unknown
}

export interface WhoseLinks {
  readonly workspaceId: WorkspaceId
  readonly memberId: MemberId
  /** Counts the waiting mail of all members, not of this one alone. */
  readonly isAdmin: boolean
  /** Only this link. */
  readonly linkId?: LinkId
}

/** The delivery channels that a member can use: the team's and their own, oldest first, without removed ones. */
export async function listLinks(db: Db, of: WhoseLinks): Promise<ListedLink[]> {
  const wanted = of.linkId === undefined ? sql`true` : sql`l.id = ${of.linkId}`
  const whose = of.isAdmin ? sql`true` : sql`d.member_id = ${of.memberId}`
  const found = await asWeb(db, of.workspaceId, tx =>
    sql<LinkRow>`
      select l.id, l.kind, l.name, case when l.member_id is null then 'team' else 'member' end as owner, l.state,
        l.state_reason as reason, l.created_at as "createdAt", l.settings, l.state_at as since,
        (select count(*)::int from (select from fairlead.delivery d
          where d.link_id = l.id and d.due_at is not null and d.workspace_id = l.workspace_id and ${whose}
          limit ${limits.countedRows}) w) as waiting
      from fairlead.link l
      where l.workspace_id = ${of.workspaceId} and l.state <> 'removed' and ${wanted}
        and (l.member_id is null or l.member_id = ${of.memberId})
      order by l.created_at, l.id`.execute(tx),
  )
  return found.rows.map(show)
}

function show({ settings, since, waiting, ...row }: LinkRow): ListedLink {
  return {
    settings,
    shown: {
      ...row,
      id: showId('link', row.id),
      reason: row.reason && showReason(row.reason, ''),
      createdAt: row.createdAt.toISOString(),
      health: {
        sentence: linkStateSentences[row.state],
        since: since.toISOString(),
        waiting,
      },
    },
  }
}
