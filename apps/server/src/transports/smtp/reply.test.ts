import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createReplyReader } from './reply.ts'

const read = (...chunks: readonly string[]) => {
  const reader = createReplyReader()
  return chunks.flatMap(chunk => reader.push(chunk))
}

describe('replies', () => {
  test.each([
    ['250 ok\r\n', 250, null, '250 ok'],
    ['250\r\n', 250, null, '250'],
    ['550 5.1.1 no such user\r\n', 550, '5.1.1', '550 5.1.1 no such user'],
    [
      '550-5.7.26 This mail\r\n550-5.7.26 is not\r\n550 5.7.26 signed\r\n',
      550,
      '5.7.26',
      '550-5.7.26 This mail\n550-5.7.26 is not\n550 5.7.26 signed',
    ],
    ['421 4.7.0 bare line feeds\n', 421, '4.7.0', '421 4.7.0 bare line feeds'],
    ['550 5.1.1000 no status\r\n', 550, null, '550 5.1.1000 no status'],
    ['550 Grüße\r\n', 550, null, '550 Grüße'],
  ])('%j is read', (text, code, status, verbatim) => {
    expect(read(text)).toEqual([expect.objectContaining({ code, status, text: verbatim })])
  })

  test('are the same wherever the stream is cut', () => {
    const stream = '220 hi\r\n250-a\r\n250-b c\r\n250 d\r\n550 5.1.1 no\r\n'
    const whole = read(stream)
    expect(whole.map(reply => reply.code)).toEqual([220, 250, 550])
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 8 }), cuts => {
        const at = [0, ...cuts.sort((a, b) => a - b), stream.length]
        expect(read(...at.slice(1).map((end, index) => stream.slice(at[index], end)))).toEqual(whole)
      }),
    )
  })

  test('are kept to 4,000 characters of their words', () => {
    expect(read(`550-${'x'.repeat(9000)}\r\n550 y\r\n`)[0]?.text).toHaveLength(4000)
  })

  test.each(['hello\r\n', '25 ok\r\n', '2500 ok\r\n', '\r\n', '150 early\r\n', '650 odd\r\n', '250~x\r\n'])(
    '%j is none',
    text => {
      expect(() => read(text)).toThrow('Not an SMTP reply')
    },
  )

  test.each([['250-x\r\n'.repeat(10_000)], ['2'.repeat(70_000)]])('without end are refused', text => {
    expect(() => read(text)).toThrow('longer than')
  })
})

test('no bytes of a server make the reader do anything but read or refuse', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 60 }), { maxLength: 6 }), chunks => {
      try {
        for (const reply of read(...chunks)) expect(reply.code).toBeGreaterThanOrEqual(200)
      } catch (error) {
        expect(String(error)).toMatch(/SMTP reply/)
      }
    }),
  )
})
