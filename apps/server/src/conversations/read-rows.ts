import type { Reason } from '@fairlead/bounce'
import {
  type ChannelKind,
  type ConversationRow,
  type DeliveryState,
  type EmailState,
  type Folder,
  showReason,
} from '@fairlead/contract'
import { sql } from 'kysely'
import { textOf } from '../mail/render-message.ts'
import type { Tx } from '../platform/database/connect.ts'
import {
  type EmailId,
  type IdentityId,
  type LinkId,
  showId,
  type ThreadId,
  type WorkspaceId,
} from '../platform/ids.ts'
import { describeDelivery } from './describe-delivery.ts'
import type { FoundRow } from './find-rows.ts'

/** What several deliveries of an email in one state have in common. */
interface DeliveryGroup {
  readonly id: string
  readonly state: DeliveryState
  readonly folder: Folder | null
  readonly reason: Reason | null
  readonly address: string
  readonly linkId: LinkId
  readonly channel: ChannelKind
  readonly settledAt: Date | string | null
  readonly count: number
}

interface EmailHead {
  readonly id: EmailId
  readonly threadId: ThreadId
  readonly subject: string
  readonly text: string | null
  readonly html: string | null
  readonly state: EmailState
  readonly identityId: IdentityId | null
  readonly createdAt: Date
  readonly dueAt: Date | null
  readonly releasedAt: Date | null
  readonly archivedAt: Date | null
  readonly replyCount: number
  readonly linkId: LinkId | null
  readonly channel: ChannelKind | null
  readonly heldReason: Reason | null
  readonly to: { name: string; address: string }[]
  readonly recipientCount: number
  readonly groups: DeliveryGroup[]
}

/** What a person should look at first, when a row speaks for deliveries in several folders. */
const byUrgency: readonly Folder[] = [
  'needs-a-look',
  'bounced',
  'failed',
  'spam',
  'in-progress',
  'scheduled',
  'drafts',
  'delivered',
  'archived',
]

const emailStateSentences: Readonly<Record<EmailState, string>> = {
  draft: 'Draft.',
  scheduled: 'Scheduled.',
  held: 'Held.',
  released: 'Released.',
  cancelled: 'Cancelled.',
}

/** The words of the found rows, in their order. `folders`: whose rows they are; null: all. */
export async function readRows(
  tx: Tx,
  of: { workspaceId: WorkspaceId; folders: readonly Folder[] | null; found: readonly FoundRow[] },
): Promise<ConversationRow[]> {
  const heads = await readHeads(tx, of)
  const failed = await readFailed(tx, of)
  return of.found.flatMap(row => {
    const head = heads.get(row.emailId)
    if (head === undefined) return []
    const own = row.deliveryId === null ? null : (failed.get(row.deliveryId) ?? null)
    return [showRow(row, head, own ?? mostUrgent(head.groups, of.folders))]
  })
}

function mostUrgent(
  groups: readonly DeliveryGroup[],
  folders: readonly Folder[] | null,
): DeliveryGroup | null {
  const fitting =
    folders === null
      ? groups
      : groups.filter(group => group.folder !== null && folders.includes(group.folder))
  const rank = (group: DeliveryGroup) =>
    group.folder === null ? byUrgency.length : byUrgency.indexOf(group.folder)
  return [...fitting].sort((a, b) => rank(a) - rank(b))[0] ?? null
}

function showRow(row: FoundRow, head: EmailHead, group: DeliveryGroup | null): ConversationRow {
  const isDelivery = row.deliveryId !== null
  const reason = group === null ? head.heldReason : group.reason
  const linkId = group?.linkId ?? head.linkId
  return {
    unit: isDelivery ? 'delivery' : 'email',
    emailId: showId('email', head.id),
    deliveryId: row.deliveryId && showId('delivery', row.deliveryId),
    threadId: showId('thread', head.threadId),
    folder: group?.folder ?? folderOfUnsent(head.state),
    subject: head.subject,
    snippet: snippetOf(head),
    to: isDelivery && group !== null ? [addresseeOf(head, group.address)] : head.to,
    recipientCount: isDelivery ? 1 : head.recipientCount,
    deliveryCounts: countStates(head.groups),
    replyCount: head.replyCount,
    isArchived: head.archivedAt !== null,
    state: group?.state ?? head.state,
    sentence: sentenceOf(head, group, isDelivery),
    reason: reason && showReason(reason, group?.address ?? ''),
    linkId: linkId && showId('link', linkId),
    channel: group?.channel ?? head.channel,
    ...showTimes(head),
    settledAt: timeOf(group?.settledAt ?? null),
    at: new Date(row.at).toISOString(),
  }
}

