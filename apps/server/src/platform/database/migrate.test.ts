import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { asEngine, asWeb } from './as-role.ts'
import { migrate, migrationsFolder } from './migrate.ts'

let database: TestDatabase
let folder: string
beforeAll(async () => {
  database = await createTestDatabase()
  folder = mkdtempSync(join(tmpdir(), 'fairlead-migrations-'))
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await database.close()
})

function migrateWith(files: Record<string, string>): Promise<string[]> {
  rmSync(folder, { recursive: true })
  folder = mkdtempSync(join(tmpdir(), 'fairlead-migrations-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return migrate(database.url, folder)
}

test('a second start finds nothing to do', async () => {
  expect(await migrate(database.url)).toEqual([])
})

test('the web role sees its own workspace alone', async () => {
  const [mine, other] = ['0190d9a0-0000-7000-8000-000000000001', '0190d9a0-0000-7000-8000-000000000002']
  await asEngine(database.db, tx =>
    sql`insert into fairlead.workspace (id, name) values (${mine}, 'Mine'), (${other}, 'Other')`.execute(tx),
  )
  const seen = await asWeb(database.db, mine, tx =>
    sql<{ name: string }>`select name from fairlead.workspace`.execute(tx),
  )
  expect(seen.rows).toEqual([{ name: 'Mine' }])
})

test('without a role the login sees nothing at all', async () => {
  await expect(sql`select from fairlead.workspace`.execute(database.db)).rejects.toThrow('permission denied')
})

test('a role ends with its transaction', async () => {
  await asEngine(database.db, tx => sql`select 1`.execute(tx))
  const found = await sql<{ role: string; workspace: string | null }>`
    select current_user::text as role, current_setting('fairlead.workspace', true) as workspace`.execute(
    database.db,
  )
  expect(found.rows[0]).toMatchObject({ role: 'fairlead' })
})

test('a database of a newer version is refused', async () => {
  await expect(migrateWith({})).rejects.toThrow(
    /made by a newer version of Fairlead: it knows .*0001_spine.sql/,
  )
})

test('a changed migration is refused', async () => {
  const own = Object.fromEntries(readdirSync(migrationsFolder).map(name => [name, '-- changed']))
  await expect(migrateWith(own)).rejects.toThrow(/0001_spine.sql was changed after it ran/)
})

test('several that start at once apply each migration once', async () => {
  const fresh = await createTestDatabase({ isEmpty: true })
  try {
    const done = await Promise.all([migrate(fresh.url), migrate(fresh.url), migrate(fresh.url)])
    expect(done.flat()).toEqual(readdirSync(migrationsFolder).filter(name => name.endsWith('.sql')))
  } finally {
    await fresh.close()
  }
})

test('a migration that fails is rolled back whole and says where it failed', async () => {
  const fresh = await createTestDatabase({ isEmpty: true })
  try {
    const only = mkdtempSync(join(folder, 'only-'))
    writeFileSync(
      join(only, '0001_x.sql'),
      'create table fairlead.x (a int);\n\nselect nothing from nowhere;',
    )
    await expect(migrate(fresh.url, only)).rejects.toThrow(/0001_x.sql failed .*nowhere.* \(line 3\)/)
    writeFileSync(join(only, '0001_x.sql'), 'create table fairlead.x (a int);')
    expect(await migrate(fresh.url, only)).toEqual(['0001_x.sql'])
  } finally {
    await fresh.close()
  }
})
