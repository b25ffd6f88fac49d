import { eventSentences, type ShownEvent } from '@fairlead/contract'
import { sql } from 'kysely'
import type { Tx } from '../platform/database/connect.ts'
import {
  type DeliveryId,
  type EmailId,
  type EventId,
  type HandoffId,
  type LinkId,
  showId,
  type WorkspaceId,
} from '../platform/ids.ts'

interface EventRow {
  readonly id: EventId
  readonly kind: string
  readonly occurredAt: Date
  readonly recordedAt: Date
  readonly deliveryId: DeliveryId | null
  readonly handoffId: HandoffId | null
  readonly linkId: LinkId | null
  readonly source: string
  readonly data: Record<string, unknown>
}

/** The facts of an email in the order they were recorded. */
export async function readEvents(
  tx: Tx,
  which: { workspaceId: WorkspaceId; emailId: EmailId },
): Promise<ShownEvent[]> {
  const found = await sql<EventRow>`
    select id, kind, occurred_at as "occurredAt", recorded_at as "recordedAt", delivery_id as "deliveryId",
      handoff_id as "handoffId", link_id as "linkId", source, data
    from fairlead.event where workspace_id = ${which.workspaceId} and email_id = ${which.emailId}
    order by recorded_at, id`.execute(tx)
  return found.rows.map(row => ({
    id: showId('event', row.id),
    kind: row.kind,
    sentence: eventSentences[row.kind] ?? row.kind,
    occurredAt: row.occurredAt.toISOString(),
    recordedAt: row.recordedAt.toISOString(),
    deliveryId: row.deliveryId && showId('delivery', row.deliveryId),
    handoffId: row.handoffId && showId('handoff', row.handoffId),
    linkId: row.linkId && showId('link', row.linkId),
    source: row.source,
    data: row.data,
  }))
}
