import { z } from 'zod'
import type { DeliveryId } from '../../platform/ids.ts'
import type {
  ChannelTraits,
  DeliveryChannel,
  Handoff,
  HandoffResult,
  Receipt,
  SendOutcome,
  TriedHandoff,
} from '../channel.ts'

/** What a scripted try does, in order; `mark` and `cut` end up in the outcome as on a real wire. */
export interface Script {
  /** Called with the handoff; the answer is the outcome of all of its deliveries, or of each. Call `mark` where the wire would. */
  send(
    handoff: Handoff,
    mark: () => Promise<void>,
  ): Promise<SendOutcome | ReadonlyMap<DeliveryId, SendOutcome>>
  lane?(address: string): string
  lookUp?(tried: TriedHandoff): Promise<Receipt | 'not-sent' | 'cannot-tell'>
}

/** Traits of a link that takes a message whole and is its own lane, as gmail, microsoft and smtp are. */
export const takesWhole: Partial<ChannelTraits> = {
  handsOver: 'per-message',
  returnPath: 'identity',
  bounces: 'mailbox',
  replies: 'mailbox',
}

/**
 * A channel without a wire, for tests of what stands around channels. It remembers what left: a handoff counts as
 * received once its mark was committed and the script went on. Per message it is one lane, else each domain is one.
 */
export function scriptedChannel(
  script: Script,
  traits: Partial<ChannelTraits> = {},
): DeliveryChannel<unknown> & { readonly received: Handoff[] } {
  const received: Handoff[] = []
  const { lookUp } = script
  const laneOf = (to: string) =>
    Promise.resolve({ lane: script.lane?.(to) ?? to.slice(to.lastIndexOf('@') + 1) })
  return {
    kind: 'managed',
    settings: z.unknown(),
    received,
    traits: () => ({
      handsOver: 'per-recipient',
      fromAddress: 'identity',
      sentCopy: 'none',
      bounces: 'return-path',
      replies: 'identity-mailbox',
      returnPath: 'ours',
      maxBytes: 25_000_000,
      connectionsPerLane: 20,
      ...traits,
    }),
    async *check() {
      yield { stage: 'find', state: 'passed' }
    },
    ...(traits.handsOver === 'per-message' ? {} : { lane: laneOf }),
    ...(lookUp === undefined ? {} : { lookUp: tried => lookUp(tried) }),
    async send(handoff, _link, mark): Promise<HandoffResult> {
      const outcome = await script.send(handoff, async () => {
        await mark()
        received.push(handoff)
      })
      const outcomes =
        'is' in outcome
          ? new Map(handoff.deliveries.map(delivery => [delivery.id, outcome] as const))
          : outcome
      return { outcomes, wire: { host: 'mx.example' } }
    },
  }
}
