import { expect, test } from 'vitest'
import { checkDrawnTree } from './drawn-tree.ts'

const drawing = `# Architecture
<!-- tree -->
\`\`\`
packages/bounce/       reads returned mail
apps/server/src/
  main.ts              a file is not a folder
  http/                contract/ in words counts for nothing
  outbox/              deliveries
docs/adr/
\`\`\`
`
const files = [
  'README.md',
  'packages/bounce/package.json',
  'packages/bounce/src/formats/dsn.ts',
  'apps/server/package.json',
  'apps/server/src/main.ts',
  'apps/server/src/http/emails.ts',
  'apps/server/src/outbox/claim/due.ts',
  'docs/flow.md',
  'docs/adr/0001-x.md',
  '.ci/run',
]
const says = (text: string, paths: string[]) =>
  checkDrawnTree(
    new Map([['ARCHITECTURE.md', text], ...paths.map((path): [string, string] => [path, ''])]),
  ).map(finding => finding.says)

test('package folders, server folders and documents as drawn', () => {
  const drawn = drawing.replace('packages/bounce/ ', 'packages/bounce/src/ ')
  expect(says(drawing.replace('docs/adr/', 'docs/adr/'), files)).toEqual([])
  expect(says(drawn, files)).toEqual([])
})

test('a new folder has to be drawn', () => {
  expect(says(drawing, [...files, 'bench/run.ts'])).toEqual(['the tree lacks bench/'])
  expect(says(drawing, [...files, 'apps/server/src/links/open.ts'])).toEqual([
    'the tree lacks apps/server/src/links/',
  ])
})

test('a drawn folder has to exist', () => {
  const without = files.filter(path => !path.includes('outbox'))
  expect(says(drawing, without)).toEqual(['apps/server/src/outbox/ is drawn and does not exist'])
})
