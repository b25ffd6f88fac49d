import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { checkFileSizes, readBiomeReport } from './sizes.ts'

const sizes = (path: string, lines: number) =>
  checkFileSizes(new Map([[path, 'x\n'.repeat(lines)]])).map(finding => finding.level)

test('250 lines pass, 251 warn, 401 stop', () => {
  expect(sizes('a.ts', 250)).toEqual([])
  expect(sizes('a.ts', 251)).toEqual(['warning'])
  expect(sizes('a.ts', 400)).toEqual(['warning'])
  expect(sizes('a.ts', 401)).toEqual(['error'])
})

test('tests are only stopped, and text is free', () => {
  expect(sizes('a.test.ts', 400)).toEqual([])
  expect(sizes('a.test.ts', 401)).toEqual(['error'])
  expect(sizes('README.md', 1000)).toEqual([])
})

const report = (severity: string, category: string, message: string) =>
  readBiomeReport(
    JSON.stringify({
      diagnostics: [
        { severity, category, message, location: { path: 'a.ts', start: { line: 7, column: 1 } } },
      ],
    }),
  )

test('a function of 80 lines is a warning, of 81 an error', () => {
  const long = (lines: number) =>
    report(
      'warning',
      'lint/complexity/noExcessiveLinesPerFunction',
      `This function has too many lines (${lines}). Maximum allowed is 40.`,
    )
  expect(long(80)).toMatchObject([{ level: 'warning', at: 'a.ts:7' }])
  expect(long(81)).toMatchObject([{ level: 'error', at: 'a.ts:7' }])
})

test('other diagnostics keep their severity', () => {
  expect(report('error', 'format', 'not formatted')).toMatchObject([{ level: 'error' }])
  expect(report('warning', 'lint/x/y', 'hm (99)')).toMatchObject([{ level: 'warning' }])
})

test('Biome still says how long a function is in the words that we read', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-biome-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const rule = { level: 'warn', options: { maxLines: 40, skipBlankLines: true } }
  const rules = { preset: 'none', complexity: { noExcessiveLinesPerFunction: rule } }
  writeFileSync(join(folder, 'biome.json'), JSON.stringify({ root: true, linter: { rules } }))
  const body = Array.from({ length: 90 }, () => '  step()').join('\n')
  writeFileSync(join(folder, 'long.js'), `export function long(step) {\n${body}\n}\n`)
  const biome = resolve('node_modules/.bin/biome')
  const json = await new Promise<string>(done =>
    execFile(biome, ['lint', '--reporter=json', folder], { cwd: folder }, (_, stdout) => done(stdout)),
  )
  expect(readBiomeReport(json)).toMatchObject([{ level: 'error', says: expect.stringContaining('(90)') }])
})
