import { Problem, type ShownInbound } from '@fairlead/contract'
import { sql } from 'kysely'
import { readBlobStart } from '../blobs/read-blob-start.ts'
import { textOf } from '../mail/render-message.ts'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db, Tx } from '../platform/database/connect.ts'
import {
  type InboundId,
  type MemberId,
  type NoticeId,
  showId,
  type ThreadId,
  type WorkspaceId,
} from '../platform/ids.ts'
import { beginningBytes, type ReadMessage, readMime, wholeBytes } from './read-mime.ts'

interface InboundRow {
  readonly id: InboundId
  readonly kind: ShownInbound['kind']
  readonly fromName: string
  readonly fromAddress: string
  readonly subject: string
  readonly sha256: string
  readonly size: number
  readonly noticeId: NoticeId | null
  readonly receivedAt: Date
}

const mostOfThread = 100
const snippetCharacters = 300
const shownTextCharacters = 100_000

/** What came back in a thread, oldest first; messages are read as long as together they are not too large. */
export async function readInboundOfThread(
  tx: Tx,
  of: { workspaceId: WorkspaceId; threadId: ThreadId },
): Promise<ShownInbound[]> {
  const found = await sql<InboundRow>`
    select i.id, i.kind, i.from_name as "fromName", i.from_address as "fromAddress", i.subject, i.sha256,
      b.size, i.notice_id as "noticeId", i.received_at as "receivedAt"
    from fairlead.inbound_message i
    join fairlead.blob b on b.workspace_id = i.workspace_id and b.sha256 = i.sha256
    where i.workspace_id = ${of.workspaceId} and i.thread_id = ${of.threadId}
    order by i.received_at desc, i.id desc limit ${mostOfThread}`.execute(tx)
  const shown: ShownInbound[] = []
  let left = wholeBytes
  for (const row of found.rows) {
    left -= Math.min(row.size, beginningBytes)
    const message = left < 0 ? null : await readStored(tx, { ...of, ...row })
    shown.push(showInbound(row, message))
  }
  return shown.reverse()
}

function showInbound(row: InboundRow, message: ReadMessage | null): ShownInbound {
  const text = message && (message.text || (message.html === null ? '' : textOf(message.html)))
  return {
    id: showId('inbound', row.id),
    kind: row.kind,
    from: { name: row.fromName, address: row.fromAddress },
    subject: row.subject,
    receivedAt: row.receivedAt.toISOString(),
    snippet: Array.from((text ?? '').slice(0, 2_000).replace(/\s+/g, ' ').trim())
      .slice(0, snippetCharacters)
      .join(''),
    text: text === null ? null : text.slice(0, shownTextCharacters),
    hasHtml: message !== null && message.html !== null,
    attachments: (message?.files ?? []).map(({ filename, contentType, bytes }, index) => ({
      ...{ index, filename, contentType, bytes: bytes.length },
    })),
    noticeId: row.noticeId && showId('notice', row.noticeId),
  }
}

/** A large message by its beginning: its text is there, its files are not whole and left out. */
async function readStored(
  tx: Tx,
  of: { workspaceId: WorkspaceId; sha256: string; size: number },
): Promise<ReadMessage> {
  const isWhole = of.size <= wholeBytes
  const bytes = await readBlobStart(tx, of, isWhole ? wholeBytes : beginningBytes)
  if (bytes === null) return { html: null, text: '', files: [] }
  const message = await readMime(bytes)
  return isWhole ? message : { ...message, files: [] }
}

/** One received message of a member's own thread. Problem: not-found. */
export function readInbound(
  db: Db,
  of: { workspaceId: WorkspaceId; memberId: MemberId; inboundId: InboundId },
): Promise<ReadMessage> {
  return asWeb(db, of.workspaceId, async tx => {
    const found = await sql<{ sha256: string; size: number }>`
      select i.sha256, b.size from fairlead.inbound_message i
      join fairlead.thread t on t.workspace_id = i.workspace_id and t.id = i.thread_id
      join fairlead.blob b on b.workspace_id = i.workspace_id and b.sha256 = i.sha256
      where i.workspace_id = ${of.workspaceId} and i.id = ${of.inboundId} and t.member_id = ${of.memberId}`.execute(
      tx,
    )
    const row = found.rows[0]
    if (row === undefined) throw new Problem('not-found', { what: 'message' })
    return readStored(tx, { ...of, ...row })
  })
}