/** Whom a delivery went to, by the name that was written where that is at hand. */
const addresseeOf = (head: EmailHead, address: string) =>
  head.to.find(one => one.address === address) ?? { name: '', address }

const timeOf = (at: Date | string | null) => (at === null ? null : new Date(at).toISOString())

function showTimes(head: EmailHead) {
  return {
    identityId: head.identityId && showId('identity', head.identityId),
    createdAt: head.createdAt.toISOString(),
    sendAt: head.dueAt?.toISOString() ?? null,
    releasedAt: head.releasedAt?.toISOString() ?? null,
  }
}

function countStates(groups: readonly DeliveryGroup[]): ConversationRow['deliveryCounts'] {
  const counts: ConversationRow['deliveryCounts'] = {}
  for (const { state, count } of groups) counts[state] = (counts[state] ?? 0) + count
  return counts
}

const snippetCharacters = 160

/** The beginning of the body in one line. */
function snippetOf({ text, html }: EmailHead): string {
  const line = (text ?? (html === null ? '' : textOf(html))).replace(/\s+/g, ' ').trim()
  return Array.from(line).slice(0, snippetCharacters).join('')
}

function folderOfUnsent(state: EmailState): Folder | null {
  if (state === 'released') return null
  return state === 'scheduled' || state === 'held' ? 'scheduled' : 'drafts'
}

function sentenceOf(head: EmailHead, group: DeliveryGroup | null, isDelivery: boolean): string {
  if (group === null) return emailStateSentences[head.state]
  const sentence = describeDelivery(group)
  return isDelivery || head.recipientCount === 1
    ? sentence
    : `${group.count} of ${head.recipientCount}: ${sentence}`
}

async function readHeads(
  tx: Tx,
  of: { workspaceId: WorkspaceId; found: readonly FoundRow[] },
): Promise<Map<EmailId, EmailHead>> {
  const found = await sql<EmailHead>`
    select e.id, e.thread_id as "threadId", e.subject, e.state, e.link_id as "linkId", e.held_reason as "heldReason",
      (select l.kind from fairlead.link l where l.workspace_id = e.workspace_id and l.id = e.link_id) as channel,
      left(e.body_text, 400) as text, case when e.body_text is null then left(e.html, 4000) end as html,
      e.identity_id as "identityId", e.created_at as "createdAt", e.due_at as "dueAt", e.released_at as "releasedAt",
      e.archived_at as "archivedAt",
      (select count(*) from fairlead.inbound_message i
        where i.workspace_id = e.workspace_id and i.thread_id = e.thread_id and i.kind = 'reply') as "replyCount",
      (select count(*) from fairlead.email_recipient r
        where r.workspace_id = e.workspace_id and r.email_id = e.id) as "recipientCount",
      (select coalesce(json_agg(json_build_object('name', r.name, 'address', r.address) order by r.position), '[]')
        from (select * from fairlead.email_recipient r
          where r.workspace_id = e.workspace_id and r.email_id = e.id order by r.position limit 3) r) as "to",
      (select coalesce(json_agg(g), '[]') from (
        select min(d.id::text) as id, d.state, d.folder, (array_agg(d.reason order by d.changed_at desc))[1] as reason,
          (array_agg(d.address order by d.changed_at desc))[1] as address, l.id as "linkId", l.kind as channel,
          max(d.settled_at) as "settledAt", count(*) as count
        from fairlead.delivery d join fairlead.link l on l.workspace_id = d.workspace_id and l.id = d.link_id
        where d.workspace_id = e.workspace_id and d.email_id = e.id
        group by d.state, d.folder, l.id, l.kind) g) as groups
    from fairlead.email e
    where e.workspace_id = ${of.workspaceId} and e.id = any(${of.found.map(row => row.emailId)}::uuid[])`.execute(
    tx,
  )
  return new Map(found.rows.map(head => [head.id, head]))
}

/** Each failed delivery of the page by itself. */
async function readFailed(
  tx: Tx,
  of: { workspaceId: WorkspaceId; found: readonly FoundRow[] },
): Promise<Map<string, DeliveryGroup>> {
  const ids = of.found.flatMap(row => row.deliveryId ?? [])
  if (ids.length === 0) return new Map()
  const found = await sql<DeliveryGroup>`
    select d.id, d.state, d.folder, d.reason, d.address, l.id as "linkId", l.kind as channel,
      d.settled_at as "settledAt", 1 as count
    from fairlead.delivery d join fairlead.link l on l.workspace_id = d.workspace_id and l.id = d.link_id
    where d.workspace_id = ${of.workspaceId} and d.id = any(${ids}::uuid[])`.execute(tx)
  return new Map(found.rows.map(row => [row.id, row]))
}
