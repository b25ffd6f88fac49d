import type { Reason } from '@fairlead/bounce'
import type {
  ChannelLink,
  ChannelTraits,
  DeliveryChannel,
  Handoff,
  HandoffResult,
  LaneAnswer,
  Receipt,
  SendOutcome,
} from '../channels/channel.ts'
import { SecretUnavailableError } from '../links/secret-unavailable.ts'
import type { Address, DkimKey, OutgoingMessage } from '../mail/message.ts'
import { failpoint } from '../platform/failpoint.ts'
import type { DeliveryId, HandoffId } from '../platform/ids.ts'
import type { Answer } from './answer.ts'
import type { ClaimedHandoff } from './claimed-handoff.ts'
import type { HandoffRecord } from './commit-marks.ts'
import type { Lanes, LaneTicket } from './lanes.ts'
import type { LoadedMessage } from './load-messages.ts'
import type { KnownReceipts } from './load-receipts.ts'

/** Envelope facts that are the platform's or the domain's, not the message's. */
export interface Envelope {
  /** MAIL FROM of one delivery and round, at the host that takes back mail of the message's sender. */
  returnPath(delivery: { id: DeliveryId; round: number }, message: LoadedMessage): Address | Promise<Address>
  /** Keys to sign with, for mail from the message's sender. */
  dkimFor(message: LoadedMessage): readonly DkimKey[] | Promise<readonly DkimKey[]>
  /** Message-ID of a later round, without angle brackets. */
  messageIdFor(message: LoadedMessage, delivery: { id: DeliveryId; messageIdRound: number }): string
}

/** What a try needs of the outbox around it. */
export interface HandoffParts {
  readonly lanes: Lanes
  readonly envelope: Envelope
  /** This worker's part of a lane that takes `most` connections in all. */
  shareOf(most: number): number
  /** Commits the mark; false where one of the deliveries is no longer ours. */
  commitMark(record: HandoffRecord): Promise<boolean>
  /** Commits what the far side holds before the mark. */
  keepReceipt(record: HandoffRecord, receipt: Receipt): Promise<void>
  outgoing(message: LoadedMessage, messageId: string): Promise<OutgoingMessage>
  onBug(error: unknown, handoff: HandoffId): void
}

export interface Try {
  readonly claimed: ClaimedHandoff
  readonly traits: ChannelTraits
  readonly message: LoadedMessage
  readonly receipts: KnownReceipts
  readonly channel: DeliveryChannel<unknown>
  readonly link: ChannelLink<unknown>
}

export type TryResult =
  | { readonly is: 'answered'; readonly answer: Answer }
  | { readonly is: 'returned'; readonly dueInMs: number }

/** One try of one handoff, from the door of its lane to the answer. Never throws. */
export async function handOff(tried: Try, parts: HandoffParts, signal: AbortSignal): Promise<TryResult> {
  let started: HandoffRecord
  try {
    started = await startRecord(tried, parts.envelope)
  } catch (error) {
    // Whose keys and return path: nobody can say now, and mail signed by another would not be what was promised.
    parts.onBug(error, tried.claimed.id)
    return { is: 'returned', dueInMs: 5_000 }
  }
  const place = await placeOf(tried, signal)
  if ('outcome' in place) return { is: 'answered', answer: untriedAnswer(started, place.outcome) }
  const { connectionsPerLane } = tried.traits
  const ticket = await parts.lanes.enter(
    place.lane,
    parts.shareOf(Math.min(connectionsPerLane, tried.claimed.mostConnections ?? connectionsPerLane)),
  )
  if (ticket.is === 'closed') return { is: 'returned', dueInMs: ticket.waitMs }
  try {
    return await sendInLane(tried, { started, lane: place.lane, ticket }, parts, signal)
  } finally {
    ticket.leave()
  }
}

async function startRecord(
  { channel, claimed, traits, message }: Try,
  envelope: Envelope,
): Promise<HandoffRecord> {
  const { way, deliveries, charged } = claimed
  const [first] = deliveries
  return {
    id: claimed.id,
    linkId: way.link.id,
    rfcMessageId: envelope.messageIdFor(message, first),
    envelopeFrom:
      traits.returnPath === 'ours' ? await envelope.returnPath(first, message) : message.fromAddress,
    startedTick: performance.now(),
    deliveries,
    isOneLane: way.isOneLane,
    isAskable: channel.lookUp !== undefined,
    charged,
  }
}

