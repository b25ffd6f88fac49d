import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'

const built = join(import.meta.dirname, '..', 'dist')
const manifestPath = join(built, '.vite', 'manifest.json')

interface Chunk {
  readonly file: string
  readonly imports?: readonly string[]
}

/** What the browser loads before it can show anything; kilobytes of 1,000 bytes, compressed with gzip. */
test.skipIf(!existsSync(manifestPath))('the first load of scripts stays within 200 kB', () => {
  const manifest = JSON.parse(readFileSync(manifestPath, 'utf8')) as Readonly<Record<string, Chunk>>
  const files = new Set<string>()
  const collect = (name: string): void => {
    const chunk = manifest[name]
    if (chunk === undefined || files.has(chunk.file)) return
    files.add(chunk.file)
    for (const each of chunk.imports ?? []) collect(each)
  }
  collect('index.html')
  const bytes = [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(built, file))).length, 0)
  expect(bytes / 1_000).toBeLessThan(200)
  // And it is the whole entry that was measured: React alone is more than this.
  expect(bytes / 1_000).toBeGreaterThan(60)
  console.log(`first load: ${(bytes / 1_000).toFixed(1)} kB in ${files.size} files`)
})
