import { type QueryExecutorProvider, sql } from 'kysely'
import { type PlainEvent, recordEvents } from '../events/record-events.ts'
import { transitionDeliveries } from '../events/transition-deliveries.ts'
import { newId, showId } from '../platform/ids.ts'
import { lockDeliveries } from './find-deliveries.ts'
import type { Match } from './match-notice.ts'
import type { ParsedNotice } from './parse-notice.ts'
import type { UnreadNotice } from './unread-notice.ts'

type Kind = 'reply' | 'auto-reply' | 'challenge'

const eventKinds: Readonly<Record<Kind, PlainEvent['kind']>> = {
  reply: 'replied',
  'auto-reply': 'autoReplied',
  challenge: 'challenged',
}

/**
 * Files what a person or their mailbox answered in the thread of the email, with an event. False: it is no answer
 * (a mail without sender that no reader knew, or mail to postmaster@), so that an admin must look at it.
 */
export async function recordInboundMessage(
  tx: QueryExecutorProvider,
  reading: { notice: UnreadNotice; parsed: ParsedNotice; match: Match },
): Promise<boolean> {
  const { notice, parsed, match } = reading
  const kind = kindOf(reading)
  const [delivery] = match.deliveries
  // The bytes lie in the notice's workspace; mail to our own roles belongs to the platform.
  if (kind === null || delivery === undefined || delivery.workspaceId !== notice.workspaceId) return false
  if (await isFiled(tx, notice, delivery)) return true
  const { head } = parsed
  const id = newId('inbound')
  await sql`
    insert into fairlead.inbound_message
      (workspace_id, id, notice_id, thread_id, kind, from_name, from_address, subject, rfc_message_id, sha256, received_at)
    values (${delivery.workspaceId}, ${id}, ${notice.id}, ${delivery.threadId}, ${kind}, ${head.fromName},
            ${head.fromAddress || notice.envelopeFrom}, ${head.subject}, ${head.messageId || null}, ${notice.sha256},
            ${notice.receivedAt})`.execute(tx)
  await recordEvents(tx, [
    {
      workspaceId: delivery.workspaceId,
      emailId: delivery.emailId,
      ...(match.deliveries.length === 1 ? { deliveryId: delivery.id, linkId: delivery.linkId } : {}),
      kind: eventKinds[kind],
      occurredAt: notice.receivedAt,
      source: 'inbound',
      data: {
        noticeId: notice.id,
        inboundId: showId('inbound', id),
        matchedBy: match.by,
        from: head.fromAddress || notice.envelopeFrom,
        ...(match.round === null ? {} : { round: match.round }),
      },
    },
  ])
  await settle(tx, { notice, match, from: head.fromAddress })
  return true
}

/** Two delivery channels may see one mailbox: the same mail is filed once. */
async function isFiled(
  tx: QueryExecutorProvider,
  { workspaceId, sha256 }: UnreadNotice,
  delivery: Match['deliveries'][number],
): Promise<boolean> {
  await lockDeliveries(tx, [delivery])
  const found = await sql`
    select from fairlead.inbound_message
    where workspace_id = ${workspaceId} and sha256 = ${sha256} and thread_id = ${delivery.threadId} limit 1`.execute(
    tx,
  )
  return found.rows.length > 0
}

/** Who answers has received: an uncertain delivery needs no look any more (spec 6.3). */
async function settle(
  tx: QueryExecutorProvider,
  answer: { notice: UnreadNotice; match: Match; from: string },
): Promise<void> {
  const { match } = answer
  const own = match.deliveries.find(one => one.address.toLowerCase() === answer.from.toLowerCase())
  const about = match.isExact ? match.deliveries[0] : own
  if (about === undefined) return
  const [delivery] = await lockDeliveries(tx, [about])
  if (delivery?.state !== 'uncertain') return
  await transitionDeliveries(tx, [
    {
      workspaceId: delivery.workspaceId,
      deliveryId: delivery.id,
      event: 'delivered',
      ...(match.round === null ? {} : { round: match.round }),
      source: 'inbound',
      occurredAt: answer.notice.receivedAt,
      facts: { noticeId: answer.notice.id, matchedBy: match.by, because: 'answered' },
    },
  ])
}

/** A mail that no reader knew is a person's, unless it came without a sender, as notices do (RFC 5321 §4.5.5). */
function kindOf({ notice, parsed }: { notice: UnreadNotice; parsed: ParsedNotice }): Kind | null {
  const { kind, keys } = parsed.report
  if (kind === 'auto-reply' || kind === 'challenge') return kind
  if (kind !== 'other') return null
  return notice.envelopeFrom !== '' || keys.inReplyTo.length > 0 ? 'reply' : null
}
