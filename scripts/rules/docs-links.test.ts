import { expect, test } from 'vitest'
import { checkDocsLinks } from './docs-links.ts'

const tree = (text: string) =>
  new Map([
    ['README.md', '# Fair, lead & `co`\n'],
    ['docs/flow.md', text],
    ['docs/adr/0001-x.md', ''],
    ['docs/screens/a.webp', ''],
  ])
const findings = (text: string) => checkDocsLinks(tree(text)).map(({ at, says }) => `${at} ${says}`)

test('files, folders, anchors and the world outside pass', () => {
  const text =
    '# A b\n[1](../README.md) [2](adr/) [3](adr/0001-x.md "title") [4](#a-b) [5](https://example.org/x)'
  expect(findings(text)).toEqual([])
})

test('a picture that is there passes', () => {
  expect(findings('![app](screens/a.webp)')).toEqual([])
  expect(findings('![app](screens/b.webp)')).toEqual(['docs/flow.md:1 screens/b.webp leads nowhere'])
})

test('a link to nowhere is found, with its line', () => {
  expect(findings('one\n[x](adr/0002-y.md)')).toEqual(['docs/flow.md:2 adr/0002-y.md leads nowhere'])
  expect(findings('![picture](shot.png)')).toHaveLength(1)
})

test('an anchor needs its heading', () => {
  expect(findings('[x](../README.md#fair-lead--co)')).toHaveLength(1)
  expect(findings('[x](#gone)')).toHaveLength(1)
})

test('code is not read', () => {
  expect(findings('`[x](gone.md)`\n```\n[y](gone.md)\n# no heading\n```\n')).toEqual([])
})
