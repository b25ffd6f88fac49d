import type { BounceReport } from '@fairlead/bounce'
import { type QueryExecutorProvider, sql } from 'kysely'
import { readBlobStart } from '../blobs/read-blob-start.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db, Tx } from '../platform/database/connect.ts'
import { failpoint } from '../platform/failpoint.ts'
import type { DeliveryId, EmailId, NoticeId } from '../platform/ids.ts'
import { codeOf } from '../platform/plain-error.ts'
import { applyNews } from './apply-news.ts'
import { type Match, type MatchParts, matchNotice } from './match-notice.ts'
import type { NoticeParser } from './notice-parser.ts'
import type { ParsedNotice } from './parse-notice.ts'
import { placeNews } from './place-news.ts'
import { probeIn, settleProbe } from './probes.ts'
import { recordInboundMessage } from './record-inbound-message.ts'
import type { UnreadNotice } from './unread-notice.ts'

export interface ReadingParts extends MatchParts {
  readonly db: Db
  readonly parser: NoticeParser
}

interface Verdict {
  readonly state: 'applied' | 'waiting' | 'unmatched' | 'ignored'
  readonly match: Match | null
  readonly deliveryId: DeliveryId | null
  readonly emailId: EmailId | null
}

/** What became of one notice; `error` where it could not be read or applied and was put aside. */
export interface ReadNotice {
  readonly id: NoticeId
  readonly state: Verdict['state'] | 'new'
  readonly kind: BounceReport['kind']
  readonly error?: unknown
}

// No notice says what happened further down; what follows is the returned mail.
const mostBytes = 2 * 1024 * 1024

/** Something passing stood in the way of one notice, which stays as it was. */
export class NoticeHeldUpError extends Error {
  override readonly name = 'NoticeHeldUpError'
  readonly noticeId: NoticeId

  constructor(noticeId: NoticeId, cause: unknown) {
    super('A notice could not be read now', { cause })
    this.noticeId = noticeId
  }
}

/** Which notices to look for; those in `except` had their chance just now. */
export interface NextNotice {
  readonly state: 'new' | 'waiting'
  readonly except: readonly NoticeId[]
}

/**
 * Reads one notice that nobody else is reading and applies it, in one transaction: a kill leaves it to be read
 * again, and nothing of it done. Null: none is left. One that cannot be read or applied is put aside as unmatched
 * with its error; where something passing failed, a deadlock or the connection, NoticeHeldUpError is thrown (or what
 * the database threw before a notice was found), and the notice stays.
 */
export async function readNextNotice(parts: ReadingParts, which: NextNotice): Promise<ReadNotice | null> {
  const read = await asEngine(parts.db, async tx => {
    const notice = await takeNotice(tx, which)
    if (notice === null) return null
    const one = await readOrPutAside(tx, parts, notice)
    await failpoint('before-notice-applied')
    return one
  })
  if (read !== null) await failpoint('after-notice-applied')
  return read
}

/** The notice stays locked while it is put aside, so that no other reader stumbles over it too. */
async function readOrPutAside(tx: Tx, parts: ReadingParts, notice: UnreadNotice): Promise<ReadNotice> {
  await sql`savepoint reading`.execute(tx)
  try {
    return await readNotice(tx, parts, notice)
  } catch (error) {
    if (isPassing(error)) throw new NoticeHeldUpError(notice.id, error)
    await sql`rollback to savepoint reading`.execute(tx)
    await putAside(tx, notice, error)
    return { id: notice.id, state: 'unmatched', kind: 'other', error }
  }
}

/** A waiting notice is looked at again once its delivery has changed since the last look. */
async function takeNotice(tx: QueryExecutorProvider, which: NextNotice): Promise<UnreadNotice | null> {
  const condition =
    which.state === 'new'
      ? sql`n.state = 'new' and n.source <> 'dmarc'`
      : sql`n.state = 'waiting' and exists (
          select from fairlead.delivery d where d.id = n.delivery_id and d.changed_at > n.read_at)`
  const found = await sql<UnreadNotice>`
    select n.workspace_id as "workspaceId", n.id, n.state, n.envelope_from as "envelopeFrom", n.envelope_to as "envelopeTo",
           n.sha256, n.received_at as "receivedAt", n.link_id as "linkId", n.provider_thread as "threadId"
    from fairlead.notice n where ${condition} and n.id <> all(${which.except}::uuid[])
    order by n.received_at, n.id limit 1
    for update of n skip locked`.execute(tx)
  return found.rows[0] ?? null
}

