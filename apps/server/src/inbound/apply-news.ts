import { reasons } from '@fairlead/bounce'
import { type QueryExecutorProvider, sql } from 'kysely'
import { type DeliveryEvent, nextState } from '../events/lifecycle.ts'
import { type PlainEvent, recordEvents } from '../events/record-events.ts'
import { transitionDeliveries } from '../events/transition-deliveries.ts'
import { suppressAddress } from '../people/suppress-address.ts'
import type { DeliveryId, HandoffId, NoticeId } from '../platform/ids.ts'
import { type FoundDelivery, lockDeliveries } from './find-deliveries.ts'
import type { MatchedBy } from './match-notice.ts'
import type { News } from './place-news.ts'

/** Where the news comes from. */
export interface NewsSource {
  readonly noticeId: NoticeId
  readonly receivedAt: Date
  readonly by: MatchedBy
}

const source = 'inbound'
/** An address that did not exist is believed for this long. */
const bounceSuppressedDays = 90

/**
 * Applies what a notice says, all of it or nothing: `waitsFor` names a delivery that has not heard its own answer
 * yet (its state has no edge for the news, but will). News of an older round, or that changes nothing, is recorded
 * as an event and moves no state.
 */
export async function applyNews(
  tx: QueryExecutorProvider,
  from: NewsSource,
  news: readonly News[],
): Promise<{ waitsFor: DeliveryId | null }> {
  const locked = await lockDeliveries(
    tx,
    news.map(one => one.delivery),
  )
  const now = new Map(locked.map(delivery => [delivery.id, delivery]))
  const fresh = news.flatMap(one => {
    const delivery = now.get(one.delivery.id)
    return delivery === undefined ? [] : [{ ...one, delivery }]
  })
  const early = fresh.find(mustWait)
  if (early !== undefined) return { waitsFor: early.delivery.id }
  const moving = fresh.filter(one => isCurrent(one) && edgeOf(one) !== null)
  const still = fresh.filter(one => !moving.includes(one))
  await transitionDeliveries(
    tx,
    moving.flatMap(one => changeOf(one, from)),
  )
  await recordEvents(tx, await Promise.all(still.map(one => plainEventOf(tx, one, from))))
  for (const one of fresh.toSorted((a, b) => (a.delivery.address < b.delivery.address ? -1 : 1)))
    await suppress(tx, one, from)
  return { waitsFor: null }
}

/** `relayed` and `expanded` (RFC 3464 §2.3.3) are the last that will be heard of a mail that went well. */
function eventOf({ finding }: News): DeliveryEvent | null {
  switch (finding.action) {
    case 'failed':
      return 'bounced'
    case 'delivered':
    case 'relayed':
    case 'expanded':
      return 'delivered'
    case 'complained':
      return 'complained'
    case 'delayed':
      return null
  }
}

function edgeOf(news: News): DeliveryEvent | null {
  const event = eventOf(news)
  return event !== null && nextState(news.delivery.state, event) !== null ? event : null
}

const isCurrent = ({ round, delivery }: News): boolean => round === null || round === delivery.round

const underWay: ReadonlySet<FoundDelivery['state']> = new Set(['queued', 'claimed', 'sending'])

function mustWait(news: News): boolean {
  return (
    isCurrent(news) && eventOf(news) !== null && edgeOf(news) === null && underWay.has(news.delivery.state)
  )
}

function changeOf(news: News, from: NewsSource) {
  const event = edgeOf(news)
  if (event === null) return []
  const { workspaceId, id: deliveryId } = news.delivery
  return [
    {
      workspaceId,
      deliveryId,
      event,
      source,
      occurredAt: from.receivedAt,
      facts: factsOf(news, from),
      ...(event === 'bounced' ? { reason: news.finding.reason } : {}),
    },
  ]
}

function factsOf(news: News, from: NewsSource): Record<string, unknown> {
  const { finding } = news
  return {
    noticeId: from.noticeId,
    matchedBy: from.by,
    action: finding.action,
    ...(finding.remoteMta === null ? {} : { host: finding.remoteMta }),
    ...(finding.reportingMta === null ? {} : { reportingHost: finding.reportingMta }),
    recipients: news.findings.map(one => ({
      action: one.action,
      final: one.finalAddress,
      original: one.originalAddress,
      status: one.status,
    })),
  }
}

async function plainEventOf(tx: QueryExecutorProvider, news: News, from: NewsSource): Promise<PlainEvent> {
  const { delivery, finding } = news
  const event = eventOf(news)
  const isDelay = event === null
  const handoffId = await handoffOf(tx, news)
  return {
    workspaceId: delivery.workspaceId,
    emailId: delivery.emailId,
    deliveryId: delivery.id,
    linkId: delivery.linkId,
    ...(handoffId === null ? {} : { handoffId }),
    kind: isDelay ? 'delayed' : 'lateNews',
    occurredAt: from.receivedAt,
    source,
    data: {
      state: delivery.state,
      round: news.round ?? delivery.round,
      ...(isDelay ? {} : { news: event, why: isCurrent(news) ? 'no-edge' : 'older-round' }),
      ...(finding.action === 'delayed' || finding.action === 'failed' ? { reason: finding.reason } : {}),
      ...factsOf(news, from),
    },
  }
}

/** The last try of the round that the news is of. */
async function handoffOf(tx: QueryExecutorProvider, news: News): Promise<HandoffId | null> {
  const { delivery } = news
  const found = await sql<{ id: HandoffId }>`
    select handoff_id as id from fairlead.attempt
    where workspace_id = ${delivery.workspaceId} and delivery_id = ${delivery.id}
      and round = ${news.round ?? delivery.round}
    order by number desc limit 1`.execute(tx)
  return found.rows[0]?.id ?? null
}

/**
 * A complaint suppresses its delivery's address for good. A bounce does so for 90 days where the notice itself
 * names that address and the reason condemns the mailbox: never because the sender was blocked, never by guess.
 */
async function suppress(tx: QueryExecutorProvider, news: News, from: NewsSource): Promise<void> {
  const { finding, delivery } = news
  const isComplaint = finding.action === 'complained'
  const condemns =
    finding.action === 'failed' &&
    finding.permanence === 'permanent' &&
    finding.suppress === 'address' &&
    reasons[finding.reason.code].fault === 'recipient'
  const isCertain = from.by !== 'failed-recipient' && (isComplaint || news.namesAddress)
  if (!isCertain || !(isComplaint || condemns)) return
  await suppressAddress(tx, {
    workspaceId: delivery.workspaceId,
    address: delivery.address,
    reason: finding.reason,
    proof: { noticeId: from.noticeId, verbatim: finding.diagnostic },
    author: isComplaint ? 'feedback' : 'bounce',
    expiresInDays: isComplaint ? null : bounceSuppressedDays,
  })
}
