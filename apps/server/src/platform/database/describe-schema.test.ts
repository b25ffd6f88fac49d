import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../../testing/test-database.ts'
import { connect } from './connect.ts'
import { describeSchema } from './describe-schema.ts'

test('the schema is the one that is checked in (npx vitest -u writes it anew)', async () => {
  const database = await createTestDatabase()
  const db = connect({ url: database.superuserUrl, most: 1 })
  try {
    await expect(await describeSchema(db)).toMatchFileSnapshot(join(import.meta.dirname, 'schema.txt'))
  } finally {
    await db.destroy()
    await database.close()
  }
})
