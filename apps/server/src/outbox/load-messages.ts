import { type QueryExecutorProvider, sql } from 'kysely'
import type { Address, BodyPiece } from '../mail/message.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import type { EmailId, MessageId, WorkspaceId } from '../platform/ids.ts'
import type { ClaimedHandoff } from './claimed-handoff.ts'

/** A frozen message as the outbox holds it while its deliveries are on their way. */
export interface LoadedMessage {
  readonly workspaceId: WorkspaceId
  readonly id: MessageId
  readonly emailId: EmailId
  readonly rfcMessageId: string
  readonly fromName: string
  readonly fromAddress: Address
  readonly headers: readonly string[]
  readonly bodyHash: string
  readonly size: number
  /** The pieces of the body; a long one is read when it is sent. */
  body(): Promise<readonly BodyPiece[]>
}

/** Bodies up to this many characters travel with the claim, longer ones are read one at a time. */
const inlineBody = 65_536

type Row = Omit<LoadedMessage, 'body'> & { body: string | null }

/** The messages of these handoffs, by id: one query for all, each message once. */
export async function loadMessages(
  db: Db,
  claimed: readonly ClaimedHandoff[],
): Promise<Map<MessageId, LoadedMessage>> {
  return loadMessagesById(
    db,
    new Map(claimed.map(({ deliveries: [first] }) => [first.messageId, first.workspaceId])),
  )
}

/** Messages by id, each of the workspace that it is wanted from. */
export async function loadMessagesById(
  db: Db,
  wanted: ReadonlyMap<MessageId, WorkspaceId>,
): Promise<Map<MessageId, LoadedMessage>> {
  const read = await asEngine(db, tx => selectMessages(tx, wanted))
  return new Map(read.map(row => [row.id, { ...row, body: () => bodyOf(db, row) }]))
}

async function selectMessages(
  tx: QueryExecutorProvider,
  wanted: ReadonlyMap<MessageId, WorkspaceId>,
): Promise<Row[]> {
  const found = await sql<Row>`
    select m.workspace_id as "workspaceId", m.id, m.email_id as "emailId", m.rfc_message_id as "rfcMessageId",
           m.from_name as "fromName", m.from_address as "fromAddress", m.headers, m.body_hash as "bodyHash", m.size,
           case when octet_length(m.body) <= ${inlineBody} then m.body end as body
    from fairlead.message m
    join unnest(${[...wanted.values()]}::uuid[], ${[...wanted.keys()]}::uuid[]) as k (w, i) on m.workspace_id = k.w and m.id = k.i`.execute(
    tx,
  )
  return found.rows
}

async function bodyOf(db: Db, row: Row): Promise<readonly BodyPiece[]> {
  const text = row.body ?? (await readBody(db, row))
  return JSON.parse(text) as BodyPiece[]
}

async function readBody(db: Db, row: Row): Promise<string> {
  const found = await asEngine(db, tx =>
    sql<{
      body: string
    }>`select body from fairlead.message where workspace_id = ${row.workspaceId} and id = ${row.id}`.execute(
      tx,
    ),
  )
  const body = found.rows[0]?.body
  if (body === undefined) throw new Error(`message ${row.id} is gone`)
  return body
}
