/** How long a deferred delivery, or a lane that asked for a pause, waits. All in milliseconds. */
export interface BackOff {
  /** Before the second try. */
  readonly firstMs: number
  /** Never longer than this between two tries. */
  readonly mostMs: number
  /** A round ends this long after its beginning. */
  readonly giveUpMs: number
}

/** RFC 5321 §4.5.4.1 asks for 4 to 5 days in all; the first tries come sooner than its 30 minutes because greylisting lets go after a few. */
export const liveBackOff: BackOff = { firstMs: 60_000, mostMs: 4 * 3_600_000, giveUpMs: 4 * 86_400_000 }

/** The sandbox's internet lets go after a second or two, and people watch. */
export const sandboxBackOff: BackOff = { firstMs: 3_000, mostMs: 600_000, giveUpMs: 4 * 86_400_000 }

const growth = 2.5

/**
 * The wait before the next try. `tries` counts those made in this round (at least 1); `hintMs` is what the server
 * asked for; `random` lies in 0..1. Jitter takes or adds up to a tenth, never below the hint.
 */
export function nextTryInMs(
  backOff: BackOff,
  state: { tries: number; hintMs: number; random: number },
): number {
  const exponent = Math.min(Math.max(state.tries, 1) - 1, 30)
  const planned = Math.min(backOff.firstMs * growth ** exponent, backOff.mostMs)
  const jittered = planned * (0.9 + 0.2 * state.random)
  return Math.round(Math.max(jittered, Math.min(state.hintMs, backOff.mostMs)))
}

/** How long a lane rests after its `step`-th request to slow down in a row (1 = the first). */
export function laneRestMs(backOff: BackOff, step: number): number {
  return Math.min((backOff.firstMs / 2) * 2 ** Math.min(Math.max(step, 1) - 1, 20), 1_800_000)
}
