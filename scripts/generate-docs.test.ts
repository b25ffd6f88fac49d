import { expect, test } from 'vitest'
import { blocks, fillMarkers } from './generate-docs.ts'

const known = { colours: () => 'red\ngreen' }

test('what stands between the markers is replaced, the rest stays', () => {
  const text = 'a\n<!-- generated: colours -->\nold\n<!-- end -->\nb\n'
  const filled = fillMarkers(text, known)
  expect(filled).toBe('a\n<!-- generated: colours -->\nred\ngreen\n<!-- end -->\nb\n')
  expect(fillMarkers(filled, known)).toBe(filled)
})

test('a marker that nobody fills is an error', () => {
  expect(() => fillMarkers('<!-- generated: shapes -->\n<!-- end -->', known)).toThrow('shapes')
})

test('the delivery table has a row for each state, with its ways on', () => {
  const rows = blocks['delivery lifecycle']?.() ?? ''
  expect(rows).toMatch(/^\| uncertain \| .*accepted → accepted/m)
  expect(rows).toMatch(/^\| cancelled \| .* \| final \|$/m)
})
