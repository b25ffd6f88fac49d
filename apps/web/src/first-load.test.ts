import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'

const built = join(import.meta.dirname, '..', 'dist')
const page = join(built, 'index.html')

/** What the page names of scripts, before it can show anything; kilobytes of 1,000 bytes, compressed with gzip. */
test.skipIf(!existsSync(page))('the first load of scripts stays within 200 kB', () => {
  const named = readFileSync(page, 'utf8').matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)
  const files = new Set([...named].map(([, file = '']) => file))
  const bytes = [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(built, file))).length, 0)
  expect(bytes / 1_000).toBeLessThan(200)
  // And it is the whole entry that was measured: React alone is more than this.
  expect(bytes / 1_000).toBeGreaterThan(60)
  console.log(`first load: ${(bytes / 1_000).toFixed(1)} kB in ${files.size} files`)
})
