import { expect, test } from 'vitest'
import { checkLicences, checkLockIsWhole, checkPinned } from './dependencies.ts'

const pins = (dependencies: Record<string, string>) =>
  checkPinned(new Map([['apps/x/package.json', JSON.stringify({ dependencies })]])).map(
    finding => finding.says,
  )

test('exact versions are pinned, ranges, tags and addresses are not', () => {
  expect(pins({ a: '1.2.3', b: '1.0.0-beta.4' })).toEqual([])
  const loose = { a: '^1.2.3', b: '~1.2.3', c: '1.x', d: 'latest', e: 'git+https://example.org/e.git' }
  expect(pins(loose)).toHaveLength(5)
})

const lock = (packages: object) => new Map([['package-lock.json', JSON.stringify({ packages })]])
const shipping = { 'apps/server': { dependencies: { x: '1.0.0' } } }
const licences = (license: unknown, installed: unknown = null) =>
  checkLicences(lock({ ...shipping, 'node_modules/x': { license } }), () => installed).length

test.each([
  'MIT',
  '(MIT OR EUPL-1.1+)',
  'MIT AND ISC',
  { type: 'BSD-3-Clause' },
  [{ type: 'MIT' }, { type: 'GPL-2.0' }],
])('%j may ship', license => expect(licences(license)).toBe(0))

test.each([
  'GPL-3.0',
  'AGPL-3.0-only',
  'EUPL-1.2',
  'MIT AND GPL-2.0',
  'MPL-2.0',
  'UNLICENSED',
  '',
  undefined,
])('%j may not ship', license => expect(licences(license)).toBe(1))

const shippedOrNot = (server: object, more: object = {}) =>
  checkLicences(
    lock({ 'apps/server': server, 'node_modules/x': { license: 'MPL-2.0' }, ...more }),
    () => null,
  )

test('a tool may be under the MPL, never under the GPL', () => {
  expect(shippedOrNot({ devDependencies: { x: '1.0.0' } })).toEqual([])
  expect(checkLicences(lock({ 'node_modules/x': { license: 'GPL-3.0' } }), () => null)).toHaveLength(1)
})

test('what ships is followed through dependencies and peers, not through optional peers', () => {
  const server = { dependencies: { y: '1.0.0' } }
  const y = { license: 'MIT', peerDependencies: { x: '*' } }
  const optional = { ...y, peerDependenciesMeta: { x: { optional: true } } }
  expect(shippedOrNot(server, { 'node_modules/y': y })).toHaveLength(1)
  expect(shippedOrNot(server, { 'node_modules/y': optional })).toEqual([])
  expect(shippedOrNot(server, { 'apps/server/node_modules/y': { ...y, license: 'ISC' } })).toHaveLength(1)
})

test('what is installed counts more than what the lock says, our own packages do not count', () => {
  expect(licences('MIT', 'AGPL-3.0')).toBe(1)
  expect(
    checkLicences(lock({ 'node_modules/@fairlead/x': { link: true }, 'packages/x': {} }), () => null),
  ).toEqual([])
})

test('the lock needs an entry for each optional package', () => {
  const parent = { optionalDependencies: { '@x/linux-x64-gnu': '1.0.0', '@x/win32-arm64-msvc': '1.0.0' } }
  const whole = { 'node_modules/x': parent, 'node_modules/@x/linux-x64-gnu': { version: '1.0.0' } }
  expect(checkLockIsWhole(lock(whole))).toMatchObject([{ says: expect.stringContaining('win32-arm64') }])
})
