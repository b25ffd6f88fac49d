import type { Reason } from '@fairlead/bounce'
import { smtpLinkSettings } from '@fairlead/contract'
import type {
  AttendEnd,
  ChannelLink,
  ChannelTraits,
  CheckStage,
  CheckWishes,
  DeliveryChannel,
  Handoff,
  Observed,
  Renewed,
  SendOutcome,
} from '../channel.ts'

/** What a channel that people connect does in a test, step by step. */
export interface LinkScript {
  readonly traits?: Partial<ChannelTraits>
  check?(link: ChannelLink<unknown>, wishes: CheckWishes, signal: AbortSignal): AsyncIterable<CheckStage>
  /** The outcome of all deliveries of the handoff; call `mark` where the wire would. */
  send?(handoff: Handoff, link: ChannelLink<unknown>, mark: () => Promise<void>): Promise<SendOutcome>
  renew?(secret: string): Promise<Renewed<unknown>>
  observe?(link: ChannelLink<unknown>, cursor: string | null): Promise<Observed | { readonly failed: Reason }>
  attend?(link: ChannelLink<unknown>, tell: () => void, signal: AbortSignal): Promise<AttendEnd>
}

/** A channel of kind smtp without a wire, for tests of links, their secrets and their mailboxes. */
export function scriptedLinkChannel(script: LinkScript = {}): DeliveryChannel<unknown> {
  const { renew, observe, attend } = script
  return {
    kind: 'smtp',
    settings: smtpLinkSettings,
    traits: () => ({
      handsOver: 'per-message',
      fromAddress: 'identity',
      sentCopy: 'none',
      bounces: 'mailbox',
      replies: 'mailbox',
      returnPath: 'identity',
      maxBytes: 1_000_000,
      connectionsPerLane: 5,
      ...script.traits,
    }),
    async *check(link, signal, wishes = {}) {
      if (script.check !== undefined) yield* script.check(link, wishes, signal)
      else yield { stage: 'find', state: 'passed' }
    },
    async send(handoff, link, mark) {
      const outcome: SendOutcome = (await script.send?.(handoff, link, mark)) ?? {
        is: 'deferred',
        reason: { code: 'transport.network' },
      }
      return { outcomes: new Map(handoff.deliveries.map(({ id }) => [id, outcome])) }
    },
    ...(renew === undefined ? {} : { renew: (_settings, secret) => renew(secret) }),
    ...(observe === undefined ? {} : { observe: (link, cursor) => observe(link, cursor) }),
    ...(attend === undefined ? {} : { attend }),
  }
}
