import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import pg from 'pg'
import { connect, type Db } from '../platform/database/connect.ts'
import { type EmbeddedPostgres, openEmbeddedPostgres } from '../platform/database/embedded-postgres.ts'
import { migrate } from '../platform/database/migrate.ts'
import { bootstrapEmbedded } from '../platform/database/roles.ts'
import { withStartLock } from '../platform/database/start-lock.ts'
import { testDataVariable, testServerSettings } from './test-database-server.ts'

/** A database of its own, migrated, empty but for what migrations insert. */
export interface TestDatabase {
  /** As the plain login `fairlead`: use asEngine and asWeb, as the product does. */
  db: Db
  url: string
  /** As the superuser, past all policies: for arranging and looking, not for what is being tested. */
  superuserUrl: string
  close: () => Promise<void>
  /** Moves fairlead.now() by so many milliseconds from the real time. */
  setClockOffset: (ms: number) => Promise<void>
}

const template = 'fairlead_template'
let server: Promise<EmbeddedPostgres> | null = null

/**
 * Clones the migrated template into a new database (`isEmpty`: nothing at all); close it in afterAll. The first call of a run starts the
 * server (testing/test-database-server.ts ends it), so that runs without database tests never pay for it.
 */
export async function createTestDatabase(options: { isEmpty?: true } = {}): Promise<TestDatabase> {
  server ??= startServer()
  const { superuserUrl, url } = await server
  const name = `test_${randomBytes(6).toString('hex')}`
  await runSql(
    superuserUrl('postgres'),
    `create database ${name} template ${options.isEmpty ? 'template0' : template} owner fairlead_owner`,
  )
  const own = url.replace('/fairlead?', `/${name}?`)
  const db = connect({ url: own, most: 8, name: 'fairlead test' })
  return {
    db,
    url: own,
    superuserUrl: superuserUrl(name),
    setClockOffset: async ms => {
      await runSql(superuserUrl(name), `update fairlead.clock set offset_ms = ${Math.round(ms)}`)
    },
    close: async () => {
      await db.destroy()
      await runSql(superuserUrl('postgres'), `drop database if exists ${name} with (force)`)
    },
  }
}

async function startServer(): Promise<EmbeddedPostgres> {
  const dataFolder = process.env[testDataVariable]
  if (!dataFolder)
    throw new Error('Run database tests through vitest: its globalSetup names the data folder.')
  const opened = await openEmbeddedPostgres({ dataFolder, settings: testServerSettings })
  await withStartLock(join(dataFolder, 'template.lock'), () => makeTemplate(opened))
  await opened.close('keep')
  return opened
}

async function makeTemplate(opened: EmbeddedPostgres): Promise<void> {
  const found = await runSql(
    opened.superuserUrl('postgres'),
    `select from pg_database where datname = '${template}'`,
  )
  if (found > 0) return
  await bootstrapEmbedded(opened)
  const half = `${template}_half`
  await runSql(opened.superuserUrl('postgres'), `drop database if exists ${half}`)
  await runSql(opened.superuserUrl('postgres'), `create database ${half} owner fairlead_owner`)
  await migrate(opened.url.replace('/fairlead?', `/${half}?`))
  await runSql(opened.superuserUrl('postgres'), `alter database ${half} rename to ${template}`)
}

async function runSql(connectionString: string, text: string): Promise<number> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    return (await client.query(text)).rowCount ?? 0
  } finally {
    await client.end()
  }
}