async function readNotice(tx: Tx, parts: ReadingParts, notice: UnreadNotice): Promise<ReadNotice> {
  const bytes = await readBlobStart(tx, notice, mostBytes)
  if (bytes === null) throw new Error('The bytes of the notice are not there')
  const parsed = await parts.parser.parse(bytes)
  const { report } = parsed
  const probe = probeIn(report, parts.keys)
  if (probe !== null && (await settleProbe(tx, probe, notice)))
    return { id: notice.id, state: 'applied', kind: report.kind }
  const of = notice.linkId === null ? null : { ...notice, linkId: notice.linkId }
  const match = await matchNotice(tx, { ...notice, report, of }, parts)
  const verdict = await apply(tx, { notice, parsed, match })
  await sql`
    update fairlead.notice set state = ${verdict.state}, kind = ${report.kind}, report = ${JSON.stringify(report)}::jsonb,
      matched_by = ${verdict.match?.by ?? null}, email_id = ${verdict.emailId}, delivery_id = ${verdict.deliveryId},
      read_at = fairlead.now()
    where workspace_id = ${notice.workspaceId} and id = ${notice.id}`.execute(tx)
  return { id: notice.id, state: verdict.state, kind: report.kind }
}

interface Reading {
  readonly notice: UnreadNotice
  readonly parsed: ParsedNotice
  readonly match: Match | null
}

async function apply(tx: QueryExecutorProvider, reading: Reading): Promise<Verdict> {
  const { match, notice, parsed } = reading
  if (match === null) return { state: 'unmatched', match, deliveryId: null, emailId: null }
  const emailIds = new Set(match.deliveries.map(delivery => delivery.emailId))
  const emailId = emailIds.size === 1 ? (match.deliveries[0]?.emailId ?? null) : null
  const only = match.deliveries.length === 1 ? (match.deliveries[0] ?? null) : null
  const about = { match, emailId, deliveryId: only?.id ?? null }
  if (isFromPerson(parsed.report)) {
    const isKept = await recordInboundMessage(tx, { notice, parsed, match })
    return { ...about, state: isKept ? 'applied' : 'unmatched' }
  }
  const news = placeNews(match, parsed.report.recipients)
  if (news.length === 0) return { ...about, state: 'unmatched' }
  const from = { noticeId: notice.id, receivedAt: notice.receivedAt, by: match.by }
  const came = await applyNews(tx, from, news)
  const deliveryId = came.waitsFor ?? about.deliveryId ?? (news.length === 1 ? news[0]?.delivery.id : null)
  return { ...about, deliveryId: deliveryId ?? null, state: came.waitsFor === null ? 'applied' : 'waiting' }
}

const personal: ReadonlySet<BounceReport['kind']> = new Set(['auto-reply', 'challenge', 'other'])
const isFromPerson = (report: BounceReport): boolean => personal.has(report.kind)

/** Errors of the moment: the connection, a deadlock, a full disk. The same notice may succeed later. */
function isPassing(error: unknown): boolean {
  const code = codeOf(error) ?? ''
  const isSql = /^[0-9A-Z]{5}$/.test(code)
  if (isSql) return /^(08|40|53|55|57|58)/.test(code)
  return (
    /^E[A-Z]+$/.test(code) || (error instanceof Error && /connection|timeout|terminated/i.test(error.message))
  )
}

async function putAside(tx: QueryExecutorProvider, notice: UnreadNotice, error: unknown): Promise<void> {
  const text = (error instanceof Error ? error.message : String(error)).replaceAll('\0', '').slice(0, 1_000)
  await sql`
    update fairlead.notice set state = 'unmatched', read_at = fairlead.now(),
      report = ${JSON.stringify({ error: text.toWellFormed() })}::jsonb
    where workspace_id = ${notice.workspaceId} and id = ${notice.id}`.execute(tx)
}
