import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { asEngine, asWeb } from './as-role.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())

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
