import { expect, test } from 'vitest'
import { completeLockfile } from './complete-lockfile.ts'

const parent = (name: string) => ({ version: '1.0.0', dev: true, optionalDependencies: { [name]: '1.0.0' } })

test('a missing package gets its platform from its name', () => {
  const { lock, added } = completeLockfile({
    packages: { 'node_modules/x': parent('@x/binding-linux-arm64-musl') },
  })
  expect(added).toEqual(['@x/binding-linux-arm64-musl'])
  expect(lock.packages['node_modules/@x/binding-linux-arm64-musl']).toEqual({
    version: '1.0.0',
    cpu: ['arm64'],
    dev: true,
    libc: ['musl'],
    optional: true,
    os: ['linux'],
  })
  expect(Object.keys(lock.packages)[0]).toBe('node_modules/@x/binding-linux-arm64-musl')
})

test('a second run adds nothing', () => {
  const once = completeLockfile({ packages: { 'node_modules/x': parent('@x/darwin-x64') } })
  expect(completeLockfile(once.lock)).toEqual({ lock: once.lock, added: [] })
})

test('a nested entry is an entry', () => {
  const packages = {
    'node_modules/x': parent('@x/darwin-x64'),
    'node_modules/x/node_modules/@x/darwin-x64': {},
  }
  expect(completeLockfile({ packages }).added).toEqual([])
})

test('a package of every platform that is missing is an error', () => {
  expect(() => completeLockfile({ packages: { 'node_modules/x': parent('bufferutil') } })).toThrow(
    'bufferutil',
  )
})
