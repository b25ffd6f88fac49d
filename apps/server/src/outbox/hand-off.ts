import type { Reason } from '@fairlead/bounce'
import type {
  ChannelLink,
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
import { type DeliveryId, type HandoffId, newId } from '../platform/ids.ts'
import type { ClaimedDelivery } from './claim-due-deliveries.ts'
import type { HandoffRecord } from './commit-marks.ts'
import type { Lanes, LaneTicket } from './lanes.ts'
import type { LoadedMessage } from './load-messages.ts'
import type { Answer } from './record-answers.ts'

/** Envelope facts that are the platform's or the domain's, not the message's. */
export interface Envelope {
  /** MAIL FROM of one delivery and round. */
  returnPath(delivery: { id: DeliveryId; round: number }): Address
  /** Keys to sign with, for mail from this address. */
  dkimFor(from: Address): readonly DkimKey[]
  /** Message-ID of a later round, without angle brackets. */
  messageIdFor(message: LoadedMessage, delivery: { id: DeliveryId; messageIdRound: number }): string
}

/** What a try needs of the outbox around it. */
export interface HandoffParts {
  readonly lanes: Lanes
  readonly envelope: Envelope
  /** This worker's part of a lane that takes `most` connections in all. */
  shareOf(most: number): number
  /** Commits the mark; false where the delivery is no longer ours. */
  commitMark(record: HandoffRecord): Promise<boolean>
  /** Commits what the far side holds before the mark. */
  keepReceipt(record: HandoffRecord, receipt: Receipt): Promise<void>
  outgoing(message: LoadedMessage, messageId: string): Promise<OutgoingMessage>
  onBug(error: unknown, handoff: HandoffId): void
}

export interface Try {
  readonly delivery: ClaimedDelivery
  readonly message: LoadedMessage
  readonly channel: DeliveryChannel<unknown>
  readonly link: ChannelLink<unknown>
}

export type TryResult =
  | { readonly is: 'answered'; readonly answer: Answer }
  | { readonly is: 'returned'; readonly dueInMs: number }

/** One try of one delivery, from the door of its lane to the answer. Never throws. */
export async function handOff(tried: Try, parts: HandoffParts, signal: AbortSignal): Promise<TryResult> {
  const started = startRecord(tried, parts.envelope)
  const place = await placeOf(tried, signal)
  if ('outcome' in place) return { is: 'answered', answer: untriedAnswer(started, place.outcome) }
  const ticket = await parts.lanes.enter(
    place.lane,
    parts.shareOf(tried.channel.traits(tried.link.settings).connectionsPerLane),
  )
  if (ticket.is === 'closed') return { is: 'returned', dueInMs: ticket.waitMs }
  try {
    return {
      is: 'answered',
      answer: await sendInLane(tried, { started, lane: place.lane, ticket }, parts, signal),
    }
  } finally {
    ticket.leave()
  }
}

function startRecord(tried: Try, envelope: Envelope): HandoffRecord {
  const { delivery, message } = tried
  return {
    id: newId('handoff'),
    linkId: delivery.linkId,
    rfcMessageId: envelope.messageIdFor(message, delivery),
    envelopeFrom: envelope.returnPath(delivery),
    startedTick: performance.now(),
    deliveries: [delivery],
  }
}

async function placeOf({ channel, delivery, link }: Try, signal: AbortSignal): Promise<LaneAnswer> {
  if (channel.lane === undefined) return { lane: `link:${link.id}` }
  try {
    return await channel.lane(delivery.address as Address, link, signal)
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
): Promise<Answer> {
  const { started, lane, ticket } = entered
  let isMarked = false
  const mark = async (): Promise<void> => {
    await failpoint('before-mark')
    if (!(await parts.commitMark(started))) throw new LostClaim()
    isMarked = true
    await failpoint('after-mark')
  }
  const result = await send(tried, { started, lane }, mark, parts, signal)
  await failpoint('after-answer')
  return {
    handoff: started,
    isMarked,
    outcomes: result.outcomes,
    lane,
    wasLaneTried: ticket.wasTried,
    ...(result.wire === undefined ? {} : { wire: result.wire }),
    ...(result.receipt === undefined ? {} : { receipt: result.receipt }),
  }
}

async function send(
  { channel, delivery, link, message }: Try,
  { started, lane }: { started: HandoffRecord; lane: string },
  mark: () => Promise<void>,
  parts: HandoffParts,
  signal: AbortSignal,
): Promise<HandoffResult> {
  try {
    const handoff: Handoff = {
      id: started.id,
      message: await parts.outgoing(message, started.rfcMessageId),
      deliveries: [{ id: delivery.id, to: delivery.address as Address, kind: delivery.kind }],
      envelopeFrom: started.envelopeFrom as Address,
      round: delivery.round,
      dkim:
        channel.traits(link.settings).signsDkim === true ? parts.envelope.dkimFor(message.fromAddress) : [],
      lane,
      keep: receipt => parts.keepReceipt(started, receipt),
    }
    return await channel.send(handoff, link, mark, signal)
  } catch (error) {
    if (error instanceof SecretUnavailableError) return { outcomes: new Map([[delivery.id, error.outcome]]) }
    if (!(error instanceof LostClaim)) parts.onBug(error, started.id)
    // Recorded by the mark: deferred before it, uncertain after it (architecture §2).
    return { outcomes: new Map([[delivery.id, { is: 'uncertain', reason: bugReason(error) }]]) }
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
