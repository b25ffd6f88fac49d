import type { Reason } from '@fairlead/bounce'
import { type Delivery, type Email, type EmailState, Problem, showReason } from '@fairlead/contract'
import { sql } from 'kysely'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db, Tx } from '../platform/database/connect.ts'
import {
  type EmailId,
  type IdentityId,
  type LinkId,
  type MemberId,
  type RecipientId,
  showId,
  type ThreadId,
  type WorkspaceId,
} from '../platform/ids.ts'
import { readAttempts, readDeliveries } from './read-deliveries.ts'
import { readEvents } from './read-events.ts'

export interface WhichEmail {
  readonly workspaceId: WorkspaceId
  /** Whose it must be; null: anybody's, for the operator at the command line. */
  readonly memberId: MemberId | null
  readonly emailId: EmailId
}

interface EmailRow {
  readonly id: EmailId
  readonly threadId: ThreadId
  readonly state: EmailState
  readonly subject: string
  readonly identityId: IdentityId | null
  readonly linkId: LinkId | null
  readonly fromName: string | null
  readonly fromAddress: string | null
  readonly createdAt: Date
  readonly dueAt: Date | null
  readonly releasedAt: Date | null
  readonly heldReason: Reason | null
}

/**
 * An email with everything that became of it: deliveries, their attempts, and the events in their order. `eta` is null
 * here; outbox/ knows it. Problem: not-found, also for another member's email.
 */
export function readEmail(db: Db, which: WhichEmail): Promise<Email> {
  return asWeb(db, which.workspaceId, async tx => {
    const row = await readEmailRow(tx, which)
    if (row === undefined) throw new Problem('not-found', { what: 'email' })
    const attempts = await readAttempts(tx, which)
    const deliveries = await readDeliveries(tx, { ...which, attempts })
    return {
      ...showEmail(row),
      recipients: await readRecipients(tx, which, deliveries),
      attachments: await readAttachments(tx, which),
      deliveries,
      events: await readEvents(tx, which),
    }
  })
}

function showEmail(row: EmailRow): Omit<Email, 'recipients' | 'attachments' | 'deliveries' | 'events'> {
  return {
    id: showId('email', row.id),
    threadId: showId('thread', row.threadId),
    state: row.state,
    subject: row.subject,
    from: row.fromAddress === null ? null : { name: row.fromName ?? '', address: row.fromAddress },
    identityId: row.identityId && showId('identity', row.identityId),
    linkId: row.linkId && showId('link', row.linkId),
    createdAt: row.createdAt.toISOString(),
    sendAt: row.dueAt?.toISOString() ?? null,
    releasedAt: row.releasedAt?.toISOString() ?? null,
    heldReason: row.heldReason && showReason(row.heldReason, ''),
  }
}

/** From is what the frozen message says, and before the release what the identity says. */
async function readEmailRow(tx: Tx, which: WhichEmail): Promise<EmailRow | undefined> {
  const whose = which.memberId === null ? sql`true` : sql`e.member_id = ${which.memberId}`
  const found = await sql<EmailRow>`
    select e.id, e.thread_id as "threadId", e.state, e.subject, e.identity_id as "identityId", e.link_id as "linkId",
      coalesce(m.from_name, i.name) as "fromName", coalesce(m.from_address, i.address) as "fromAddress",
      e.created_at as "createdAt", e.due_at as "dueAt", e.released_at as "releasedAt", e.held_reason as "heldReason"
    from fairlead.email e
    left join fairlead.identity i on i.workspace_id = e.workspace_id and i.id = e.identity_id
    left join lateral (select from_name, from_address from fairlead.message m
      where m.workspace_id = e.workspace_id and m.email_id = e.id order by m.created_at limit 1) m on true
    where e.workspace_id = ${which.workspaceId} and e.id = ${which.emailId} and ${whose}`.execute(tx)
  return found.rows[0]
}

async function readRecipients(
  tx: Tx,
  which: WhichEmail,
  deliveries: readonly Delivery[],
): Promise<Email['recipients']> {
  const found = await sql<{ id: RecipientId; kind: 'to' | 'cc' | 'bcc'; name: string; address: string }>`
    select id, kind, name, address from fairlead.email_recipient
    where workspace_id = ${which.workspaceId} and email_id = ${which.emailId} order by position`.execute(tx)
  // The delivery of today: one that was superseded by a corrected address stands before it.
  const byRecipient = new Map(deliveries.map(delivery => [delivery.recipientId, delivery.id]))
  return found.rows.map(row => {
    const id = showId('recipient', row.id)
    return { ...row, id, deliveryId: byRecipient.get(id) ?? null }
  })
}

async function readAttachments(tx: Tx, which: WhichEmail): Promise<Email['attachments']> {
  const found = await sql<Email['attachments'][number]>`
    select filename, content_type as "contentType", size as bytes from fairlead.attachment
    where workspace_id = ${which.workspaceId} and email_id = ${which.emailId} and not is_of_signature
    order by position`.execute(tx)
  return found.rows
}
