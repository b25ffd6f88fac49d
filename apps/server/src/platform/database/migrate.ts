import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { messageOf, PlainError } from '../plain-error.ts'
import { ensureRoles } from './roles.ts'

export const migrationsFolder = join(import.meta.dirname, 'migrations')

const oldestMajor = 15
// Any number, the same in all processes: several may start at once.
const migrationLock = 0x6d696772

interface Migration {
  name: string
  text: string
  checksum: string
}

/**
 * Brings the database up to date: `.sql` files in the order of their names, each in one transaction as
 * fairlead_owner, under an advisory lock. Needs a direct connection, no transaction pooler.
 * Returns the names that were applied now.
 */
export async function migrate(url: string, folder: string = migrationsFolder): Promise<string[]> {
  const client = new pg.Client({ connectionString: url, application_name: 'fairlead migrations' })
  client.on('error', () => undefined)
  await connectPlainly(client)
  try {
    await refuseOldServer(client)
    await client.query('select pg_advisory_lock($1)', [migrationLock])
    await ensureRoles(client)
    const applied = await readApplied(client)
    const wanted = readMigrations(folder)
    refuseChanged(applied, wanted)
    const due = wanted.filter(migration => !applied.has(migration.name))
    for (const migration of due) await apply(client, migration)
    return due.map(migration => migration.name)
  } finally {
    await client.end()
  }
}

async function connectPlainly(client: pg.Client): Promise<void> {
  try {
    await client.connect()
  } catch (error) {
    throw new PlainError(
      `The database does not answer: ${messageOf(error)}. Check FAIRLEAD_DATABASE_URL (and FAIRLEAD_DATABASE_DIRECT_URL), and that the server runs and lets Fairlead in.`,
    )
  }
}

async function refuseOldServer(client: pg.Client): Promise<void> {
  const found = await client.query<{ server_version_num: string; encoding: string }>(
    "select current_setting('server_version_num') server_version_num, current_setting('server_encoding') encoding",
  )
  const major = Math.floor(Number(found.rows[0]?.server_version_num) / 10_000)
  if (major < oldestMajor) {
    throw new PlainError(
      `The database is PostgreSQL ${major}; Fairlead needs ${oldestMajor} or newer. Upgrade the server.`,
    )
  }
  if (found.rows[0]?.encoding !== 'UTF8') {
    throw new PlainError(
      `The database's encoding is ${found.rows[0]?.encoding}; Fairlead needs UTF8. Create it with: create database fairlead encoding 'UTF8' template template0;`,
    )
  }
}

async function readApplied(client: pg.Client): Promise<Map<string, string>> {
  return asOwner(client, async () => {
    await client.query(`
      create schema if not exists fairlead;
      create table if not exists fairlead.migration (
        name text primary key,
        checksum text not null,
        applied_at timestamptz not null default clock_timestamp()
      )`)
    const found = await client.query<{ name: string; checksum: string }>(
      'select name, checksum from fairlead.migration order by name',
    )
    return new Map(found.rows.map(row => [row.name, row.checksum]))
  })
}

function readMigrations(folder: string): Migration[] {
  const names = readdirSync(folder).filter(name => name.endsWith('.sql'))
  return names.sort().map(name => {
    const text = readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n')
    return { name, text, checksum: createHash('sha256').update(text).digest('hex') }
  })
}

function refuseChanged(applied: Map<string, string>, wanted: Migration[]): void {
  const known = new Map(wanted.map(migration => [migration.name, migration.checksum]))
  for (const [name, checksum] of applied) {
    const now = known.get(name)
    if (now === undefined) {
      throw new PlainError(
        `The database was made by a newer version of Fairlead: it knows the migration ${name}, this version does not. Start the newer version, or restore the backup from before the upgrade.`,
      )
    }
    if (now !== checksum) {
      throw new PlainError(
        `The migration ${name} was changed after it ran on this database. Put the file back as it was; changes go into a new file.`,
      )
    }
  }
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  try {
    await asOwner(client, async () => {
      await client.query(migration.text)
      await client.query('insert into fairlead.migration (name, checksum) values ($1, $2)', [
        migration.name,
        migration.checksum,
      ])
      // A migration may grant all tables to the others; this one is nobody else's.
      await client.query('revoke all on fairlead.migration from fairlead_web, fairlead_engine')
    })
  } catch (error) {
    throw new PlainError(
      `The migration ${migration.name} failed and was rolled back: ${messageOf(error)}${lineOf(error, migration.text)}`,
    )
  }
}

function lineOf(error: unknown, text: string): string {
  if (typeof error !== 'object' || error === null || !('position' in error)) return ''
  const line = text.slice(0, Number(error.position)).split('\n').length
  return ` (line ${line})`
}

async function asOwner<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query('begin; set local role fairlead_owner')
  try {
    const result = await work()
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback')
    throw error
  }
}
