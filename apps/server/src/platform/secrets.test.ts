import { expect, test } from 'vitest'
import { createSecrets, keyIdsCollide } from './secrets.ts'

const [oldKey, newKey] = ['o'.repeat(32), 'n'.repeat(32)]
const at = { column: 'link.secret', row: 'lnk_1' }

test('what was sealed opens, and looks different each time', () => {
  const secrets = createSecrets([newKey])
  const [one, two] = [secrets.seal('grüße', at), secrets.seal('grüße', at)]
  expect(one).toMatch(/^v1:[0-9a-f]{8}:[\w-]+:[\w-]+:[\w-]+$/)
  expect(one).not.toBe(two)
  expect(secrets.open(one, at)).toBe('grüße')
  expect(secrets.open(secrets.seal('', at), at)).toBe('')
})

test('a sealed text moved to another row or column does not open', () => {
  const secrets = createSecrets([newKey])
  const sealed = secrets.seal('x', at)
  expect(() => secrets.open(sealed, { ...at, row: 'lnk_2' })).toThrow()
  expect(() => secrets.open(sealed, { ...at, column: 'dkim_key.private_key' })).toThrow()
})

test.each(['', 'x', 'v1:1:2:3', 'v2:a:b:c:d', 'v1:a:b:c:d:e'])('%j is no sealed text', text => {
  expect(() => createSecrets([newKey]).open(text, at)).toThrow('Not a sealed secret')
})

test('a shortened tag or a changed letter does not open', () => {
  const secrets = createSecrets([newKey])
  const parts = secrets.seal('secret', at).split(':')
  expect(() => secrets.open([...parts.slice(0, 4), parts[4]?.slice(0, 6)].join(':'), at)).toThrow()
  expect(() => secrets.open([...parts.slice(0, 3), 'AAAAAAAA', parts[4]].join(':'), at)).toThrow()
})

test('keys rotate: the old one opens, the new one seals, reseal moves over', () => {
  const sealed = createSecrets([oldKey]).seal('secret', at)
  const both = createSecrets([newKey, oldKey])
  expect(both.open(sealed, at)).toBe('secret')
  const again = both.reseal(sealed, at) ?? ''
  expect(both.reseal(again, at)).toBeNull()
  expect(createSecrets([newKey]).open(again, at)).toBe('secret')
  expect(() => createSecrets([newKey]).open(sealed, at)).toThrow(/not in FAIRLEAD_APP_KEYS/)
})

test('keys for codes differ by purpose and app key, and keep their ids when keys rotate', () => {
  const [before] = createSecrets([oldKey]).macKeys('return-path')
  const [first, second] = createSecrets([newKey, oldKey]).macKeys('return-path')
  expect(second).toEqual(before)
  expect(first?.id).not.toBe(second?.id)
  expect(createSecrets([oldKey]).macKeys('unsubscribe')[0]?.secret).not.toEqual(before?.secret)
})

test('keys that return paths could not tell apart are seen', () => {
  expect(keyIdsCollide([newKey, oldKey])).toBe(false)
  expect(keyIdsCollide([newKey, newKey])).toBe(true)
})
