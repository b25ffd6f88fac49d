import type { Reason } from '@fairlead/bounce'
import { type ChannelKind, type DeliveryState, reasonSentence, stateSentences } from '@fairlead/contract'

/** Who took the mail, in the rep's words, where it was not the recipient's own server. */
const takers: Readonly<Record<ChannelKind, string>> = {
  managed: 'the next server',
  gmail: 'Gmail',
  microsoft: 'Microsoft 365',
  smtp: 'the SMTP server',
}

export interface Described {
  readonly state: DeliveryState
  readonly reason: Reason | null
  readonly address: string
  readonly channel: ChannelKind
}

/** Where a delivery stands and why, in one English line. */
export function describeDelivery({ state, reason, address, channel }: Described): string {
  const is = state === 'accepted' ? `Accepted by ${takers[channel]}` : stateSentences[state].is
  if (reason === null || state === 'delivered' || state === 'accepted') return `${is}.`
  return `${is}: ${reasonSentence(reason.code, { recipient: address, ...reason.params })}`
}

/** What happens next. `dueAt`: the next try of a waiting delivery. */
export function describeNext(state: DeliveryState, dueAt: Date | null): string {
  if (state !== 'queued') return stateSentences[state].next
  if (dueAt === null || dueAt.getTime() <= Date.now())
    return 'Fairlead sends it by itself, as soon as its turn comes.'
  return `Fairlead sends it by itself, not before ${dueAt.toISOString().slice(0, 19).replace('T', ' ')} UTC.`
}
