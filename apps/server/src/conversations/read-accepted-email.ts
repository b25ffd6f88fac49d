import { type AcceptedEmail, Problem } from '@fairlead/contract'
import { sql } from 'kysely'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db, Tx } from '../platform/database/connect.ts'
import {
  type DeliveryId,
  type EmailId,
  type MemberId,
  type RecipientId,
  showId,
  type ThreadId,
  type WorkspaceId,
} from '../platform/ids.ts'

interface Which {
  readonly workspaceId: WorkspaceId
  readonly memberId: MemberId
  readonly emailId: EmailId
}

interface EmailRow {
  readonly threadId: ThreadId
  readonly dueAt: Date | null
  /** Scheduled when it was accepted, whatever became of it since. */
  readonly wasScheduled: boolean
}

interface RecipientRow {
  readonly id: RecipientId
  readonly kind: 'to' | 'cc' | 'bcc'
  readonly name: string
  readonly address: string
  readonly deliveryId: DeliveryId | null
}

/**
 * What the acceptance of an email was answered with. It is the same at any later time, so that a repeated request gets
 * the first answer: neither a release nor a corrected address shows in it. Problem: not-found.
 */
export function readAcceptedEmail(db: Db, which: Which): Promise<AcceptedEmail> {
  return asWeb(db, which.workspaceId, async tx => {
    const email = await readRow(tx, which)
    const recipients = await readRecipients(tx, which)
    return {
      id: showId('email', which.emailId),
      threadId: showId('thread', email.threadId),
      state: email.wasScheduled ? 'scheduled' : 'released',
      sendAt: email.dueAt?.toISOString() ?? null,
      recipients: recipients.map(({ deliveryId, ...recipient }) => ({
        ...recipient,
        id: showId('recipient', recipient.id),
        deliveryId: deliveryId === null || email.wasScheduled ? null : showId('delivery', deliveryId),
      })),
    }
  })
}

async function readRow(tx: Tx, which: Which): Promise<EmailRow> {
  const found = await sql<EmailRow>`
    select thread_id as "threadId", due_at as "dueAt", coalesce(due_at > created_at, false) as "wasScheduled"
    from fairlead.email
    where workspace_id = ${which.workspaceId} and id = ${which.emailId} and member_id = ${which.memberId}`.execute(
    tx,
  )
  const row = found.rows[0]
  if (row === undefined) throw new Problem('not-found', { what: 'email' })
  return row
}

async function readRecipients(tx: Tx, which: Which): Promise<RecipientRow[]> {
  const found = await sql<RecipientRow>`
    with of_email as (
      select id, recipient_id, superseded_by from fairlead.delivery
      where workspace_id = ${which.workspaceId} and email_id = ${which.emailId})
    select r.id, r.kind, r.name, r.address, d.id as "deliveryId"
    from fairlead.email_recipient r left join of_email d on d.recipient_id = r.id
    where r.workspace_id = ${which.workspaceId} and r.email_id = ${which.emailId}
      and not exists (select from of_email o where o.superseded_by = d.id)
    order by r.position, r.id`.execute(tx)
  return found.rows
}
