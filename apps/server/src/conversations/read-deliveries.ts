import type { Reason } from '@fairlead/bounce'
import {
  type Attempt,
  type ChannelKind,
  type Delivery,
  type DeliveryState,
  type Folder,
  showReason,
} from '@fairlead/contract'
import { sql } from 'kysely'
import type { WireFacts } from '../channels/channel.ts'
import type { Tx } from '../platform/database/connect.ts'
import {
  type DeliveryId,
  type EmailId,
  type HandoffId,
  type LinkId,
  type RecipientId,
  showId,
  type WorkspaceId,
} from '../platform/ids.ts'
import { describeDelivery, describeNext } from './describe-delivery.ts'
import { describeDoubt } from './describe-doubt.ts'

interface Which {
  readonly workspaceId: WorkspaceId
  readonly emailId: EmailId
}

interface DeliveryRow {
  readonly id: DeliveryId
  readonly recipientId: RecipientId
  readonly kind: 'to' | 'cc' | 'bcc'
  readonly address: string
  readonly linkId: LinkId
  readonly channel: ChannelKind
  readonly state: DeliveryState
  readonly folder: Folder | null
  readonly reason: Reason | null
  readonly round: number
  readonly tries: number
  readonly dueAt: Date
  readonly giveUpAt: Date
  readonly settledAt: Date | null
  readonly supersededBy: DeliveryId | null
  readonly isSuppressed: boolean
}

interface AttemptRow {
  readonly deliveryId: DeliveryId
  readonly handoffId: HandoffId
  readonly address: string
  readonly round: number
  readonly number: number
  readonly startedAt: Date
  readonly markedAt: Date | null
  readonly answeredAt: Date | null
  readonly outcome: Attempt['outcome']
  readonly wire: WireFacts | null
  readonly reply: string | null
  readonly reason: Reason | null
}

export type AttemptsByDelivery = ReadonlyMap<DeliveryId, readonly Attempt[]>

/** Deliveries in the order of their recipients; a superseded one before the one that took its place. */
export async function readDeliveries(
  tx: Tx,
  which: Which & { attempts: AttemptsByDelivery },
): Promise<Delivery[]> {
  const found = await sql<DeliveryRow>`
    select d.id, d.recipient_id as "recipientId", r.kind, d.address, d.link_id as "linkId", l.kind as channel, d.state,
      d.folder, d.reason, d.round, d.tries, d.due_at as "dueAt", d.give_up_at as "giveUpAt",
      d.settled_at as "settledAt", d.superseded_by as "supersededBy",
      exists (select from fairlead.suppression s where s.workspace_id = d.workspace_id
        and s.address_key = lower(d.address) and (s.expires_at is null or s.expires_at > fairlead.now())) as "isSuppressed"
    from fairlead.delivery d
    join fairlead.email_recipient r on r.workspace_id = d.workspace_id and r.id = d.recipient_id
    join fairlead.link l on l.workspace_id = d.workspace_id and l.id = d.link_id
    where d.workspace_id = ${which.workspaceId} and d.email_id = ${which.emailId}
    order by r.position, d.id`.execute(tx)
  return found.rows.map(row => showDelivery(row, which.attempts.get(row.id) ?? []))
}

function showDelivery(row: DeliveryRow, attempts: readonly Attempt[]): Delivery {
  const isWaiting = row.state === 'queued'
  return {
    id: showId('delivery', row.id),
    recipientId: showId('recipient', row.recipientId),
    kind: row.kind,
    address: row.address,
    linkId: showId('link', row.linkId),
    channel: row.channel,
    state: row.state,
    folder: row.folder,
    sentence: describeDelivery(row),
    next: describeNext(row.state, row.dueAt),
    round: row.round,
    tries: row.tries,
    dueAt: isWaiting ? row.dueAt.toISOString() : null,
    giveUpAt: isWaiting ? row.giveUpAt.toISOString() : null,
    eta: null,
    settledAt: row.settledAt?.toISOString() ?? null,
    supersededBy: row.supersededBy && showId('delivery', row.supersededBy),
    reason: row.reason && showReason(row.reason, row.address),
    isSuppressed: row.isSuppressed,
    doubt: describeDoubt(row.state, attempts),
    attempts: [...attempts],
  }
}

/** Every try at the wire of an email, oldest first, by delivery. */
export async function readAttempts(tx: Tx, which: Which): Promise<AttemptsByDelivery> {
  const found = await sql<AttemptRow>`
    select a.delivery_id as "deliveryId", a.handoff_id as "handoffId", d.address, a.round, a.number,
      h.started_at as "startedAt", h.marked_at as "markedAt", h.answered_at as "answeredAt", a.outcome, h.wire, a.reply, a.reason
    from fairlead.attempt a
    join fairlead.handoff h on h.workspace_id = a.workspace_id and h.id = a.handoff_id
    join fairlead.delivery d on d.workspace_id = a.workspace_id and d.id = a.delivery_id
    where a.workspace_id = ${which.workspaceId} and a.email_id = ${which.emailId}
    order by a.delivery_id, h.started_at, a.handoff_id`.execute(tx)
  const byDelivery = Map.groupBy(found.rows, row => row.deliveryId)
  return new Map([...byDelivery].map(([id, rows]) => [id, rows.map(showAttempt)]))
}

function showAttempt(row: AttemptRow): Attempt {
  return {
    handoffId: showId('handoff', row.handoffId),
    round: row.round,
    number: row.number,
    startedAt: row.startedAt.toISOString(),
    markedAt: row.markedAt?.toISOString() ?? null,
    answeredAt: row.answeredAt?.toISOString() ?? null,
    outcome: row.outcome,
    host: row.wire?.host ?? null,
    address: row.wire?.address ?? null,
    tls: row.wire?.tls ?? null,
    reply: row.reply ?? row.reason?.reply ?? null,
    reason: row.reason && showReason(row.reason, row.address),
  }
}
