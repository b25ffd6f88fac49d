import { describe, expect, it } from 'vitest'
import { readSendTime, resolveWallTime } from './send-time.ts'

describe('a wall time', () => {
  it.each([
    ['in winter', '2027-01-15T09:30', 'Europe/Amsterdam', '2027-01-15T08:30', false],
    ['in summer', '2027-07-15T09:30', 'Europe/Amsterdam', '2027-07-15T07:30', false],
    ['just before the clocks go forward', '2027-03-28T01:59', 'Europe/Amsterdam', '2027-03-28T00:59', false],
    ['that is skipped', '2027-03-28T02:00', 'Europe/Amsterdam', '2027-03-28T01:00', true],
    ['that is skipped', '2027-03-28T02:59', 'Europe/Amsterdam', '2027-03-28T01:59', true],
    ['just after it', '2027-03-28T03:00', 'Europe/Amsterdam', '2027-03-28T01:00', false],
    ['that comes twice: the first', '2027-10-31T02:30', 'Europe/Amsterdam', '2027-10-31T00:30', false],
    ['after the second', '2027-10-31T03:00', 'Europe/Amsterdam', '2027-10-31T02:00', false],
    ['that is skipped', '2027-03-14T02:30', 'America/New_York', '2027-03-14T07:30', true],
    ['that comes twice: the first', '2027-11-07T01:30', 'America/New_York', '2027-11-07T05:30', false],
    ['that is skipped by half an hour', '2027-10-03T02:15', 'Australia/Lord_Howe', '2027-10-02T15:45', true],
    [
      'that comes twice in half an hour',
      '2027-04-04T01:45',
      'Australia/Lord_Howe',
      '2027-04-03T14:45',
      false,
    ],
    ['at the end of the year', '2026-12-31T23:59', 'America/New_York', '2027-01-01T04:59', false],
    ['at its beginning', '2027-01-01T00:00', 'Australia/Lord_Howe', '2026-12-31T13:00', false],
    ['on the day that only leap years have', '2028-02-29T12:00', 'UTC', '2028-02-29T12:00', false],
    ['far in the east', '2027-06-01T00:30', 'Pacific/Kiritimati', '2027-05-31T10:30', false],
    ['on a day that a zone left out', '2011-12-30T12:00', 'Pacific/Apia', '2011-12-30T22:00', true],
  ])('%s: %s in %s', (_, wall, zone, at, isMoved) => {
    expect(resolveWallTime(wall, zone)).toEqual({ at: new Date(`${at}:00.000Z`), isMoved })
  })

  it.each([
    ['2027-02-29T10:00', 'UTC'],
    ['2027-13-01T10:00', 'UTC'],
    ['2027-01-01T24:00', 'UTC'],
    ['2027-01-01T10:00', 'Mars/Olympus'],
    ['2027-01-01T10:00', '+02:00'],
    ['2027-01-01T10:00', ''],
    ['2027-01-01T10:00', 'Europe/Amsterdam\n'],
  ])('%s in "%s" is none', (wall, zone) => {
    expect(() => resolveWallTime(wall, zone)).toThrow(expect.objectContaining({ code: 'email.zone-unknown' }))
  })
})

describe('the wanted time', () => {
  const now = new Date('2027-01-01T10:00:00Z')

  it('is now where none was given, and not quite the past', () => {
    expect(readSendTime({}, now)).toBeNull()
    expect(readSendTime({ sendAt: new Date('2027-01-01T09:59:30Z') }, now)?.wall).toBeNull()
    expect(() => readSendTime({ sendAt: new Date('2027-01-01T09:58:00Z') }, now)).toThrow('has passed')
    expect(() => readSendTime({ sendAt: new Date('2028-02-01T00:00:00Z') }, now)).toThrow('366 days')
  })

  it('of an instant and a zone keeps what a clock there shows', () => {
    const read = readSendTime({ sendAt: new Date('2027-07-01T12:00:00Z'), zone: 'Asia/Kolkata' }, now)
    expect(read).toMatchObject({ wall: '2027-07-01T17:30', zone: 'Asia/Kolkata', isMoved: false })
  })

  it('needs both halves of a wall time', () => {
    for (const half of [{ wall: '2027-07-01T12:00' }, { zone: 'UTC' }]) {
      expect(() => readSendTime(half, now)).toThrow(expect.objectContaining({ code: 'email.no-time' }))
    }
  })
})
