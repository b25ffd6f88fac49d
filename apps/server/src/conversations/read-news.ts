import {
  type DomainNewsKind,
  domainNewsSentences,
  type EmailState,
  eventSentences,
  type Folder,
  fill,
  type LinkNewsKind,
  type LinkState,
  type LiveNews,
  linkNewsSentences,
} from '@fairlead/contract'
import { sql } from 'kysely'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import {
  type DeliveryId,
  type DomainId,
  type EmailId,
  type EventId,
  type LinkId,
  type MemberId,
  showId,
  type ThreadId,
  type WorkspaceId,
} from '../platform/ids.ts'

/**
 * Which transactions had ended at a moment (pg_snapshot as text). What was recorded since is what a snapshot does not
 * show: nothing is missed when transactions end in another order than they began, and nothing is told twice.
 */
export type Snapshot = string

/** One fact, and whom it concerns. */
export interface News {
  readonly workspaceId: WorkspaceId
  readonly memberId: MemberId
  readonly shown: LiveNews
}

interface NewsRow {
  readonly workspaceId: WorkspaceId
  readonly memberId: MemberId
  readonly eventId: EventId
  readonly kind: string
  readonly emailId: EmailId
  readonly threadId: ThreadId
  readonly deliveryId: DeliveryId | null
  readonly folder: Folder | null
  readonly state: EmailState
  readonly isArchived: boolean
  readonly occurredAt: Date
  readonly recordedAt: Date
}

const snapshotShape = /^\d{1,19}:\d{1,19}:(?:\d{1,19}(?:,\d{1,19}){0,400})?$/

/** A snapshot that a client brought back; null: it is none. */
export function parseSnapshot(text: string): Snapshot | null {
  return snapshotShape.test(text) ? text : null
}

/** What has ended by now. */
export async function takeSnapshot(db: Db): Promise<Snapshot> {
  const found = await asEngine(db, tx =>
    sql<{ now: Snapshot }>`select pg_current_snapshot()::text as now`.execute(tx),
  )
  return found.rows[0]?.now ?? ''
}

/**
 * Facts that `since` does not show and `until` (default: now) does, in the order they were recorded. Null: there are
 * more than `most` events of anybody between the two. Index: event_tx.
 */
export async function readNews(
  db: Db,
  of: { since: Snapshot; until?: Snapshot; most: number; memberId?: MemberId },
): Promise<{ now: Snapshot; news: News[] | null }> {
  const until = of.until === undefined ? sql`pg_current_snapshot()` : sql`${of.until}::pg_snapshot`
  const whose = of.memberId === undefined ? sql`true` : sql`e.member_id = ${of.memberId}`
  const found = await asEngine(db, tx =>
    sql<{
      now: Snapshot
      seen: number
      rows: (NewsRow & { occurredAt: string; recordedAt: string })[]
      links: LinkNewsRow[]
      domains: DomainNewsRow[]
    }>`
      with moment as materialized (select ${until} as now),
      recorded as materialized (
        select ev.* from fairlead.event ev
        where ev.tx >= pg_snapshot_xmin(${of.since}::pg_snapshot) and ev.tx < (select pg_snapshot_xmax(now) from moment)
          and not pg_visible_in_snapshot(ev.tx, ${of.since}::pg_snapshot)
          and pg_visible_in_snapshot(ev.tx, (select now from moment))
        order by ev.tx limit ${of.most + 1}),
      happened as materialized (
        select le.* from fairlead.link_event le
        where le.tx >= pg_snapshot_xmin(${of.since}::pg_snapshot) and le.tx < (select pg_snapshot_xmax(now) from moment)
          and not pg_visible_in_snapshot(le.tx, ${of.since}::pg_snapshot)
          and pg_visible_in_snapshot(le.tx, (select now from moment))
        order by le.tx limit ${of.most + 1}),
      switched as materialized (
        select de.* from fairlead.domain_event de
        where de.tx >= pg_snapshot_xmin(${of.since}::pg_snapshot) and de.tx < (select pg_snapshot_xmax(now) from moment)
          and not pg_visible_in_snapshot(de.tx, ${of.since}::pg_snapshot)
          and pg_visible_in_snapshot(de.tx, (select now from moment))
        order by de.tx limit ${of.most + 1})
      select (select now::text from moment) as now, (select count(*) from recorded)::int + (select count(*) from happened)::int
        + (select count(*) from switched)::int as seen,
        (select coalesce(json_agg(json_build_object('workspaceId', ev.workspace_id, 'memberId', e.member_id,
            'eventId', ev.id, 'kind', ev.kind, 'emailId', ev.email_id, 'threadId', e.thread_id,
            'deliveryId', ev.delivery_id, 'folder', d.folder, 'state', e.state,
            'isArchived', e.archived_at is not null, 'occurredAt', ev.occurred_at, 'recordedAt', ev.recorded_at)
            order by ev.tx, ev.recorded_at, ev.id), '[]')
          from recorded ev
          join fairlead.email e on e.workspace_id = ev.workspace_id and e.id = ev.email_id
          left join fairlead.delivery d on d.workspace_id = ev.workspace_id and d.id = ev.delivery_id
          where ${whose}) as rows,
        (select coalesce(json_agg(json_build_object('workspaceId', h.workspace_id, 'memberId', e.id, 'linkId', h.link_id,
            'kind', h.kind, 'state', l.state, 'recordedAt', h.recorded_at) order by h.tx, h.recorded_at, h.id), '[]')
          from happened h
          join fairlead.link l on l.workspace_id = h.workspace_id and l.id = h.link_id
          join (select m.workspace_id, m.id, m.role, m.id as member_id from fairlead.member m where m.removed_at is null) e
            on e.workspace_id = h.workspace_id
              and (l.member_id is null or l.member_id = e.id or e.role = 'admin')
          where ${whose}) as links,
        (select coalesce(json_agg(json_build_object('workspaceId', s.workspace_id, 'memberId', e.member_id, 'domainId', d.id,
            'domain', d.domain, 'kind', s.kind, 'recordedAt', s.occurred_at) order by s.tx, s.occurred_at, s.id), '[]')
          from switched s
          join fairlead.sending_domain d on d.workspace_id = s.workspace_id and d.id = s.domain_id and d.removed_at is null
          join (select m.workspace_id, m.id as member_id, m.role from fairlead.member m where m.removed_at is null) e
            on e.workspace_id = s.workspace_id and (e.role = 'admin' or exists (
              select from fairlead.identity i where i.workspace_id = s.workspace_id and i.member_id = e.member_id
                and i.deleted_at is null and split_part(i.address_key, '@', -1) = d.domain))
          where ${whose}) as domains`.execute(tx),
  )
  const answer = found.rows[0]
  if (answer === undefined) throw new Error('the database answered nothing')
  return {
    now: answer.now,
    news:
      answer.seen > of.most
        ? null
        : [
            ...answer.rows.map(showNews),
            ...answer.links.map(showLinkNews),
            ...answer.domains.map(showDomainNews),
          ],
  }
}

