import { expect, test } from 'vitest'
import { graceHours, nextSwitch, type Switch } from './switch-state.ts'

const at = new Date('2026-01-02T03:04:05Z')
const later = new Date(at.getTime() + graceHours * 3_600_000)
const off: Switch = { state: 'off', until: null }
const on: Switch = { state: 'on', until: null }
const grace: Switch = { state: 'grace', until: later }

test.each([
  ['off and found', off, 'live', at, on, 'on'],
  ['off and missing', off, 'gone', at, off, null],
  ['on and found', on, 'live', at, on, null],
  ['on and missing', on, 'gone', at, grace, 'grace'],
  ['on and silent', on, 'unknown', at, on, null],
  ['grace and found again', grace, 'live', at, on, 'mended'],
  ['grace and still missing', grace, 'gone', at, grace, null],
  ['grace out of time', grace, 'gone', later, off, 'off'],
  ['grace out of time, and silent', grace, 'unknown', later, grace, null],
] as const)('%s', (_what, now, seen, when, next, change) => {
  expect(nextSwitch(now, seen, when)).toEqual({ next, change })
})
