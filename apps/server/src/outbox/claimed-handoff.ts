import type { RecipientKind } from '@fairlead/contract'
import { type RawBuilder, sql } from 'kysely'
import type { DeliveryId, EmailId, HandoffId, LinkId, MessageId, WorkspaceId } from '../platform/ids.ts'
import type { Way } from './due-links.ts'

/** One delivery that this worker holds; `fence` proves it. */
export interface ClaimedDelivery {
  readonly workspaceId: WorkspaceId
  readonly id: DeliveryId
  readonly emailId: EmailId
  readonly messageId: MessageId
  readonly linkId: LinkId
  readonly address: string
  readonly kind: RecipientKind
  readonly round: number
  readonly messageIdRound: number
  readonly tries: number
  readonly fence: number
}

/** What a claim read of a delivery, in the columns of `d`. */
export const claimedColumns: RawBuilder<unknown> = sql`
  d.workspace_id as "workspaceId", d.id, d.email_id as "emailId", d.message_id as "messageId", d.link_id as "linkId", d.address,
  (select r.kind from fairlead.email_recipient r where r.workspace_id = d.workspace_id and r.id = d.recipient_id) as kind,
  d.round, d.message_id_round as "messageIdRound", d.tries, d.fence`

export type OneOrMore<T> = readonly [T, ...T[]]

/** What goes over the wire in one try: one message, one link, one or all of its due recipients. */
export interface ClaimedHandoff {
  readonly id: HandoffId
  readonly way: Way
  readonly deliveries: OneOrMore<ClaimedDelivery>
  /** Not before so long after the claim: the pace's slot. */
  readonly startInMs: number
  /** What its link's day was charged; given back where nothing leaves. */
  readonly charged: { readonly atMs: number; readonly recipients: number; readonly external: number } | null
  /** Most connections that the pace allows; null: as the channel says. */
  readonly mostConnections: number | null
}