/** Something that happened to a link, for one of those who see it; the time as JSON has it. */
interface LinkNewsRow {
  readonly workspaceId: WorkspaceId
  readonly memberId: MemberId
  readonly linkId: LinkId
  readonly kind: LinkNewsKind
  readonly state: LinkState
  readonly recordedAt: string
}

function showLinkNews({ workspaceId, memberId, linkId, kind, state, recordedAt }: LinkNewsRow): News {
  return {
    ...{ workspaceId, memberId },
    shown: {
      ...{ type: 'link', kind, state, linkId: showId('link', linkId) },
      sentence: linkNewsSentences[kind],
      recordedAt: new Date(recordedAt).toISOString(),
    },
  }
}

/** What happened to a sending domain, for an admin or one of those whose identities are of it. */
interface DomainNewsRow {
  readonly workspaceId: WorkspaceId
  readonly memberId: MemberId
  readonly domainId: DomainId
  readonly domain: string
  readonly kind: DomainNewsKind
  readonly recordedAt: string
}

function showDomainNews({ workspaceId, memberId, domainId, domain, kind, recordedAt }: DomainNewsRow): News {
  return {
    ...{ workspaceId, memberId },
    shown: {
      ...{ type: 'domain', kind, domain, domainId: showId('domain', domainId) },
      sentence: fill(domainNewsSentences[kind], { domain }),
      recordedAt: new Date(recordedAt).toISOString(),
    },
  }
}

/** Facts after which a row stands where it stood. */
const unmoving: ReadonlySet<string> = new Set([
  ...['delayed', 'lateNews', 'deferred'],
  ...['replied', 'autoReplied', 'challenged'],
])

function showNews(row: NewsRow): News {
  return {
    workspaceId: row.workspaceId,
    memberId: row.memberId,
    shown: {
      type: 'event',
      eventId: showId('event', row.eventId),
      kind: row.kind,
      sentence: eventSentences[row.kind] ?? row.kind,
      emailId: showId('email', row.emailId),
      threadId: showId('thread', row.threadId),
      deliveryId: row.deliveryId && showId('delivery', row.deliveryId),
      folder: row.folder ?? folderOfEmail(row),
      hasMoved: !unmoving.has(row.kind),
      occurredAt: new Date(row.occurredAt).toISOString(),
      recordedAt: new Date(row.recordedAt).toISOString(),
    },
  }
}

function folderOfEmail({ state, kind, isArchived }: NewsRow): Folder | null {
  if (state === 'scheduled' || state === 'held') return 'scheduled'
  if (state !== 'released') return 'drafts'
  if (kind === 'released') return 'in-progress'
  return isArchived ? 'archived' : null
}
