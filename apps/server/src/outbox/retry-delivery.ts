import { type Reason, reasons } from '@fairlead/bounce'
import { type ChannelKind, type DeliveryState, Problem } from '@fairlead/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { DeliveryChannel } from '../channels/channel.ts'
import { createDeliveries } from '../events/create-deliveries.ts'
import { transitionDeliveries } from '../events/transition-deliveries.ts'
import { checkAddress } from '../mail/address.ts'
import type { Address } from '../mail/message.ts'
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
import { type DueLink, wayOf } from './due-links.ts'
import { copyMessageAlone } from './message-alone.ts'

/** What came of asking to send again. */
export interface Retried {
  readonly deliveryId: DeliveryId
  /** It goes as a message of its own, to this recipient alone: the channel takes messages whole, and the others have theirs. */
  readonly isAlone: boolean
}

export type ChannelsByKind = ReadonlyMap<ChannelKind, DeliveryChannel<unknown>>

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

/** What is sent again, and on which link. */
interface Asked {
  readonly row: Row
  readonly linkId: LinkId
  /** The link takes messages whole. */
  readonly isTogether: boolean
}

interface Row {
  emailId: EmailId
  messageId: MessageId
  recipientId: RecipientId
  linkId: LinkId
  state: DeliveryState
  address: Address
  name: string
  reason: Reason | null
  supersededBy: DeliveryId | null
  /** Others have the same message, or had it before it was sent to them again. */
  isShared: boolean
}

/**
 * Opens a new round for a delivery that ended without arriving, or sends the same message to a corrected address.
 * Answers the delivery that is queued now. Throws a Problem where the state, the reason or a suppression forbids it:
 * spam is never retried, a dead address needs a correction first.
 */
export async function retryDelivery(
  db: Db,
  channels: ChannelsByKind,
  request: RetryRequest,
): Promise<Retried> {
  return await asWeb(db, request.workspaceId, async tx => {
    const row = await lockDelivery(tx, request)
    checkRetryable(row)
    const link = await usableLink(tx, request, request.linkId ?? row.linkId)
    const { isTogether } = wayOf(link, channels.get(link.kind))
    const asked: Asked = { row, linkId: link.id, isTogether }
    if (request.correctedAddress !== undefined)
      return await sendToCorrected(tx, request, asked, request.correctedAddress)
    if (needsAddress(row)) throw new Problem('delivery.needs-address', { address: row.address })
    await refuseSuppressed(tx, request.workspaceId, row.address)
    return await sendAgain(tx, request, asked)
  })
}

async function sendAgain(tx: QueryExecutorProvider, request: RetryRequest, asked: Asked): Promise<Retried> {
  const { row, linkId } = asked
  const { workspaceId, deliveryId } = request
  const isAlone = asked.isTogether && row.isShared
  const answers = await transitionDeliveries(tx, [
    {
      ...{ workspaceId, deliveryId, linkId },
      event: 'retried',
      giveUpInMs: request.giveUpMs,
      source: `member:${request.memberId}`,
      ...(isAlone ? { facts: { alone: true } } : {}),
    },
  ])
  if (answers[0]?.moved !== true) throw new Problem('delivery.not-retryable', { state: row.state })
  if (isAlone) {
    const messageId = await copyMessageAlone(tx, {
      ...{ workspaceId, messageId: row.messageId },
      recipient: { name: row.name, address: row.address },
      keepsId: row.state === 'uncertain',
    })
    await sql`update fairlead.delivery set message_id = ${messageId}
              where workspace_id = ${workspaceId} and id = ${deliveryId}`.execute(tx)
  }
  return { deliveryId, isAlone }
}

async function lockDelivery(tx: QueryExecutorProvider, request: RetryRequest): Promise<Row> {
  const found = await sql<Row>`
    select email_id as "emailId", message_id as "messageId", recipient_id as "recipientId", link_id as "linkId", state, address, reason,
           superseded_by as "supersededBy",
           (select r.name from fairlead.email_recipient r where r.workspace_id = d.workspace_id and r.id = d.recipient_id) as name,
           exists (select from fairlead.delivery o where o.email_id = d.email_id and o.workspace_id = d.workspace_id
                   and o.message_id = d.message_id and o.id <> d.id)
           or exists (select from fairlead.handoff h
                   join fairlead.attempt a on a.email_id = h.email_id and a.workspace_id = h.workspace_id and a.handoff_id = h.id
                   where h.email_id = d.email_id and h.workspace_id = d.workspace_id and h.message_id = d.message_id
                     and a.delivery_id <> d.id) as "isShared"
    from fairlead.delivery d
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

async function usableLink(
  tx: QueryExecutorProvider,
  request: RetryRequest,
  linkId: LinkId,
): Promise<DueLink> {
  const found = await sql<DueLink & { state: string }>`
    select workspace_id as "workspaceId", id, kind, settings, false as "hasPace", state from fairlead.link
    where workspace_id = ${request.workspaceId} and id = ${linkId} and (member_id is null or member_id = ${request.memberId})`.execute(
    tx,
  )
  const link = found.rows[0]
  if (link === undefined) throw new Problem('not-found', { what: 'delivery channel' })
  if (link.state === 'removed') throw new Problem('link.not-usable', { state: link.state })
  return link
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
  { row, linkId, isTogether }: Asked,
  text: string,
): Promise<Retried> {
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
  // A channel that takes messages whole goes by their To: the wrong address must not stand there.
  const messageId = isTogether
    ? await copyMessageAlone(tx, {
        ...{ workspaceId: request.workspaceId, messageId: row.messageId, keepsId: false },
        recipient: { name: row.name, address: answer.address },
      })
    : row.messageId
  const [made] = await createDeliveries(tx, {
    workspaceId: request.workspaceId,
    emailId: row.emailId,
    messageId,
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
  return { deliveryId: made, isAlone: isTogether && row.isShared }
}
