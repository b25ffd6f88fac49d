import { linkPace, noPace } from '@fairlead/contract'
import { expect, test } from 'vitest'
import { isLimit, mostOf, type PaceField, paceOf, valuesOfPace } from './pace-values.ts'

const pace = { ...noPace, batch: 25, everySeconds: 45, spacingMs: 500, perDayMessages: 2_000, connections: 2 }

test('a pace goes through the form unchanged', () => {
  expect(paceOf(valuesOfPace(pace), pace)).toEqual(pace)
  expect(valuesOfPace(pace)).toMatchObject({ batch: '25', perMinute: '' })
})

test('an emptied field is no limit; what is not shown stays', () => {
  const emptied = { ...valuesOfPace(pace), batch: ' ', perDayMessages: '', perMinute: ' 30 ' }
  expect(paceOf(emptied, pace)).toEqual({ ...pace, batch: null, perDayMessages: null, perMinute: 30 })
})

test('what the form lets through the API takes, and not one more', () => {
  for (const [field, most] of Object.entries(mostOf) as [PaceField, number][]) {
    expect(isLimit(String(most), field)).toBe(true)
    expect(isLimit(String(most + 1), field)).toBe(false)
    expect(linkPace.safeParse({ ...pace, [field]: most }).success).toBe(true)
    expect(linkPace.safeParse({ ...pace, [field]: most + 1 }).success).toBe(false)
  }
  for (const text of ['0', '-1', '2.5', '1e3', 'many']) expect(isLimit(text, 'batch')).toBe(false)
  expect(isLimit('', 'batch')).toBe(true)
  expect(isLimit('', 'everySeconds')).toBe(false)
})
