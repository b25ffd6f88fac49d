import { type Reason, reasons } from '@fairlead/bounce'
import { type DeliveryState, Problem } from '@fairlead/contract'
import { sql } from 'kysely'
import { suppressAddress } from '../people/suppress-address.ts'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db, Tx } from '../platform/database/connect.ts'
import type { DeliveryId, EmailId, MemberId, WorkspaceId } from '../platform/ids.ts'

interface WhichDelivery {
  readonly workspaceId: WorkspaceId
  readonly memberId: MemberId
  readonly deliveryId: DeliveryId
}

interface Row {
  readonly emailId: EmailId
  readonly address: string
  readonly state: DeliveryState
  readonly reason: Reason | null
}

const ended: readonly DeliveryState[] = ['refused', 'expired', 'bounced']

/**
 * Nothing more is sent to the address of a delivery that failed on the recipient's side, for good and from the whole
 * workspace; its proof is the delivery and what their server said. What is suppressed already stays as it is. Answers
 * the email. Problems: not-found, delivery.not-suppressible.
 */
export function suppressRecipient(db: Db, of: WhichDelivery): Promise<EmailId> {
  return asWeb(db, of.workspaceId, async tx => {
    const row = await lockDelivery(tx, of)
    if (row.reason === null || !ended.includes(row.state) || reasons[row.reason.code].fault !== 'recipient') {
      throw new Problem('delivery.not-suppressible', { state: row.state })
    }
    const before = await findSuppression(tx, of, row)
    if (before !== null) return row.emailId
    await suppressAddress(tx, {
      ...{ workspaceId: of.workspaceId, address: row.address, reason: row.reason, expiresInDays: null },
      proof: { deliveryId: of.deliveryId, verbatim: row.reason.reply ?? '' },
      author: `member:${of.memberId}`,
    })
    return row.emailId
  })
}

/**
 * Takes back what a member suppressed: they themselves, or an admin. What a complaint or a returned mail suppressed is
 * not lifted so. Lifted before, it is as good as lifted now. Problems: not-found, suppression.not-yours.
 */
export function liftSuppression(db: Db, of: WhichDelivery & { readonly isAdmin: boolean }): Promise<EmailId> {
  return asWeb(db, of.workspaceId, async tx => {
    const row = await lockDelivery(tx, of)
    const author = await findSuppression(tx, of, row)
    if (author === null) return row.emailId
    const isOwn = author === `member:${of.memberId}`
    if (!isOwn && !(of.isAdmin && author.startsWith('member:'))) {
      throw new Problem('suppression.not-yours', { address: row.address })
    }
    await sql`
      delete from fairlead.suppression
      where workspace_id = ${of.workspaceId} and address_key = ${row.address.toLowerCase()} and author = ${author}`.execute(
      tx,
    )
    return row.emailId
  })
}

async function lockDelivery(tx: Tx, of: WhichDelivery): Promise<Row> {
  const found = await sql<Row>`
    select email_id as "emailId", address, state, reason from fairlead.delivery
    where workspace_id = ${of.workspaceId} and id = ${of.deliveryId} and member_id = ${of.memberId} for update`.execute(
    tx,
  )
  const [row] = found.rows
  if (row === undefined) throw new Problem('not-found', { what: 'delivery' })
  return row
}

/** Who suppressed the address; null: nobody, or it has run out. */
async function findSuppression(tx: Tx, of: WhichDelivery, { address }: Row): Promise<string | null> {
  const found = await sql<{ author: string }>`
    select author from fairlead.suppression
    where workspace_id = ${of.workspaceId} and address_key = ${address.toLowerCase()}
      and (expires_at is null or expires_at > fairlead.now())`.execute(tx)
  return found.rows[0]?.author ?? null
}
