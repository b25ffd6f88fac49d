import { type LinkPace, noPace } from '@fairlead/contract'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PaceClock, type PaceState } from './pace-clock.ts'

const start = Date.UTC(2026, 0, 5, 9)
const one = { recipients: 1, external: 1 }
const clockOf = (pace: Partial<LinkPace>, state: Partial<PaceState> = {}) =>
  new PaceClock(
    {
      pace: { ...noPace, ...pace },
      factor: 1,
      restUntilMs: null,
      restsForQuota: false,
      recent: [],
      used: [],
      ...state,
    },
    start,
  )

/** Takes `count` slots from now on; their seconds, and what the last one waited for. */
function take(clock: PaceClock, count: number, handOver = one) {
  const slots = Array.from({ length: count }, () => {
    const slot = clock.next(start, handOver)
    clock.take(slot, handOver)
    return slot
  })
  return { seconds: slots.map(slot => (slot.atMs - start) / 1_000), limit: slots.at(-1)?.limit }
}

describe('when a link may hand over next', () => {
  test('without limits: at once, always', () => {
    expect(take(clockOf({}), 3)).toEqual({ seconds: [0, 0, 0], limit: 'turn' })
  })

  test('a batch, then the next one', () => {
    expect(take(clockOf({ batch: 2, everySeconds: 45 }), 5)).toEqual({
      seconds: [0, 0, 45, 45, 90],
      limit: 'batch',
    })
  })

  test('spaced within the batch, and the window slides with it', () => {
    const pace = { batch: 3, everySeconds: 10, spacingMs: 500 }
    expect(take(clockOf(pace), 7).seconds).toEqual([0, 0.5, 1, 10, 10.5, 11, 20])
  })

  test('per minute', () => {
    expect(take(clockOf({ perMinute: 2 }), 5)).toEqual({ seconds: [0, 0, 60, 60, 120], limit: 'minute' })
  })

  test('what a restarted or another worker gave out counts', () => {
    const clock = clockOf({ batch: 3, everySeconds: 45 }, { recent: [start - 10_000, start - 10_000] })
    expect(take(clock, 3).seconds).toEqual([0, 35, 35])
  })

  test('slots of a clock that was set back are forgotten', () => {
    expect(take(clockOf({ batch: 1, everySeconds: 60 }, { recent: [start + 3_600_000] }), 1).seconds).toEqual(
      [0],
    )
  })

  test('learned slow-down stretches everything, and spaces where nothing was spaced', () => {
    expect(take(clockOf({ batch: 1, everySeconds: 10 }, { factor: 2 }), 2)).toEqual({
      seconds: [0, 20],
      limit: 'slowed',
    })
    expect(take(clockOf({}, { factor: 4 }), 2)).toEqual({ seconds: [0, 0.8], limit: 'slowed' })
  })

  test('a rest that the far side asked for; its quota is the day', () => {
    expect(take(clockOf({}, { restUntilMs: start + 30_000 }), 1)).toEqual({ seconds: [30], limit: 'slowed' })
    const quota = { restUntilMs: start + 30_000, restsForQuota: true }
    expect(take(clockOf({}, quota), 1)).toEqual({ seconds: [30], limit: 'day' })
  })

  test.each([
    ['messages', { perDayMessages: 10 }],
    ['recipients', { perDayRecipients: 30 }],
    ['external recipients', { perDayExternalRecipients: 20 }],
  ])('the day by %s opens when its oldest part is a day past', (_, pace) => {
    const used = [
      { atMs: start - 3_600_000, messages: 4, recipients: 12, external: 8 },
      { atMs: start - 1_800_000, messages: 6, recipients: 18, external: 12 },
    ]
    const clock = clockOf(pace, { used })
    const handOver = { recipients: 3, external: 2 }
    const { seconds, limit } = take(clock, 5, handOver)
    expect(limit).toBe('day')
    const first = 86_400 - 3_600 + 300
    expect(seconds).toEqual([first, first, first, first, 86_400 - 1_800 + 300])
  })

  test('a message with more recipients than a whole day allows goes when the day is empty', () => {
    const clock = clockOf({ perDayRecipients: 10 })
    expect(take(clock, 2, { recipients: 50, external: 0 }).seconds).toEqual([0, 86_400 + 300])
  })

  test('no window ever holds more than its limit, whatever came before', () => {
    const paces = fc.record({
      batch: fc.option(fc.integer({ min: 1, max: 20 })),
      everySeconds: fc.integer({ min: 1, max: 120 }),
      spacingMs: fc.integer({ min: 0, max: 2_000 }),
      perMinute: fc.option(fc.integer({ min: 1, max: 60 })),
    })
    fc.assert(
      fc.property(paces, fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 80 }), (pace, pauses) => {
        let nowMs = start
        let clock = clockOf(pace)
        const slots: number[] = []
        for (const pause of pauses) {
          nowMs += pause
          const slot = clock.next(nowMs, one)
          clock.take(slot, one)
          slots.push(slot.atMs)
          nowMs = slot.atMs
          clock = new PaceClock(
            {
              ...{ factor: 1, restUntilMs: null, restsForQuota: false, used: [] },
              pace: { ...noPace, ...pace },
              recent: slots.slice(-60),
            },
            nowMs,
          )
        }
        const holds = (most: number | null, ms: number) =>
          most === null || slots.every((at, n) => n < most || at - (slots[n - most] ?? 0) >= ms)
        return (
          holds(pace.batch, pace.everySeconds * 1_000) &&
          holds(pace.perMinute, 60_000) &&
          holds(1, pace.spacingMs)
        )
      }),
    )
  })
})
