import { z } from 'zod'
import type { DeliveryChannel, Handoff, HandoffResult, SendOutcome } from '../channel.ts'

/** What a scripted try does, in order; `mark` and `cut` end up in the outcome as on a real wire. */
export interface Script {
  /** Called with the handoff; the answer is the outcome of each of its deliveries. Call `mark` where the wire would. */
  send(handoff: Handoff, mark: () => Promise<void>): Promise<SendOutcome>
  lane?(address: string): string
}

/**
 * A channel without a wire, for tests of what stands around channels. It remembers what left: a handoff counts as
 * received once its mark was committed and the script went on.
 */
export function scriptedChannel(script: Script): DeliveryChannel<unknown> & { readonly received: Handoff[] } {
  const received: Handoff[] = []
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
    }),
    async *check() {
      yield { stage: 'find', state: 'passed' }
    },
    lane: to => Promise.resolve({ lane: script.lane?.(to) ?? to.slice(to.lastIndexOf('@') + 1) }),
    async send(handoff, _link, mark): Promise<HandoffResult> {
      const outcome = await script.send(handoff, async () => {
        await mark()
        received.push(handoff)
      })
      return {
        outcomes: new Map(handoff.deliveries.map(delivery => [delivery.id, outcome])),
        wire: { host: 'mx.example' },
      }
    },
  }
}
