import type { Reason } from '@fairlead/bounce'
import {
  type ChannelKind,
  type ConversationRow,
  type DeliveryState,
  type EmailState,
  type Folder,
  folders,
  showReason,
} from '@fairlead/contract'
import { sql } from 'kysely'
import type { Tx } from '../platform/database/connect.ts'
import { type EmailId, type LinkId, showId, type ThreadId, type WorkspaceId } from '../platform/ids.ts'
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
  readonly count: number
}

interface EmailHead {
  readonly id: EmailId
  readonly threadId: ThreadId
  readonly subject: string
  readonly state: EmailState
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

/** The words of the found rows, in their order. `folder`: whose rows they are; null in a search. */
export async function readRows(
  tx: Tx,
  of: { workspaceId: WorkspaceId; folder: Folder | null; found: readonly FoundRow[] },
): Promise<ConversationRow[]> {
  const heads = await readHeads(tx, of)
  const failed = await readFailed(tx, of)
  return of.found.flatMap(row => {
    const head = heads.get(row.emailId)
    if (head === undefined) return []
    const own = row.deliveryId === null ? null : (failed.get(row.deliveryId) ?? null)
    return [showRow(row, head, own ?? mostUrgent(head.groups, of.folder))]
  })
}

function mostUrgent(groups: readonly DeliveryGroup[], folder: Folder | null): DeliveryGroup | null {
  const fitting = folder === null ? groups : groups.filter(group => group.folder === folder)
  const rank = (group: DeliveryGroup) =>
    group.folder === null ? folders.length : byUrgency.indexOf(group.folder)
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
    to: isDelivery && group !== null ? [{ name: '', address: group.address }] : head.to,
    recipientCount: isDelivery ? 1 : head.recipientCount,
    state: group?.state ?? head.state,
    sentence: sentenceOf(head, group, isDelivery),
    reason: reason && showReason(reason, group?.address ?? ''),
    linkId: linkId && showId('link', linkId),
    channel: group?.channel ?? head.channel,
    at: new Date(row.at).toISOString(),
  }
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
      (select count(*) from fairlead.email_recipient r
        where r.workspace_id = e.workspace_id and r.email_id = e.id) as "recipientCount",
      (select coalesce(json_agg(json_build_object('name', r.name, 'address', r.address) order by r.position), '[]')
        from (select * from fairlead.email_recipient r
          where r.workspace_id = e.workspace_id and r.email_id = e.id order by r.position limit 3) r) as "to",
      (select coalesce(json_agg(g), '[]') from (
        select min(d.id::text) as id, d.state, d.folder, (array_agg(d.reason order by d.changed_at desc))[1] as reason,
          (array_agg(d.address order by d.changed_at desc))[1] as address, l.id as "linkId", l.kind as channel, count(*) as count
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
    select d.id, d.state, d.folder, d.reason, d.address, l.id as "linkId", l.kind as channel, 1 as count
    from fairlead.delivery d join fairlead.link l on l.workspace_id = d.workspace_id and l.id = d.link_id
    where d.workspace_id = ${of.workspaceId} and d.id = any(${ids}::uuid[])`.execute(tx)
  return new Map(found.rows.map(row => [row.id, row]))
}
