import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readTree } from './rule.ts'

function folderWith(...paths: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-tree-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const path of paths) {
    mkdirSync(join(folder, dirname(path)), { recursive: true })
    writeFileSync(join(folder, path), path)
  }
  return folder
}

test('reads our own text and nothing that was installed, built, received or hidden', () => {
  const ours = ['.ci/run', 'LICENSE', 'a/b.ts', 'a/c/d.sql', 'docs/e.md', 'package.json']
  const foreign = [
    'node_modules/x/y.ts',
    'dist/a.js',
    '.git/config.md',
    '.fairlead/x.json',
    'a/corpus/b.json',
    'a/p.zip',
    'node_modules/x/p.png',
  ]
  expect([...readTree(folderWith(...ours, ...foreign))]).toEqual(ours.map(path => [path, path]))
})

test('knows where pictures are without reading them', () => {
  const folder = folderWith('docs/screens/a.webp', 'docs/b.png', 'package.json')
  expect([...readTree(folder)]).toEqual([
    ['docs/b.png', ''],
    ['docs/screens/a.webp', ''],
    ['package.json', 'package.json'],
  ])
})

test('refuses a folder that is not a repository of ours', () => {
  expect(() => readTree(folderWith('a.ts'))).toThrow('not the root')
})
