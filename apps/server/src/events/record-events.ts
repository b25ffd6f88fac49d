import { type QueryExecutorProvider, sql } from 'kysely'
import {
  type DeliveryId,
  type EmailId,
  type HandoffId,
  type LinkId,
  newId,
  type WorkspaceId,
} from '../platform/ids.ts'

/** Something that happened without moving a state: a reply, a delay, news that came too late to matter. */
export interface PlainEvent {
  readonly workspaceId: WorkspaceId
  readonly emailId: EmailId
  readonly deliveryId?: DeliveryId
  readonly handoffId?: HandoffId
  readonly linkId?: LinkId
  readonly kind:
    | 'delayed'
    | 'lateNews'
    | 'replied'
    | 'autoReplied'
    | 'challenged'
    | 'archived'
    | 'unarchived'
    | 'deleted'
    | 'restored'
    | 'moved'
  /** Default: now, by the database's clock. */
  readonly occurredAt?: Date
  /** Who says so: inbound, … */
  readonly source: string
  /** JSON without U+0000, which jsonb refuses. */
  readonly data: Readonly<Record<string, unknown>>
}

/** Appends facts to the events; states are transition-deliveries.ts's alone. */
export async function recordEvents(tx: QueryExecutorProvider, events: readonly PlainEvent[]): Promise<void> {
  if (events.length === 0) return
  await sql`
    insert into fairlead.event (workspace_id, id, email_id, delivery_id, handoff_id, link_id, kind, occurred_at, recorded_at, source, data)
    select k.workspace_id, k.id, k.email_id, k.delivery_id, k.handoff_id, k.link_id, k.kind, coalesce(k.occurred_at, t.now), t.now,
           k.source, k.data::jsonb
    from unnest(${events.map(event => event.workspaceId)}::uuid[], ${events.map(() => newId('event'))}::uuid[],
      ${events.map(event => event.emailId)}::uuid[], ${events.map(event => event.deliveryId ?? null)}::uuid[],
      ${events.map(event => event.handoffId ?? null)}::uuid[], ${events.map(event => event.linkId ?? null)}::uuid[],
      ${events.map(event => event.kind)}::text[], ${events.map(event => event.occurredAt?.toISOString() ?? null)}::timestamptz[],
      ${events.map(event => event.source)}::text[], ${events.map(event => JSON.stringify(event.data))}::text[])
      as k (workspace_id, id, email_id, delivery_id, handoff_id, link_id, kind, occurred_at, source, data),
      (select fairlead.now() as now) t`.execute(tx)
}
