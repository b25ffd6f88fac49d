import { expect, test } from 'vitest'
import { laneRestMs, liveBackOff, nextTryInMs } from './back-off.ts'
import { shareOf } from './worker-lease.ts'

const wait = (tries: number, hintMs = 0) => nextTryInMs(liveBackOff, { tries, hintMs, random: 0.5 })

test('waits grow and stay below the most', () => {
  const waits = Array.from({ length: 40 }, (_, at) => wait(at + 1))
  expect(waits[0]).toBe(60_000)
  expect(waits).toEqual([...waits].sort((a, b) => a - b))
  expect(waits.at(-1)).toBe(liveBackOff.mostMs)
})

test("the server's hint is honoured, but not for longer than the most", () => {
  expect(wait(1, 300_000)).toBe(300_000)
  expect(wait(1, 30 * 86_400_000)).toBe(liveBackOff.mostMs)
  expect(wait(3, 1_000)).toBe(wait(3))
})

test('about two dozen tries fit into four days', () => {
  let atMs = 0
  let tries = 0
  while (atMs < liveBackOff.giveUpMs) atMs += wait(++tries)
  expect(tries).toBeGreaterThan(20)
  expect(tries).toBeLessThan(40)
})

test('a lane rests longer each time, at most half an hour', () => {
  expect(laneRestMs(liveBackOff, 1)).toBe(30_000)
  expect(laneRestMs(liveBackOff, 2)).toBe(60_000)
  expect(laneRestMs(liveBackOff, 50)).toBe(1_800_000)
})

test('shares of a lane add up to the whole', () => {
  for (const workers of [1, 2, 3, 7, 30]) {
    const shares = Array.from({ length: workers }, (_, rank) => shareOf(20, { rank, workers }))
    expect(shares.reduce((sum, share) => sum + share, 0)).toBe(20)
    expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1)
  }
})
