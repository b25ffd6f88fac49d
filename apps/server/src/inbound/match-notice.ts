import type { BounceReport, MatchingKeys } from '@fairlead/bounce'
import type { QueryExecutorProvider } from 'kysely'
import { readEnvelopeId } from '../mail/envelope-id.ts'
import { type ReturnPathKey, readReturnPath } from '../mail/return-path.ts'
import { type DeliveryId, type LinkId, parseId, type WorkspaceId } from '../platform/ids.ts'
import { type FoundDelivery, findDeliveries, type Wanted } from './find-deliveries.ts'

/** What told which email a notice speaks of, in the order of trust (spec 7.2). */
export type MatchedBy =
  | 'return-path'
  | 'ref'
  | 'envelope-id'
  | 'message-id'
  | 'in-reply-to'
  | 'failed-recipient'
  | 'thread'

/** Where a notice out of a mailbox may lead: to mail of the link's workspace, by a guess only to the link's own. */
export interface Scope {
  readonly workspaceId: WorkspaceId
  readonly linkId: LinkId
  /** The provider's thread; null: it has none, or none is known. */
  readonly threadId: string | null
}

/** What is matched. */
export interface MatchableNotice {
  readonly envelopeTo: readonly string[]
  readonly receivedAt: Date
  readonly report: BounceReport
  /** Absent: it came by SMTP and may speak of anybody's mail. */
  readonly of?: Scope | null
}

export interface Match {
  readonly by: MatchedBy
  /** One where the key names a delivery; else all of the message, and the addresses tell. */
  readonly deliveries: readonly FoundDelivery[]
  /** The key names this one delivery. */
  readonly isExact: boolean
  /** Null: the key names no round. */
  readonly round: number | null
}

export interface MatchParts {
  readonly keys: readonly ReturnPathKey[]
  /** Behind the `@` of our Message-IDs. */
  readonly mailDomain: string
}

interface Clue {
  readonly by: MatchedBy
  readonly wanted: Wanted
  readonly round: number | null
}

/** Finds the deliveries that a notice speaks of; null: no key of it leads anywhere. */
export async function matchNotice(
  tx: QueryExecutorProvider,
  notice: MatchableNotice,
  parts: MatchParts,
): Promise<Match | null> {
  for (const clue of cluesOf(notice, parts)) {
    const deliveries = await findDeliveries(tx, clue.wanted, notice.of ?? null)
    if (deliveries.length === 0) continue
    if (clue.by === 'failed-recipient' && deliveries.length > 1) continue
    const isExact = clue.wanted.by === 'delivery'
    return { by: clue.by, deliveries, isExact, round: clue.round }
  }
  return null
}

function* cluesOf(notice: MatchableNotice, parts: MatchParts): Generator<Clue> {
  const { keys } = notice.report
  const tokens = [...notice.envelopeTo, ...keys.returnPaths, ...keys.envelopeIds]
  for (const address of tokens) {
    const token = readReturnPath(address.split('@')[0] ?? '', parts.keys, notice.receivedAt)
    if (token !== null) yield { by: 'return-path', wanted: byDelivery(token.deliveryId), round: token.round }
  }
  const ours = keys.refs.flatMap(ref => parseId('message', ref.trim()) ?? [])
  if (ours.length > 0) {
    const ids = ours.map(id => `${id}@${parts.mailDomain}`)
    yield { by: 'ref', wanted: { by: 'message', ids }, round: roundOf(keys) }
  }
  for (const id of keys.envelopeIds) {
    const read = readEnvelopeId(id)
    if (read !== null) yield { by: 'envelope-id', wanted: byDelivery(read.deliveryId), round: read.round }
  }
  yield* messageIdClues('message-id', keys.messageIds)
  yield* messageIdClues('in-reply-to', [...keys.inReplyTo, ...keys.references])
  if (keys.failedRecipients.length > 0) {
    yield {
      by: 'failed-recipient',
      wanted: { by: 'address', addresses: keys.failedRecipients.slice(0, 20), before: notice.receivedAt },
      round: null,
    }
  }
  const threadId = notice.of?.threadId ?? null
  if (threadId !== null) yield { by: 'thread', wanted: { by: 'thread', threadId }, round: null }
}

const byDelivery = (id: DeliveryId): Wanted => ({ by: 'delivery', id })

const laterRound = /^[0-9a-f-]{36}\.([0-9a-f-]{36})\.r(\d{1,3})@/i

/** A Message-ID of a later round names its delivery (mail/message-id.ts). */
function* messageIdClues(by: MatchedBy, ids: readonly string[]): Generator<Clue> {
  for (const id of ids) {
    const read = readLaterRound(id)
    if (read !== null) yield { by, wanted: byDelivery(read.deliveryId), round: read.round }
  }
  if (ids.length === 0) return
  yield { by, wanted: { by: 'message', ids }, round: 1 }
  yield { by, wanted: { by: 'seen', ids }, round: null }
}

function readLaterRound(id: string): { deliveryId: DeliveryId; round: number } | null {
  const parts = laterRound.exec(id)
  const deliveryId = parseId('delivery', parts?.[1] ?? '')
  return deliveryId === null ? null : { deliveryId, round: Number(parts?.[2]) }
}

/** The round that the returned message's own Message-ID names, if any. */
function roundOf(keys: MatchingKeys): number | null {
  const later = keys.messageIds.map(readLaterRound).find(read => read !== null)
  return later?.round ?? (keys.messageIds.length > 0 ? 1 : null)
}
