import type { LinkPace } from '@fairlead/contract'

/**
 * When a link may hand over next: the one place that knows. Claiming takes slots from it, the estimate of departures
 * runs it ahead; so what is promised is what happens. Windows slide: any `everySeconds` hold at most `batch`
 * hand-overs, any 60 s at most `perMinute`, any 24 h at most what the day allows. Pure; times are milliseconds of the
 * database's clock.
 */

/** What one hand-over uses of the day. */
export interface HandOver {
  readonly recipients: number
  readonly external: number
}

export interface UsedBucket {
  /** Its beginning. */
  readonly atMs: number
  readonly messages: number
  readonly recipients: number
  readonly external: number
}

export interface PaceState {
  readonly pace: LinkPace
  /** Learned: 1 as set, 2 half as fast. */
  readonly factor: number
  readonly restUntilMs: number | null
  /** The rest is the far side's quota, not its patience. */
  readonly restsForQuota: boolean
  /** When the latest hand-overs were, oldest first. */
  readonly recent: readonly number[]
  /** Of the last 24 hours, oldest first. */
  readonly used: readonly UsedBucket[]
}

/** What a slot waits for; `turn`: for nothing. */
export type PaceLimit = 'turn' | 'batch' | 'minute' | 'day' | 'slowed'

export interface Slot {
  readonly atMs: number
  readonly limit: PaceLimit
}

export const bucketMs = 300_000
const dayMs = 86_400_000
/** A link without a spacing of its own gets this one, times the factor, once it was asked to slow down. */
const learnedSpacingMs = 200
/** No slot is ever given for later than this; what lies beyond comes from a clock that was set back. */
const farthestMs = 60_000

export class PaceClock {
  readonly #state: PaceState
  readonly #slots: number[]
  readonly #day: DayWindow

  constructor(state: PaceState, nowMs: number) {
    this.#state = state
    this.#slots = state.recent.filter(atMs => atMs <= nowMs + farthestMs)
    this.#day = new DayWindow(state)
  }

  /** The first slot for this hand-over, not before `notBeforeMs`. Ask in the order of time. */
  next(notBeforeMs: number, handOver: HandOver): Slot {
    const { pace, factor, restUntilMs, restsForQuota } = this.#state
    const slots = this.#slots
    const paced = (limit: 'batch' | 'minute'): PaceLimit => (factor > 1.05 ? 'slowed' : limit)
    let slot: Slot = { atMs: notBeforeMs, limit: 'turn' }
    const bind = (atMs: number | undefined, limit: PaceLimit): void => {
      if (atMs !== undefined && atMs > slot.atMs) slot = { atMs, limit }
    }
    if (restUntilMs !== null) bind(restUntilMs, restsForQuota ? 'day' : 'slowed')
    bind(after(slots.at(-1), this.#spacingMs()), paced('batch'))
    if (pace.batch !== null)
      bind(after(slots.at(-pace.batch), pace.everySeconds * 1_000 * factor), paced('batch'))
    if (pace.perMinute !== null) bind(after(slots.at(-pace.perMinute), 60_000 * factor), paced('minute'))
    bind(this.#day.opensAt(slot.atMs, handOver), 'day')
    return slot
  }

  take(slot: Slot, handOver: HandOver): void {
    this.#slots.push(slot.atMs)
    this.#day.add(slot.atMs, handOver)
  }

  #spacingMs(): number {
    const { pace, factor } = this.#state
    return factor > 1.05 ? Math.max(pace.spacingMs, learnedSpacingMs) * factor : pace.spacingMs
  }
}

/**
 * The next `count` slots, as if nothing else came; each names what kept it waiting for longest. The clock is used up.
 */
export function runAhead(
  clock: PaceClock,
  from: { nowMs: number; count: number; handOver: HandOver },
): Slot[] {
  const waited = new Map<PaceLimit, number>()
  let beforeMs = from.nowMs
  let longest: PaceLimit = 'turn'
  return Array.from({ length: from.count }, () => {
    const slot = clock.next(from.nowMs, from.handOver)
    clock.take(slot, from.handOver)
    const sum = (waited.get(slot.limit) ?? 0) + slot.atMs - beforeMs
    waited.set(slot.limit, sum)
    beforeMs = slot.atMs
    if (sum > (waited.get(longest) ?? 0)) longest = slot.limit
    return { atMs: slot.atMs, limit: longest }
  })
}

const after = (slot: number | undefined, ms: number): number | undefined =>
  slot === undefined ? undefined : slot + ms

export const bucketOf = (atMs: number): number => Math.floor(atMs / bucketMs) * bucketMs

/** The rolling day in buckets; one counts until its end is a day past, so that the limit is never exceeded. */
class DayWindow {
  readonly #pace: LinkPace
  readonly #buckets: UsedBucket[]
  #oldest = 0
  #sum = { messages: 0, recipients: 0, external: 0 }

  constructor({ pace, used }: PaceState) {
    this.#pace = pace
    this.#buckets = [...used]
    for (const bucket of used) this.#count(bucket, 1)
  }

  opensAt(fromMs: number, handOver: HandOver): number {
    let atMs = fromMs
    for (;;) {
      const oldest = this.#buckets[this.#oldest]
      if (oldest === undefined) return atMs
      const endsMs = oldest.atMs + bucketMs + dayMs
      if (endsMs > atMs) {
        if (this.#hasRoom(handOver)) return atMs
        atMs = endsMs
      }
      this.#count(oldest, -1)
      this.#oldest += 1
    }
  }

  add(atMs: number, handOver: HandOver): void {
    const used = { atMs: bucketOf(atMs), messages: 1, ...handOver }
    const last = this.#buckets.at(-1)
    if (last?.atMs === used.atMs && this.#oldest < this.#buckets.length)
      this.#buckets[this.#buckets.length - 1] = {
        atMs: used.atMs,
        messages: last.messages + 1,
        recipients: last.recipients + used.recipients,
        external: last.external + used.external,
      }
    else this.#buckets.push(used)
    this.#count(used, 1)
  }

  /** A message with more recipients than a whole day allows goes out alone in a day rather than never. */
  #hasRoom({ recipients, external }: HandOver): boolean {
    const fits = (used: number, more: number, most: number | null): boolean =>
      most === null || used + Math.min(more, most) <= most
    return (
      fits(this.#sum.messages, 1, this.#pace.perDayMessages) &&
      fits(this.#sum.recipients, recipients, this.#pace.perDayRecipients) &&
      fits(this.#sum.external, external, this.#pace.perDayExternalRecipients)
    )
  }

  #count(bucket: UsedBucket, sign: 1 | -1): void {
    this.#sum.messages += sign * bucket.messages
    this.#sum.recipients += sign * bucket.recipients
    this.#sum.external += sign * bucket.external
  }
}
