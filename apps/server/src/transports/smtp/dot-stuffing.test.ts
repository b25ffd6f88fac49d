import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createDotStuffer } from './dot-stuffing.ts'

const stuff = (chunks: readonly string[]) => {
  const stuffer = createDotStuffer()
  return chunks.map(chunk => stuffer.push(chunk)).join('') + stuffer.end()
}

test.each([
  [[], '.\r\n'],
  [[''], '.\r\n'],
  [['a'], 'a\r\n.\r\n'],
  [['a\r\n'], 'a\r\n.\r\n'],
  [['.'], '..\r\n.\r\n'],
  [['.\r\n.\r\n..\r\n'], '..\r\n..\r\n...\r\n.\r\n'],
  [['a\r', '\n.b'], 'a\r\n..b\r\n.\r\n'],
  [['a\r\n', '.b'], 'a\r\n..b\r\n.\r\n'],
  [['a', '\r', '\n', '.', '.'], 'a\r\n...\r\n.\r\n'],
])('%j', (chunks, wire) => expect(stuff(chunks)).toBe(wire))

test('is the same wherever the text is cut, and can be undone', () => {
  const text = fc.string({ unit: fc.constantFrom('.', 'a', '\r\n'), maxLength: 40 })
  fc.assert(
    fc.property(text, fc.array(fc.nat(80), { maxLength: 6 }), (body, cuts) => {
      const at = [0, ...cuts.map(cut => Math.min(cut, body.length)).sort((a, b) => a - b), body.length]
      const chunks = at.slice(1).map((end, index) => body.slice(at[index], end))
      const wire = stuff(chunks)
      expect(wire).toBe(stuff([body]))
      expect(wire.indexOf('\r\n.\r\n')).toBe(wire === '.\r\n' ? -1 : wire.length - 5)
      const undone = wire.slice(0, -3).replace(/(^|\r\n)\./g, '$1')
      expect(undone).toBe(body === '' || body.endsWith('\r\n') ? body : `${body}\r\n`)
    }),
  )
})
