import type { Reason } from '@fairlead/bounce'
import type { ChannelKind } from '@fairlead/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { Channels } from '../channels/registry.ts'
import type { Address } from '../mail/message.ts'
import type { LinkId, MessageId, WorkspaceId } from '../platform/ids.ts'

/** A copy that this worker files now; until the lease ends it is nobody else's. */
export interface HeldCopy {
  readonly workspaceId: WorkspaceId
  readonly messageId: MessageId
  readonly linkId: LinkId
  readonly kind: ChannelKind
  readonly settings: unknown
  /** As the message was handed over. */
  readonly rfcMessageId: string
  readonly sentAt: Date
  readonly tries: number
  readonly bcc: readonly Address[]
}

const leaseSeconds = 180
/** A server whose habits are not known yet gets time to file a copy of its own. */
const graceSeconds = 30
const mostTries = 12

/** Plans copies of what links took lately that file none themselves. Twice is once. */
export async function planSentCopies(tx: QueryExecutorProvider, channels: Channels): Promise<void> {
  const kinds = [...channels].filter(([, channel]) => channel.fileCopy !== undefined).map(([kind]) => kind)
  if (kinds.length === 0) return
  const links = await sql<{ id: LinkId; kind: ChannelKind; settings: unknown }>`
    select id, kind, settings from fairlead.link where kind = any(${kinds}::text[]) and state <> 'removed'`.execute(
    tx,
  )
  const wanted = links.rows.flatMap(({ id, kind, settings }) => {
    const traits = channels.get(kind)?.traits(settings)
    if (traits?.sentCopy !== 'appended') return []
    return [{ id, grace: traits.unmeasured?.includes('sent-copy') ? graceSeconds : 0 }]
  })
  if (wanted.length === 0) return
  await sql`
    insert into fairlead.sent_copy (workspace_id, message_id, link_id, rfc_message_id, due_at)
    select distinct on (h.workspace_id, h.message_id, h.link_id) h.workspace_id, h.message_id, h.link_id, h.rfc_message_id,
      h.answered_at + k.grace * interval '1 second'
    from unnest(${wanted.map(({ id }) => id)}::uuid[], ${wanted.map(({ grace }) => grace)}::int[]) as k (id, grace)
    join fairlead.handoff h on h.link_id = k.id and h.receipt is not null and h.answered_at > fairlead.now() - interval '1 day'
    join fairlead.message m on m.workspace_id = h.workspace_id and m.id = h.message_id
    order by h.workspace_id, h.message_id, h.link_id, h.answered_at
    on conflict do nothing`.execute(tx)
}

/** Takes the copy that has waited longest and is due. */
export async function takeSentCopy(tx: QueryExecutorProvider): Promise<HeldCopy | null> {
  const found = await sql<HeldCopy>`
    with taken as (
      update fairlead.sent_copy c set due_at = fairlead.now() + ${leaseSeconds} * interval '1 second', tries = c.tries + 1
      where (c.workspace_id, c.message_id, c.link_id) = (
        select d.workspace_id, d.message_id, d.link_id from fairlead.sent_copy d
        where d.state = 'waiting' and d.due_at <= fairlead.now() order by d.due_at limit 1 for update skip locked)
      returning c.*)
    select t.workspace_id as "workspaceId", t.message_id as "messageId", t.link_id as "linkId", t.rfc_message_id as "rfcMessageId",
      t.tries, l.kind, l.settings,
      coalesce((select min(h.answered_at) from fairlead.handoff h where h.workspace_id = t.workspace_id and h.link_id = t.link_id
        and h.message_id = t.message_id and h.receipt is not null), fairlead.now()) as "sentAt",
      coalesce((select array_agg(r.address order by r.address) from fairlead.message m
        join fairlead.email_recipient r on r.workspace_id = m.workspace_id and r.email_id = m.email_id and r.kind = 'bcc'
        where m.workspace_id = t.workspace_id and m.id = t.message_id), '{}') as bcc
    from taken t join fairlead.link l on l.workspace_id = t.workspace_id and l.id = t.link_id`.execute(tx)
  return found.rows[0] ?? null
}

/** The copy is in the folder. */
export async function settleSentCopy(tx: QueryExecutorProvider, copy: HeldCopy): Promise<void> {
  await sql`
    update fairlead.sent_copy set state = 'filed', settled_at = fairlead.now(), reason = null
    where workspace_id = ${copy.workspaceId} and message_id = ${copy.messageId} and link_id = ${copy.linkId}`.execute(
    tx,
  )
}

/** Not filed: later again, twice as late each time, and not for ever. The email itself is not touched. */
export async function postponeSentCopy(
  tx: QueryExecutorProvider,
  copy: HeldCopy,
  reason: Reason,
): Promise<void> {
  const seconds = Math.min(10 * 2 ** copy.tries, 3_600)
  await sql`
    update fairlead.sent_copy set reason = ${JSON.stringify(reason)}::jsonb,
      due_at = fairlead.now() + ${seconds} * interval '1 second',
      state = case when tries >= ${mostTries} then 'given-up' else 'waiting' end,
      settled_at = case when tries >= ${mostTries} then fairlead.now() end
    where workspace_id = ${copy.workspaceId} and message_id = ${copy.messageId} and link_id = ${copy.linkId}`.execute(
    tx,
  )
}
