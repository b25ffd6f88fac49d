import type { DeliveryState } from '@fairlead/contract'
import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely'
import type { DeliveryId, EmailId, LinkId, MessageId, ThreadId, WorkspaceId } from '../platform/ids.ts'

export interface FoundDelivery {
  readonly id: DeliveryId
  readonly workspaceId: WorkspaceId
  readonly emailId: EmailId
  readonly threadId: ThreadId
  readonly messageId: MessageId
  readonly linkId: LinkId
  readonly address: string
  readonly state: DeliveryState
  readonly round: number
  /** The round whose Message-ID is in use: one after `uncertain` keeps the earlier id. */
  readonly messageIdRound: number
}

/** By what a delivery may be found. */
export type Wanted =
  | { readonly by: 'delivery'; readonly id: DeliveryId }
  /** Message-IDs as we gave them. */
  | { readonly by: 'message'; readonly ids: readonly string[] }
  /** Message-IDs that a provider gave instead of ours. */
  | { readonly by: 'seen'; readonly ids: readonly string[] }
  /** Sent in the five days before, and not known to have ended badly. */
  | { readonly by: 'address'; readonly addresses: readonly string[]; readonly before: Date }
  /** A thread that the provider named in the answer to our own hand-over through the link. */
  | { readonly by: 'thread'; readonly threadId: string }

/** Only deliveries of this workspace, and where nothing names the delivery itself, of this link. */
export interface Within {
  readonly workspaceId: WorkspaceId
  readonly linkId: LinkId
}

const columns = sql`
  d.id, d.workspace_id as "workspaceId", d.email_id as "emailId", e.thread_id as "threadId", d.message_id as "messageId",
  d.link_id as "linkId", d.address, d.state, d.round, d.message_id_round as "messageIdRound"`

// No message goes to more recipients in one piece; what is cut off would only be told apart by address anyway.
const most = 1_000

/** In the order of their ids. `within` null: looks through all workspaces. Call it as engine. */
export async function findDeliveries(
  tx: QueryExecutorProvider,
  wanted: Wanted,
  within: Within | null = null,
): Promise<FoundDelivery[]> {
  if (wanted.by === 'address') return await findByAddress(tx, wanted, within)
  const found = await readDeliveries(tx, whereOf(wanted, within))
  return found.filter(delivery => within === null || delivery.workspaceId === within.workspaceId)
}

function whereOf(wanted: Exclude<Wanted, { by: 'address' }>, within: Within | null): RawBuilder<unknown> {
  switch (wanted.by) {
    case 'delivery':
      return sql`d.id = ${wanted.id}`
    case 'message':
      return sql`(d.workspace_id, d.message_id) in (
        select workspace_id, id from fairlead.message where rfc_message_id = any(${[...wanted.ids]}::text[]))`
    case 'seen':
      return sql`(d.workspace_id, d.message_id) in (
        select workspace_id, message_id from fairlead.handoff where seen_message_id = any(${[...wanted.ids]}::text[]))`
    case 'thread':
      return sql`(d.workspace_id, d.message_id) in (
        select workspace_id, message_id from fairlead.handoff
        where link_id = ${within?.linkId ?? null} and receipt ? 'threadId' and receipt ->> 'threadId' = ${wanted.threadId})`
  }
}

async function readDeliveries(
  tx: QueryExecutorProvider,
  where: RawBuilder<unknown>,
): Promise<FoundDelivery[]> {
  const found = await sql<FoundDelivery>`
    select ${columns} from fairlead.delivery d
    join fairlead.email e on e.workspace_id = d.workspace_id and e.id = d.email_id
    where ${where}
    order by d.id limit ${most}`.execute(tx)
  return found.rows
}

/** Goes by workspace, because the index of addresses does. */
async function findByAddress(
  tx: QueryExecutorProvider,
  wanted: { addresses: readonly string[]; before: Date },
  within: Within | null,
): Promise<FoundDelivery[]> {
  const addresses = wanted.addresses.map(address => address.toLowerCase())
  const scope =
    within === null ? sql`true` : sql`w.id = ${within.workspaceId} and d.link_id = ${within.linkId}`
  const found = await sql<FoundDelivery>`
    select ${columns} from fairlead.workspace w
    join fairlead.email_recipient r on r.workspace_id = w.id and r.address_key = any(${addresses}::text[])
    join fairlead.delivery d on d.workspace_id = r.workspace_id and d.email_id = r.email_id and d.recipient_id = r.id
    join fairlead.email e on e.workspace_id = d.workspace_id and e.id = d.email_id
    where d.state in ('accepted', 'delivered', 'uncertain') and ${scope}
      and d.emailed_at between ${wanted.before}::timestamptz - interval '5 days' and ${wanted.before}::timestamptz + interval '10 minutes'
    order by d.id limit 2`.execute(tx)
  return found.rows
}

/** Locks deliveries in the order of their ids, as every writer of states does, and reads them anew. */
export async function lockDeliveries(
  tx: QueryExecutorProvider,
  deliveries: readonly FoundDelivery[],
): Promise<FoundDelivery[]> {
  const found = await sql<FoundDelivery>`
    select ${columns}
    from (select distinct w, i from unnest(${deliveries.map(one => one.workspaceId)}::uuid[], ${deliveries.map(one => one.id)}::uuid[]) as k (w, i)) k
    join fairlead.delivery d on d.workspace_id = k.w and d.id = k.i
    join fairlead.email e on e.workspace_id = d.workspace_id and e.id = d.email_id
    order by d.id
    for update of d`.execute(tx)
  return found.rows
}
