import type { Reason } from '@fairlead/bounce'
import {
  type ChannelKind,
  type Link,
  type LinkState,
  limits,
  linkStateSentences,
  type ShownSettings,
  shownSettings,
  showReason,
} from '@fairlead/contract'
import { sql } from 'kysely'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db, Tx } from '../platform/database/connect.ts'
import { type LinkId, type MemberId, showId } from '../platform/ids.ts'
import { type LinkCaller, type LinkOwner, mayChange, mayRemove } from './link-caller.ts'
import { readIdentitiesOfLinks } from './read-identities-of-links.ts'

interface LinkRow extends LinkOwner {
  readonly id: LinkId
  readonly kind: ChannelKind
  readonly name: string
  readonly memberId: MemberId | null
  readonly memberName: string | null
  readonly state: LinkState
  readonly reason: Reason | null
  readonly createdAt: Date
  readonly settings: unknown
  readonly hasSecret: boolean
  readonly version: number
  readonly since: Date
  readonly waiting: number
  readonly watchReason: Reason | null
  readonly lookedAt: Date | null
  readonly isWatched: boolean
}

/** A link as the API shows it, without what is computed from the channel's traits. */
export interface ListedLink {
  readonly linkId: LinkId
  readonly shown: Omit<Link, 'card' | 'bounceProof'>
  readonly settings: unknown
  readonly proof: BounceProbe | null
}

/** The latest probe of a link, as it stands. */
export interface BounceProbe {
  readonly sentAt: Date
  readonly failedAt: Date | null
  readonly provedAt: Date | null
  readonly provedSeconds: number | null
}

export interface WhichLinks extends LinkCaller {
  /** Only this link. */
  readonly linkId?: LinkId
}

/**
 * The delivery channels that a member can use, the team's and their own, and for an admin everybody's; oldest first. A
 * removed one is listed as long as mail waits for it that the caller can move.
 */
export function listLinks(db: Db, of: WhichLinks): Promise<ListedLink[]> {
  return asWeb(db, of.workspaceId, async tx => {
    const rows = await readLinks(tx, of)
    const identities = await readIdentitiesOfLinks(tx, of, rows)
    const probes = await readProbes(tx, of, rows)
    return rows.map(row => ({
      linkId: row.id,
      settings: row.settings,
      proof: probes.get(row.id) ?? null,
      shown: show(row, of, identities.get(row.id) ?? []),
    }))
  })
}

async function readLinks(tx: Tx, of: WhichLinks): Promise<LinkRow[]> {
  const isAdmin = of.role === 'admin'
  const wanted = of.linkId === undefined ? sql`true` : sql`l.id = ${of.linkId}`
  const found = await sql<LinkRow>`
    select l.id, l.kind, l.name, l.member_id as "memberId", m.name as "memberName",
      coalesce(m.removed_at is not null, false) as "hasOwnerLeft", l.state, l.state_reason as reason,
      l.created_at as "createdAt", l.settings, l.secret is not null as "hasSecret", l.version, l.state_at as since,
      w.waiting, t.reason as "watchReason", t.looked_at as "lookedAt", t.link_id is not null as "isWatched"
    from fairlead.link l
    left join fairlead.member m on m.workspace_id = l.workspace_id and m.id = l.member_id
    left join fairlead.link_watch t on t.workspace_id = l.workspace_id and t.link_id = l.id
    cross join lateral (select count(*)::int as waiting from (select from fairlead.delivery d
      where d.link_id = l.id and d.due_at is not null and d.workspace_id = l.workspace_id
        and (${isAdmin} or d.member_id = ${of.memberId})
      limit ${limits.countedRows}) c) w
    where l.workspace_id = ${of.workspaceId} and ${wanted}
      and (l.member_id is null or l.member_id = ${of.memberId} or ${isAdmin})
      and (l.state <> 'removed' or w.waiting > 0)
    order by l.created_at, l.id`.execute(tx)
  return found.rows
}

async function readProbes(
  tx: Tx,
  of: WhichLinks,
  rows: readonly LinkRow[],
): Promise<ReadonlyMap<LinkId, BounceProbe>> {
  const found = await sql<BounceProbe & { linkId: LinkId }>`
    select link_id as "linkId", sent_at as "sentAt", failed_at as "failedAt", proved_at as "provedAt",
      proved_seconds as "provedSeconds"
    from fairlead.bounce_probe
    where workspace_id = ${of.workspaceId} and link_id = any(${rows.map(row => row.id)}::uuid[])`.execute(tx)
  return new Map(found.rows.map(({ linkId, ...probe }) => [linkId, probe]))
}

function show(row: LinkRow, of: WhichLinks, identities: Link['identities']): ListedLink['shown'] {
  const canChange = mayChange(row, of)
  return {
    id: showId('link', row.id),
    ...{ kind: row.kind, name: row.name, state: row.state, hasSecret: row.hasSecret, version: row.version },
    owner: row.memberId === null ? 'team' : 'member',
    memberId: row.memberId && showId('member', row.memberId),
    memberName: row.memberName,
    isYours: row.memberId === null || row.memberId === of.memberId,
    mayChange: canChange,
    mayRemove: mayRemove(row, of),
    reason: row.reason && showReason(row.reason, ''),
    createdAt: row.createdAt.toISOString(),
    settings: canChange ? settingsOf(row) : null,
    health: {
      sentence: linkStateSentences[row.state],
      since: row.since.toISOString(),
      waiting: row.waiting,
    },
    mailbox: {
      state: row.watchReason !== null ? 'failing' : row.isWatched ? 'watched' : 'not-watched',
      reason: row.watchReason && showReason(row.watchReason, ''),
      lookedAt: row.lookedAt?.toISOString() ?? null,
    },
    identities,
  }
}

/** Only what the contract shows of a kind's settings; null where it is stored in another form. */
function settingsOf({ kind, settings }: LinkRow): ShownSettings | null {
  const known = typeof settings === 'object' && settings !== null ? settings : {}
  return shownSettings.safeParse({ ...known, kind }).data ?? null
}
