import type { Reason } from '@fairlead/bounce'
import { type QueryExecutorProvider, sql } from 'kysely'
import {
  type DeliveryId,
  type EmailId,
  type LinkId,
  type MemberId,
  type MessageId,
  newId,
  type RecipientId,
  type WorkspaceId,
} from '../platform/ids.ts'
import { transitionDeliveries } from './transition-deliveries.ts'

/** One message that goes out to several recipients through one link. */
export interface Release {
  readonly workspaceId: WorkspaceId
  readonly emailId: EmailId
  readonly messageId: MessageId
  readonly memberId: MemberId
  readonly linkId: LinkId
  readonly priority: number
  readonly giveUpMs: number
  readonly source: string
  readonly recipients: ReadonlyArray<{ id: RecipientId; address: string; suppressed?: Reason }>
}

/**
 * Puts deliveries into the queue, due at once, and records that the email was released. A suppressed recipient's
 * delivery ends in the same transaction, so that it is shown and never claimed. Answers ids in the order given.
 * All deliveries of an email carry the same emailed_at, also those of a corrected address: it makes them one row.
 */
export async function createDeliveries(tx: QueryExecutorProvider, release: Release): Promise<DeliveryId[]> {
  const { workspaceId, recipients } = release
  const ids = recipients.map(() => newId('delivery'))
  await sql`
    insert into fairlead.delivery (workspace_id, id, email_id, message_id, recipient_id, member_id, link_id, address, priority,
                                   give_up_at, emailed_at, archived)
    select ${workspaceId}, k.id, ${release.emailId}, ${release.messageId}, k.recipient_id, ${release.memberId}, ${release.linkId},
           k.address, ${release.priority}, fairlead.now() + ${release.giveUpMs} * interval '1 millisecond',
           coalesce((select d.emailed_at from fairlead.delivery d
                     where d.workspace_id = ${workspaceId} and d.email_id = ${release.emailId} limit 1), (select fairlead.now())),
           coalesce((select e.archived_at is not null from fairlead.email e
                     where e.workspace_id = ${workspaceId} and e.id = ${release.emailId}), false)
    from unnest(${ids}::uuid[], ${recipients.map(one => one.id)}::uuid[], ${recipients.map(one => one.address)}::text[])
      as k (id, recipient_id, address)`.execute(tx)
  await sql`
    insert into fairlead.event (workspace_id, id, email_id, link_id, kind, occurred_at, source, data)
    values (${workspaceId}, ${newId('event')}, ${release.emailId}, ${release.linkId}, 'released', fairlead.now(), ${release.source},
            ${JSON.stringify({ recipients: recipients.length })}::jsonb)`.execute(tx)
  await transitionDeliveries(
    tx,
    recipients.flatMap((recipient, at) => {
      const deliveryId = ids[at]
      return recipient.suppressed === undefined || deliveryId === undefined
        ? []
        : [
            {
              workspaceId,
              deliveryId,
              event: 'suppressed' as const,
              reason: recipient.suppressed,
              source: release.source,
            },
          ]
    }),
  )
  return ids
}
