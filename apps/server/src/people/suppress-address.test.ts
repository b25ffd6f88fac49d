import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { asEngine } from '../platform/database/as-role.ts'
import { type NoticeId, newId } from '../platform/ids.ts'
import { type SeededWorkspace, seedWorkspace } from '../testing/seed-workspace.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { type Suppression, suppressAddress } from './suppress-address.ts'

let database: TestDatabase
let seeded: SeededWorkspace

beforeAll(async () => {
  database = await createTestDatabase()
  seeded = await seedWorkspace(database.db)
})
afterAll(() => database.close())

const suppress = (
  author: Suppression['author'],
  expiresInDays: number | null,
  noticeId: NoticeId = newId('notice'),
) =>
  asEngine(database.db, async tx => {
    await suppressAddress(tx, {
      workspaceId: seeded.workspaceId,
      address: 'Bob@customer.example',
      reason: { code: 'recipient.unknown' },
      proof: { noticeId, verbatim: `said ${author}` },
      author,
      expiresInDays,
    })
    const found = await sql<{ author: string; proof: { noticeId: NoticeId }; days: number | null }>`
      select author, proof, round(extract(epoch from expires_at - fairlead.now()) / 86400)::int as days
      from fairlead.suppression where address_key = 'bob@customer.example'`.execute(tx)
    return found.rows
  })

test('the stronger suppression stays, with the proof of what it claims', async () => {
  const [first, weaker, longer, forGood] = [
    newId('notice'),
    newId('notice'),
    newId('notice'),
    newId('notice'),
  ]
  expect(await suppress('bounce', 90, first)).toMatchObject([
    { author: 'bounce', days: 90, proof: { noticeId: first } },
  ])
  expect(await suppress('bounce', 10, weaker)).toMatchObject([{ days: 90, proof: { noticeId: first } }])
  expect(await suppress('bounce', 120, longer)).toMatchObject([{ days: 120, proof: { noticeId: longer } }])
  expect(await suppress('feedback', null, forGood)).toMatchObject([{ author: 'feedback', days: null }])
  expect(await suppress('bounce', 90)).toMatchObject([{ author: 'feedback', proof: { noticeId: forGood } }])
})
