import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { openEmbeddedPostgres } from '../platform/database/embedded-postgres.ts'

/** Where the workers of this run find, or start, the database server. */
export const testDataVariable = 'FAIRLEAD_TEST_DATA'

/** Durability is for production: a test machine that loses power starts its tests again. */
export const testServerSettings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '200',
  max_wal_size: '512MB',
  logging_collector: 'off',
}

/** vitest's globalSetup: names a folder before the run, stops whatever ran there and removes it afterwards. */
export default function setUp(): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-test-'))
  // As root, the server runs as another user, who has to pass through.
  chmodSync(folder, 0o711)
  process.env[testDataVariable] = folder
  return async () => {
    const record = join(folder, 'postgres.json')
    if (existsSync(record)) {
      const server = await openEmbeddedPostgres({ dataFolder: folder, settings: testServerSettings })
      await server.close('stop')
      const cluster: unknown = JSON.parse(readFileSync(record, 'utf8')).cluster
      if (typeof cluster === 'string' && cluster.startsWith('/'))
        rmSync(dirname(cluster), { recursive: true })
    }
    rmSync(folder, { recursive: true, force: true })
  }
}
