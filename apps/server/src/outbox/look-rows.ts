import { type QueryExecutorProvider, sql } from 'kysely'
import type { Receipt } from '../channels/channel.ts'
import { transitionDeliveries } from '../events/transition-deliveries.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import type { DeliveryId, HandoffId, WorkspaceId } from '../platform/ids.ts'
import type { DueLink } from './due-links.ts'

/** A handoff whose fate is to be asked for, by this worker alone. */
export interface Look {
  readonly workspaceId: WorkspaceId
  readonly handoffId: HandoffId
  /** Its number, from 1. */
  readonly looks: number
  readonly messageId: string
  readonly markedAt: Date
  readonly receipt: Receipt | null
  readonly link: DueLink & { readonly state: string }
  /** Those that are still uncertain. */
  readonly deliveries: ReadonlyArray<{
    readonly id: DeliveryId
    readonly address: string
    readonly fence: number
  }>
}

/** No answer of lookUp takes longer. */
export const lookTimeoutMs = 60_000
const leaseMs = 2 * lookTimeoutMs
const firstPauseMs = 30_000
const longestPauseMs = 6 * 3_600_000
/** Returned mail and people settle what nobody could tell until then. */
const givesUpAfterMs = 5 * 86_400_000
/** Two looks that both say "not sent" prove it, so far apart: a slow send would have shown by the second. */
const proofMs = 60_000

/** Notes that these handoffs lost their answer; twice changes nothing. */
export async function noteLost(
  tx: QueryExecutorProvider,
  lost: ReadonlyArray<{ workspaceId: WorkspaceId; handoffId: HandoffId }>,
): Promise<void> {
  if (lost.length === 0) return
  await sql`
    insert into fairlead.handoff_look (workspace_id, handoff_id, email_id)
    select h.workspace_id, h.id, h.email_id from fairlead.handoff h
    where (h.workspace_id, h.id) in (
      select * from unnest(${lost.map(one => one.workspaceId)}::uuid[], ${lost.map(one => one.handoffId)}::uuid[]))
    on conflict do nothing`.execute(tx)
}

/** Leases up to `most` looks that are due. What was settled meanwhile, or waited for too long, is forgotten. */
export async function claimLooks(db: Db, most: number): Promise<Look[]> {
  return await asEngine(db, async tx => {
    await sql`
      delete from fairlead.handoff_look l where (l.workspace_id, l.handoff_id) in (
        select k.workspace_id, k.handoff_id from fairlead.handoff_look k
        where k.next_at <= fairlead.now() and (k.lost_at < fairlead.now() - ${givesUpAfterMs} * interval '1 millisecond'
          or not exists (select from fairlead.delivery d
            where d.email_id = k.email_id and d.handoff_id = k.handoff_id and d.state = 'uncertain'))
        order by k.next_at limit ${most} for update skip locked)`.execute(tx)
    const found = await sql<Look>`
      with due as (
        select k.workspace_id, k.handoff_id from fairlead.handoff_look k
        where k.next_at <= fairlead.now() order by k.next_at limit ${most} for update skip locked
      ), leased as (
        update fairlead.handoff_look l set next_at = fairlead.now() + ${leaseMs} * interval '1 millisecond', looks = l.looks + 1
        from due where l.workspace_id = due.workspace_id and l.handoff_id = due.handoff_id
        returning l.workspace_id, l.handoff_id, l.email_id, l.looks)
      select l.workspace_id as "workspaceId", l.handoff_id as "handoffId", l.looks, h.rfc_message_id as "messageId",
        h.marked_at as "markedAt", h.receipt,
        jsonb_build_object('workspaceId', k.workspace_id, 'id', k.id, 'kind', k.kind, 'settings', k.settings, 'state', k.state,
          'hasPace', false) as link,
        (select coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'address', d.address, 'fence', d.fence)), '[]')
         from fairlead.delivery d where d.email_id = l.email_id and d.handoff_id = l.handoff_id and d.workspace_id = l.workspace_id and d.state = 'uncertain') as deliveries
      from leased l
      join fairlead.handoff h on h.workspace_id = l.workspace_id and h.id = l.handoff_id
      join fairlead.link k on k.workspace_id = h.workspace_id and k.id = h.link_id`.execute(tx)
    return found.rows
  })
}

