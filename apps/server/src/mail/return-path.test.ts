import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DeliveryId } from '../platform/ids.ts'
import { newId } from '../platform/ids.ts'
import { domainOf, localPartOf } from './address.ts'
import { makeReturnPath, readReturnPath } from './return-path.ts'

const key = { id: 7, secret: randomBytes(32) }
const host = 'r.mail.example.com'
const token = (deliveryId: DeliveryId, round = 1) =>
  localPartOf(makeReturnPath({ key, deliveryId, round, host }))

describe('a return path', () => {
  test('holds delivery and round in 47 characters', () => {
    const deliveryId = newId('delivery')
    const address = makeReturnPath({ key, deliveryId, round: 3, host })
    expect(localPartOf(address)).toHaveLength(47)
    expect(localPartOf(address)).toMatch(/^b-[a-z2-7]{45}$/)
    expect(domainOf(address)).toBe(host)
    expect(readReturnPath(localPartOf(address), [key])).toEqual({ deliveryId, round: 3 })
  })

  test('is read in upper case and mixed case', () => {
    const deliveryId = newId('delivery')
    const text = token(deliveryId)
    expect(readReturnPath(text.toUpperCase(), [key])).toEqual({ deliveryId, round: 1 })
    expect(readReturnPath(`B${text.slice(1)}`, [key])).toEqual({ deliveryId, round: 1 })
  })

  test('with any one letter changed is nobody’s', () => {
    const text = token(newId('delivery'))
    for (let at = 2; at < text.length; at++) {
      for (const letter of 'abcdefghijklmnopqrstuvwxyz234567') {
        if (text[at] === letter) continue
        expect(readReturnPath(text.slice(0, at) + letter + text.slice(at + 1), [key])).toBeNull()
      }
    }
  })

  test.each([
    '',
    'b-',
    'b',
    'postmaster',
    'b-aaaa',
    `b-${'a'.repeat(44)}`,
    `b-${'a'.repeat(46)}`,
    `b-${'1'.repeat(45)}`,
  ])('%j is no token', text => expect(readReturnPath(text, [key])).toBeNull())

  test('letters that only look like ours are not ours', () => {
    const deliveryId = newId('delivery')
    let text = token(deliveryId)
    while (!text.includes('k')) text = token(newId('delivery'))
    expect(readReturnPath(text.replace('k', '\u212a'), [key])).toBeNull()
    expect(readReturnPath(`${text}\n`, [key])).toBeNull()
  })

  test('of another secret, an unknown or an expired key is refused; an old key verifies until it expires', () => {
    const deliveryId = newId('delivery')
    const text = token(deliveryId)
    const expiresAt = new Date('2026-01-31T00:00:00Z')
    expect(readReturnPath(text, [{ id: 7, secret: randomBytes(32) }])).toBeNull()
    expect(readReturnPath(text, [{ id: 8, secret: key.secret }])).toBeNull()
    expect(readReturnPath(text, [])).toBeNull()
    const old = { ...key, expiresAt }
    expect(readReturnPath(text, [old], new Date('2026-01-30T23:59:59Z'))).toEqual({ deliveryId, round: 1 })
    expect(readReturnPath(text, [old], expiresAt)).toBeNull()
  })

  test('survives every id, key id and round', () => {
    fc.assert(
      fc.property(
        fc.uuid({ version: 7 }),
        fc.integer({ min: 0, max: 255 }),
        fc.integer({ min: 1, max: 255 }),
        (uuid, id, round) => {
          const deliveryId = uuid as DeliveryId
          const made = makeReturnPath({ key: { ...key, id }, deliveryId, round, host })
          expect(readReturnPath(localPartOf(made), [{ ...key, id }])).toEqual({ deliveryId, round })
        },
      ),
    )
  })

  test.each([
    { round: 0 },
    { round: 256 },
    { round: 1.5 },
    { key: { ...key, id: 256 } },
    { host: 'not a host' },
    { deliveryId: 'x' as DeliveryId },
  ])('is not made from %o', wrong => {
    expect(() => makeReturnPath({ key, deliveryId: newId('delivery'), round: 1, host, ...wrong })).toThrow()
  })
})
