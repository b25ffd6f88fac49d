import { type Reason, reasons } from '@fairlead/bounce'
import { type DeliveryState, Problem } from '@fairlead/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import { createDeliveries } from '../events/create-deliveries.ts'
import { transitionDeliveries } from '../events/transition-deliveries.ts'
import { checkAddress } from '../mail/address.ts'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
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

export interface RetryRequest {
  readonly workspaceId: WorkspaceId
  readonly memberId: MemberId
  readonly deliveryId: DeliveryId
  /** Default: the link that carried it. */
  readonly linkId?: LinkId
  /** Makes a new delivery that supersedes this one, which keeps its state. */
  readonly correctedAddress?: string
  readonly giveUpMs: number
}

interface Row {
  emailId: EmailId
  messageId: MessageId
  recipientId: RecipientId
  linkId: LinkId
  state: DeliveryState
  address: string
  reason: Reason | null
  supersededBy: DeliveryId | null
}

/**
 * Opens a new round for a delivery that ended without arriving, or sends the same message to a corrected address.
 * Answers the delivery that is queued now. Throws a Problem where the state, the reason or a suppression forbids it:
 * spam is never retried, a dead address needs a correction first.
 */
export async function retryDelivery(db: Db, request: RetryRequest): Promise<DeliveryId> {
  return await asWeb(db, request.workspaceId, async tx => {
    const row = await lockDelivery(tx, request)
    checkRetryable(row)
    const linkId = await usableLink(tx, request, request.linkId ?? row.linkId)
    if (request.correctedAddress !== undefined)
      return await sendToCorrected(tx, request, { row, linkId, text: request.correctedAddress })
    if (needsAddress(row)) throw new Problem('delivery.needs-address', { address: row.address })
    await refuseSuppressed(tx, request.workspaceId, row.address)
    const answers = await transitionDeliveries(tx, [
      {
        workspaceId: request.workspaceId,
        deliveryId: request.deliveryId,
        event: 'retried',
        linkId,
        giveUpInMs: request.giveUpMs,
        source: `member:${request.memberId}`,
      },
    ])
    if (answers[0]?.moved !== true) throw new Problem('delivery.not-retryable', { state: row.state })
    return request.deliveryId
  })
}

async function lockDelivery(tx: QueryExecutorProvider, request: RetryRequest): Promise<Row> {
  const found = await sql<Row>`
    select email_id as "emailId", message_id as "messageId", recipient_id as "recipientId", link_id as "linkId", state, address, reason,
           superseded_by as "supersededBy"
    from fairlead.delivery
    where workspace_id = ${request.workspaceId} and id = ${request.deliveryId} and member_id = ${request.memberId} for update`.execute(
    tx,
  )
  const row = found.rows[0]
  if (row === undefined) throw new Problem('not-found', { what: 'delivery' })
  return row
}

function checkRetryable(row: Row): void {
  if (row.state === 'complained') throw new Problem('delivery.complained')
  const isOver =
    row.state === 'refused' || row.state === 'expired' || row.state === 'bounced' || row.state === 'uncertain'
  if (!isOver || row.supersededBy !== null) {
    throw new Problem('delivery.not-retryable', {
      state: row.supersededBy === null ? row.state : 'superseded',
    })
  }
}

/** The reason says that this address will never take mail. */
function needsAddress(row: Row): boolean {
  return row.state !== 'uncertain' && row.reason !== null && reasons[row.reason.code].suppress === 'address'
}

async function usableLink(tx: QueryExecutorProvider, request: RetryRequest, linkId: LinkId): Promise<LinkId> {
  const found = await sql<{ state: string }>`
    select state from fairlead.link
    where workspace_id = ${request.workspaceId} and id = ${linkId} and (member_id is null or member_id = ${request.memberId})`.execute(
    tx,
  )
  const state = found.rows[0]?.state
  if (state === undefined) throw new Problem('not-found', { what: 'delivery channel' })
  if (state === 'removed') throw new Problem('link.not-usable', { state })
  return linkId
}

async function refuseSuppressed(
  tx: QueryExecutorProvider,
  workspaceId: WorkspaceId,
  address: string,
): Promise<void> {
  const found = await sql`
    select from fairlead.suppression where workspace_id = ${workspaceId} and address_key = ${address.toLowerCase()}
      and (expires_at is null or expires_at > fairlead.now())`.execute(tx)
  if (found.rows.length > 0) throw new Problem('delivery.suppressed', { address })
}

async function sendToCorrected(
  tx: QueryExecutorProvider,
  request: RetryRequest,
  asked: { row: Row; linkId: LinkId; text: string },
): Promise<DeliveryId> {
  const { row, linkId, text } = asked
  const answer = checkAddress(text)
  if ('problem' in answer) {
    throw new Problem('email.address-invalid', {
      address: text.slice(0, 100),
      field: 'correctedAddress',
      problem: answer.problem,
    })
  }
  await refuseSuppressed(tx, request.workspaceId, answer.address)
  const recipientId = newId('recipient')
  await sql`
    insert into fairlead.email_recipient (workspace_id, id, email_id, kind, position, name, address, address_key, person_id)
    select workspace_id, ${recipientId}, email_id, kind, position, name, ${answer.address}, ${answer.address.toLowerCase()}, person_id
    from fairlead.email_recipient where workspace_id = ${request.workspaceId} and id = ${row.recipientId}`.execute(
    tx,
  )
  const [made] = await createDeliveries(tx, {
    workspaceId: request.workspaceId,
    emailId: row.emailId,
    messageId: row.messageId,
    memberId: request.memberId,
    linkId,
    priority: 0,
    giveUpMs: request.giveUpMs,
    source: `member:${request.memberId}`,
    recipients: [{ id: recipientId, address: answer.address }],
  })
  if (made === undefined) throw new Error('no delivery was made')
  await sql`update fairlead.delivery set superseded_by = ${made}, changed_at = fairlead.now()
            where workspace_id = ${request.workspaceId} and id = ${request.deliveryId}`.execute(tx)
  return made
}
