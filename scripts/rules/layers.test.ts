import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { checkLayers, layerLine } from './layers.ts'

const server = (path: string) => `apps/server/src/${path}`
const from = (target: string) => `import { x } from '${target}'\n`
const objections = (files: Record<string, string>) =>
  checkLayers(new Map(Object.entries(files))).map(f => f.says)

test('the rule is the list in ARCHITECTURE.md', () => {
  expect(readFileSync('ARCHITECTURE.md', 'utf8')).toContain(`\`${layerLine}\``)
})

test('downwards is fine, past several layers too', () => {
  expect(
    objections({
      [server('http/emails.ts')]: from('../outbox/claim.ts') + from('../platform/ids.ts'),
      [server('main.ts')]: from('./http/emails.ts'),
    }),
  ).toEqual([])
})

test.each([
  ['events/record.ts', '../outbox/claim.ts', 'events lies below outbox'],
  ['platform/log.ts', '../http/emails.ts', 'platform lies below http'],
  ['links/open.ts', '../channels/registry.ts', 'links lies below channels'],
  ['transports/smtp.ts', '../blobs/read.ts', 'transports lies below blobs'],
])('upwards is not: %s imports %s', (path, target, says) => {
  expect(objections({ [server(path)]: from(target) })).toEqual([expect.stringContaining(says)])
})

test.each(['../inbound/read.ts', '../compose/render.ts', '../conversations/list.ts'])(
  'use cases never import each other: outbox and %s',
  target => {
    expect(objections({ [server('outbox/claim.ts')]: from(target) })).toEqual([
      expect.stringContaining('never import each other'),
    ])
  },
)

test('type-only, bare, re-exporting, dynamic and many-lined imports count', () => {
  const forms = [
    "import type { x } from '../http/a.ts'",
    "import '../http/a.ts'",
    "export { x } from '../http/a.ts'",
    "export * from '../http/a.ts'",
    "import x, { y } from '../http/a.ts'",
    "import {\n  x,\n  y,\n} from '../http/a.ts'",
    "type X = import('../http/a.ts').X",
  ]
  for (const form of forms) expect(objections({ [server('mail/a.ts')]: form })).toHaveLength(1)
})

test('nouns of one level may import each other', () => {
  expect(objections({ [server('events/a.ts')]: from('../people/b.ts') })).toEqual([])
})

test('a channel does not import another one, but may import what channels share', () => {
  expect(objections({ [server('channels/gmail/send.ts')]: from('../managed/send.ts') })).toHaveLength(1)
  expect(objections({ [server('channels/gmail/send.ts')]: from('../channel.ts') })).toEqual([])
})

test('a folder that is no layer is refused on both sides', () => {
  expect(objections({ [server('stuff/a.ts')]: from('../mail/b.ts') })).toHaveLength(1)
  expect(objections({ [server('outbox/a.ts')]: from('../testing/b.ts') })).toHaveLength(1)
})

test('tests and what they share may import anything', () => {
  expect(objections({ [server('mail/a.test.ts')]: from('../http/b.ts') })).toEqual([])
  expect(objections({ [server('testing/a.ts')]: from('../http/b.ts') })).toEqual([])
})

const doors = {
  'packages/contract/package.json': '{"name":"@fairlead/contract","exports":{".":"./src/index.ts"}}',
  'simulator/package.json': '{"name":"@fairlead/simulator","exports":{".":"./src/start.ts"}}',
}

test('web and simulator know the contract and not the server', () => {
  expect(objections({ ...doors, 'apps/web/src/main.ts': from('@fairlead/contract') })).toEqual([])
  expect(objections({ 'apps/web/src/main.ts': from('../../server/src/mail/a.ts') })).toHaveLength(1)
  expect(objections({ 'simulator/src/a.ts': from('../../apps/server/src/mail/a.ts') })).toHaveLength(1)
})

test('only the composition root starts the simulator', () => {
  expect(objections({ ...doors, [server('main.ts')]: from('@fairlead/simulator') })).toEqual([])
  expect(objections({ ...doors, [server('channels/a.ts')]: from('@fairlead/simulator') })).toHaveLength(1)
})

test('bounce imports nothing but itself; its command may read files', () => {
  expect(objections({ 'packages/bounce/src/cli.ts': from('node:fs') })).toEqual([])
  expect(objections({ 'packages/bounce/src/a.ts': from('node:fs') })).toHaveLength(1)
  expect(objections({ ...doors, 'packages/bounce/src/a.ts': from('@fairlead/contract') })).toHaveLength(1)
  expect(objections({ 'packages/bounce/src/a.ts': from('./b.ts') })).toEqual([])
})
