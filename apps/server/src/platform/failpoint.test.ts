import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

function pass(times: number, environment: Record<string, string>) {
  const script = `
    import { failpoint } from ${JSON.stringify(join(import.meta.dirname, 'failpoint.ts'))}
    for (let i = 1; i <= ${times}; i++) {
      await failpoint('after-mark')
      console.log('passed', i)
    }`
  const args = ['--input-type=module-typescript', '-e', script]
  const run = spawnSync(process.execPath, args, { env: { ...process.env, ...environment }, encoding: 'utf8' })
  return { out: run.stdout, err: run.stderr, status: run.status, signal: run.signal }
}

test('off unless named', () => {
  expect(pass(2, {})).toMatchObject({ out: 'passed 1\npassed 2\n', status: 0 })
})

test('kills at the third hit, before anything else happens', () => {
  expect(pass(5, { FAIRLEAD_FAILPOINTS: 'after-mark=kill@3' })).toMatchObject({
    out: 'passed 1\npassed 2\n',
    signal: 'SIGKILL',
  })
})

test('throws, pauses, and writes its hits down', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-failpoint-'))
  const log = join(folder, 'hits')
  try {
    const run = pass(3, { FAIRLEAD_FAILPOINTS: 'after-mark=throw@2', FAIRLEAD_FAILPOINT_LOG: log })
    expect(run).toMatchObject({ out: 'passed 1\n', status: 1 })
    expect(run.err).toContain('Failpoint after-mark')
    expect(readFileSync(log, 'utf8')).toMatch(/^after-mark \d+\nafter-mark \d+\n$/)
    expect(pass(1, { FAIRLEAD_FAILPOINTS: 'after-mark=pause:1' }).out).toBe('passed 1\n')
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('an unknown name is an error, not silence', () => {
  expect(pass(1, { FAIRLEAD_FAILPOINTS: 'after-mrak=kill' }).err).toContain('names no failpoint')
})
