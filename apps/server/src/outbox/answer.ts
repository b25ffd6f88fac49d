import type { Receipt, SendOutcome, WireFacts } from '../channels/channel.ts'
import type { DeliveryId } from '../platform/ids.ts'
import type { ClaimedDelivery } from './claimed-handoff.ts'
import type { HandoffRecord } from './commit-marks.ts'

/** What came of one try. */
export interface Answer {
  readonly handoff: HandoffRecord
  readonly isMarked: boolean
  readonly outcomes: ReadonlyMap<DeliveryId, SendOutcome>
  readonly wire?: WireFacts
  readonly receipt?: Receipt
  readonly lane: string
  /** Was the lane resting or on trial when this began? Then a success lets it go. */
  readonly wasLaneTried: boolean
}

export interface Verdict {
  readonly answer: Answer
  readonly delivery: ClaimedDelivery
  readonly outcome: SendOutcome
  /** In 0..1, one for all of a handoff: what was deferred together comes due together. */
  readonly random: number
}
