import { expect, test } from 'vitest'
import { checkForbiddenText } from './forbidden-text.ts'

const found = (text: string, path = 'a.ts') => checkForbiddenText(new Map([[path, text]]))

test.each([
  'const dir = "/work/main/x"',
  "const dir = '/tmp/fairlead'",
  'see /home/ann/notes',
  '"resolved": "https://packages.example.net/x"',
  'fetch("http://registry.example.net")',
  '// TODO: later',
  '// FIXME',
  '// @ts-ignore',
  '// biome-ignore lint: no',
  "test.skip('x', () => {})",
  "describe.only('x', () => {})",
  '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQ',
])('%s has no place here', text => expect(found(text)).toHaveLength(1))

test.each([
  'join(tmpdir(), "x")',
  'https://example.org/work/x',
  'apps/server/src/tmp/x.ts',
  'no todo list',
  "describe.runIf(has('postfix'))",
  "pem.startsWith('-----BEGIN PRIVATE KEY-----')",
])('%s is fine', text => expect(found(text)).toEqual([]))

test('the line is told', () => {
  expect(found('a\nb // TODO\n')).toMatchObject([{ at: 'a.ts:2' }])
})
