import { type QueryExecutorProvider, sql } from 'kysely'
import type { Receipt } from '../channels/channel.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import type { LinkId, MessageId } from '../platform/ids.ts'
import type { ClaimedHandoff } from './claimed-handoff.ts'

/** What the far side is known to hold, or to have said, of a message and its thread. */
export interface KnownReceipts {
  /** Of an earlier try of the same message on the same link from which nothing left. */
  readonly leftBehind?: Receipt
  /** Of the newest earlier message of the thread that this link carried. */
  readonly thread?: Receipt
}

const nothingKnown: KnownReceipts = {}

/** For each of these handoffs what is known; only channels that take a message whole keep receipts that matter here. */
export async function loadReceipts(
  db: Db,
  claimed: readonly ClaimedHandoff[],
): Promise<(handoff: ClaimedHandoff) => KnownReceipts> {
  const asked = claimed.filter(({ way }) => way.isTogether).map(({ deliveries: [first] }) => first)
  if (asked.length === 0) return () => nothingKnown
  const known = await asEngine(db, async tx => {
    const wanted = sql`unnest(${asked.map(one => one.workspaceId)}::uuid[], ${asked.map(one => one.emailId)}::uuid[],
      ${asked.map(one => one.messageId)}::uuid[], ${asked.map(one => one.linkId)}::uuid[]) as k (w, email, message, link)`
    return [...(await readLeftBehind(tx, wanted)), ...(await readThreads(tx, wanted))]
  })
  const byKey = Map.groupBy(known, row => keyOf(row))
  return ({ deliveries: [first] }) =>
    Object.assign({}, ...(byKey.get(keyOf(first)) ?? []).map(row => row.known)) as KnownReceipts
}

interface Row {
  readonly messageId: MessageId
  readonly linkId: LinkId
  readonly known: KnownReceipts
}

const keyOf = (of: { messageId: MessageId; linkId: LinkId }): string => `${of.messageId} ${of.linkId}`

/** A try that a look-up proved unsent left its draft too. */
async function readLeftBehind(tx: QueryExecutorProvider, wanted: ReturnType<typeof sql>): Promise<Row[]> {
  const found = await sql<Row>`
    select k.message as "messageId", k.link as "linkId", jsonb_build_object('leftBehind', h.receipt) as known
    from ${wanted} cross join lateral (
      select h.receipt from fairlead.handoff h
      where h.email_id = k.email and h.workspace_id = k.w and h.message_id = k.message and h.link_id = k.link
        and h.receipt is not null
        and (h.marked_at is null or exists (
          select from fairlead.attempt a
          where a.email_id = k.email and a.handoff_id = h.id and a.workspace_id = k.w and a.outcome = 'not-sent'))
      order by h.started_at desc, h.id desc limit 1) h`.execute(tx)
  return found.rows
}

async function readThreads(tx: QueryExecutorProvider, wanted: ReturnType<typeof sql>): Promise<Row[]> {
  const found = await sql<Row>`
    select k.message as "messageId", k.link as "linkId", jsonb_build_object('thread', h.receipt) as known
    from ${wanted}
    join fairlead.email e on e.workspace_id = k.w and e.id = k.email
    cross join lateral (
      select h.receipt from fairlead.email other
      join fairlead.handoff h on h.email_id = other.id and h.workspace_id = k.w
      where other.thread_id = e.thread_id and other.workspace_id = k.w and other.id <> e.id
        and h.link_id = k.link and h.marked_at is not null and h.receipt is not null
        and exists (select from fairlead.attempt a
          where a.email_id = other.id and a.handoff_id = h.id and a.workspace_id = k.w and a.outcome in ('accepted', 'delivered'))
      order by h.started_at desc, h.id desc limit 1) h`.execute(tx)
  return found.rows
}
