import type { EmailState } from '@fairlead/contract'
import { Problem } from '@fairlead/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import { transitionDeliveries } from '../events/transition-deliveries.ts'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import { type DeliveryId, type EmailId, type MemberId, newId, type WorkspaceId } from '../platform/ids.ts'

export interface CancelledEmail {
  readonly state: EmailState
  readonly cancelled: readonly DeliveryId[]
  /** Had left, or was leaving, already. */
  readonly tooLate: readonly DeliveryId[]
}

/**
 * Takes back what has not left: a scheduled or held email whole, of a released one the deliveries that carry no mark
 * yet. Cancel and mark are updates of the same locked row, so exactly one wins. Throws not-found and not-cancellable.
 */
export async function cancelEmail(
  db: Db,
  who: { workspaceId: WorkspaceId; memberId: MemberId; emailId: EmailId },
): Promise<CancelledEmail> {
  return await asWeb(db, who.workspaceId, async tx => {
    const state = await lockEmail(tx, who)
    if (state === 'released') return await cancelDeliveries(tx, who)
    if (state !== 'scheduled' && state !== 'held') throw new Problem('email.not-cancellable', { state })
    await sql`update fairlead.email set state = 'cancelled', updated_at = fairlead.now()
              where workspace_id = ${who.workspaceId} and id = ${who.emailId}`.execute(tx)
    await sql`
      insert into fairlead.event (workspace_id, id, email_id, kind, occurred_at, source)
      values (${who.workspaceId}, ${newId('event')}, ${who.emailId}, 'cancelled', fairlead.now(), ${`member:${who.memberId}`})`.execute(
      tx,
    )
    return { state: 'cancelled', cancelled: [], tooLate: [] }
  })
}

async function lockEmail(
  tx: QueryExecutorProvider,
  who: { workspaceId: WorkspaceId; memberId: MemberId; emailId: EmailId },
): Promise<EmailState> {
  const found = await sql<{ state: EmailState }>`
    select state from fairlead.email
    where workspace_id = ${who.workspaceId} and id = ${who.emailId} and member_id = ${who.memberId} for update`.execute(
    tx,
  )
  const row = found.rows[0]
  if (row === undefined) throw new Problem('not-found', { what: 'email' })
  return row.state
}

async function cancelDeliveries(
  tx: QueryExecutorProvider,
  who: { workspaceId: WorkspaceId; memberId: MemberId; emailId: EmailId },
): Promise<CancelledEmail> {
  const found = await sql<{ id: DeliveryId }>`
    select id from fairlead.delivery where workspace_id = ${who.workspaceId} and email_id = ${who.emailId} order by id`.execute(
    tx,
  )
  const answers = await transitionDeliveries(
    tx,
    found.rows.map(({ id }) => ({
      workspaceId: who.workspaceId,
      deliveryId: id,
      event: 'cancelled' as const,
      reason: { code: 'local.cancelled' as const },
      source: `member:${who.memberId}`,
    })),
  )
  const ids = found.rows.map(row => row.id)
  const cancelled = ids.filter((_, at) => answers[at]?.moved === true)
  const first = answers.find(answer => !answer.moved)
  if (cancelled.length === 0)
    throw new Problem('email.not-cancellable', {
      state: (first?.moved === false ? first.state : null) ?? 'released',
    })
  return { state: 'released', cancelled, tooLate: ids.filter((_, at) => answers[at]?.moved !== true) }
}