/** Writes what a look came to. A late answer of the handoff itself wins: then nothing is uncertain any more. */
export async function recordLook(
  db: Db,
  look: Look,
  said: Receipt | 'not-sent' | 'cannot-tell',
): Promise<'settled' | 'open'> {
  return await asEngine(db, async tx => {
    if (said === 'cannot-tell') return await lookAgain(tx, look)
    if (said === 'not-sent') {
      if (!(await isProven(tx, look))) return 'open'
      await settle(tx, look, 'deferred')
      await writeOutcome(tx, look, 'not-sent')
    } else {
      await settle(tx, look, 'accepted')
      await writeOutcome(tx, look, 'accepted')
      await sql`
        update fairlead.handoff set receipt = ${JSON.stringify({ ...look.receipt, ...said })}::jsonb,
          seen_message_id = coalesce(${said.messageId ?? null}, seen_message_id)
        where workspace_id = ${look.workspaceId} and id = ${look.handoffId}`.execute(tx)
    }
    await sql`delete from fairlead.handoff_look
              where workspace_id = ${look.workspaceId} and handoff_id = ${look.handoffId}`.execute(tx)
    return 'settled'
  })
}

async function lookAgain(tx: QueryExecutorProvider, look: Look): Promise<'open'> {
  const pauseMs = Math.min(firstPauseMs * 2 ** Math.min(look.looks - 1, 20), longestPauseMs)
  await sql`
    update fairlead.handoff_look set next_at = fairlead.now() + ${pauseMs} * interval '1 millisecond'
    where workspace_id = ${look.workspaceId} and handoff_id = ${look.handoffId} and looks = ${look.looks}`.execute(
    tx,
  )
  return 'open'
}

async function isProven(tx: QueryExecutorProvider, look: Look): Promise<boolean> {
  const found = await sql<{ proven: boolean }>`
    with before as (select coalesce(not_sent_at <= fairlead.now() - ${proofMs} * interval '1 millisecond', false) as proven
      from fairlead.handoff_look where workspace_id = ${look.workspaceId} and handoff_id = ${look.handoffId})
    update fairlead.handoff_look l set not_sent_at = coalesce(l.not_sent_at, fairlead.now()),
      next_at = greatest(coalesce(l.not_sent_at, fairlead.now()) + ${proofMs} * interval '1 millisecond', fairlead.now())
    from before where l.workspace_id = ${look.workspaceId} and l.handoff_id = ${look.handoffId} and l.looks = ${look.looks}
    returning before.proven`.execute(tx)
  return found.rows[0]?.proven === true
}

async function settle(tx: QueryExecutorProvider, look: Look, event: 'accepted' | 'deferred'): Promise<void> {
  await transitionDeliveries(
    tx,
    look.deliveries.map(({ id, fence }) => ({
      workspaceId: look.workspaceId,
      deliveryId: id,
      event,
      fence,
      handoffId: look.handoffId,
      source: 'look-up',
      ...(event === 'deferred' ? { dueInMs: 0 } : {}),
      facts: { looks: look.looks },
    })),
  )
}

async function writeOutcome(
  tx: QueryExecutorProvider,
  look: Look,
  outcome: 'accepted' | 'not-sent',
): Promise<void> {
  await sql`
    update fairlead.attempt set outcome = ${outcome}
    where workspace_id = ${look.workspaceId} and handoff_id = ${look.handoffId}
      and delivery_id = any(${look.deliveries.map(one => one.id)}::uuid[])`.execute(tx)
}