async function placeOf({ channel, claimed, link }: Try, signal: AbortSignal): Promise<LaneAnswer> {
  if (channel.lane === undefined) return { lane: `link:${link.id}` }
  try {
    return await channel.lane(claimed.deliveries[0].address as Address, link, signal)
  } catch (error) {
    return { outcome: { is: 'deferred', reason: bugReason(error) } }
  }
}

function untriedAnswer(handoff: HandoffRecord, outcome: SendOutcome): Answer {
  return {
    handoff,
    isMarked: false,
    outcomes: new Map(handoff.deliveries.map(delivery => [delivery.id, outcome])),
    lane: '',
    wasLaneTried: false,
  }
}

interface Entered {
  readonly started: HandoffRecord
  readonly lane: string
  readonly ticket: LaneTicket & { is: 'entered' }
}

async function sendInLane(
  tried: Try,
  entered: Entered,
  parts: HandoffParts,
  signal: AbortSignal,
): Promise<TryResult> {
  const { started, lane, ticket } = entered
  let mark: 'open' | 'made' | 'lost' = 'open'
  const makeMark = async (): Promise<void> => {
    await failpoint('before-mark')
    const isOurs = await parts.commitMark(started)
    mark = isOurs ? 'made' : 'lost'
    if (!isOurs) throw new LostClaim()
    await failpoint('after-mark')
  }
  const result = await send(tried, { started, lane }, makeMark, parts, signal)
  await failpoint('after-answer')
  // One of its deliveries is no longer ours, so nothing left; the others go on at once in a handoff without it.
  if (markNow() === 'lost') return { is: 'returned', dueInMs: 0 }
  return {
    is: 'answered',
    answer: {
      handoff: started,
      isMarked: markNow() === 'made',
      outcomes: result.outcomes,
      lane,
      wasLaneTried: ticket.wasTried,
      ...(result.wire === undefined ? {} : { wire: result.wire }),
      ...(result.receipt === undefined ? {} : { receipt: result.receipt }),
    },
  }

  function markNow(): typeof mark {
    return mark
  }
}

async function send(
  tried: Try,
  { started, lane }: { started: HandoffRecord; lane: string },
  mark: () => Promise<void>,
  parts: HandoffParts,
  signal: AbortSignal,
): Promise<HandoffResult> {
  const { channel, claimed, link, message, receipts, traits } = tried
  const { leftBehind, thread } = receipts
  try {
    const handoff: Handoff = {
      id: started.id,
      message: await parts.outgoing(message, started.rfcMessageId),
      deliveries: claimed.deliveries.map(({ id, address, kind }) => ({ id, to: address as Address, kind })),
      envelopeFrom: started.envelopeFrom as Address,
      round: claimed.deliveries[0].round,
      dkim: traits.signsDkim === true ? await parts.envelope.dkimFor(message) : [],
      lane,
      ...(leftBehind === undefined ? {} : { leftBehind }),
      ...(thread === undefined ? {} : { thread }),
      keep: async receipt => {
        await parts.keepReceipt(started, receipt)
        await failpoint('after-keep')
      },
    }
    return await channel.send(handoff, link, mark, signal)
  } catch (error) {
    const forAll = (outcome: SendOutcome) => ({
      outcomes: new Map(claimed.deliveries.map(({ id }) => [id, outcome])),
    })
    if (error instanceof SecretUnavailableError) return forAll(error.outcome)
    if (!(error instanceof LostClaim)) parts.onBug(error, started.id)
    // Recorded by the mark: deferred before it, uncertain after it (architecture §2).
    return forAll({ is: 'uncertain', reason: bugReason(error) })
  }
}

/** The mark was refused: somebody cancelled or took over the delivery while the message was on its way. */
class LostClaim extends Error {
  override readonly name = 'LostClaim'
}

function bugReason(error: unknown): Reason {
  return {
    code: 'local.error',
    reply: error instanceof Error ? error.message.slice(0, 500) : 'unknown error',
  }
}
