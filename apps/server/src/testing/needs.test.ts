import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { has, missingPrograms, pathOf } from './needs.ts'

afterEach(() => vi.unstubAllEnvs())

/** A folder in PATH with an executable of that name in it. */
function installed(name: string): { folder: string; [Symbol.dispose](): void } {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-needs-'))
  writeFileSync(join(folder, name), '#!/bin/sh\n')
  chmodSync(join(folder, name), 0o755)
  vi.stubEnv('PATH', folder)
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) }
}

test('a program in PATH is found, and its path told', () => {
  using chromium = installed('chromium')
  expect(has('chromium')).toBe(true)
  expect(pathOf('chromium')).toBe(join(chromium.folder, 'chromium'))
})

test('a file that cannot be executed is not a program', () => {
  using chromium = installed('chromium')
  chmodSync(join(chromium.folder, 'chromium'), 0o644)
  vi.stubEnv('FAIRLEAD_TEST_ALL', '')
  expect(has('chromium')).toBe(false)
  expect(() => pathOf('chromium')).toThrow('Debian package chromium')
})

test('what is missing leaves a suite out, and fails it when everything has to run', () => {
  using _empty = installed('something-else')
  vi.stubEnv('FAIRLEAD_TEST_ALL', '')
  expect(missingPrograms()).toContain('chromium')
  expect(has('chromium')).toBe(false)
  vi.stubEnv('FAIRLEAD_TEST_ALL', '1')
  expect(() => has('chromium')).toThrow('install chromium')
})
