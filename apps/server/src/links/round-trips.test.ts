import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { asEngine, asWeb } from '../platform/database/as-role.ts'
import { connect } from '../platform/database/connect.ts'
import { newId } from '../platform/ids.ts'
import { type SeededWorkspace, seedWorkspace } from '../testing/seed-workspace.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { insertRoundTrip } from './round-trips.ts'

let database: TestDatabase
let seeded: SeededWorkspace
let stranger: SeededWorkspace
beforeAll(async () => {
  database = await createTestDatabase()
  seeded = await seedWorkspace(database.db)
  stranger = await seedWorkspace(database.db, 'eve@evil.example')
})
afterAll(() => database.close())

const predicted = { from: 'ann@sender.example', spf: null, dkim: null, dmarc: null }
const start = ({ workspaceId, linkId, identityId }: SeededWorkspace) =>
  asEngine(database.db, tx =>
    insertRoundTrip(tx, {
      ...{ workspaceId, linkId, identityId, predicted },
      ...{ id: newId('roundTrip'), fromAddress: 'ann@sender.example' },
    }),
  )
/** Old ones, put straight into the table. */
const many = ({ workspaceId, linkId, identityId }: SeededWorkspace, count: number) =>
  asEngine(database.db, tx =>
    sql`insert into fairlead.round_trip (workspace_id, id, link_id, identity_id, from_address, predicted, sent_at, measured_at, measured, differences)
        select ${workspaceId}, gen_random_uuid(), ${linkId}, ${identityId}, 'x@y.example', '{}', fairlead.now() - n * interval '1 hour',
          fairlead.now(), '{}', '[]' from generate_series(1, ${count}) n`.execute(tx),
  )
async function countOf({ linkId }: SeededWorkspace): Promise<number> {
  const found = await asEngine(database.db, tx =>
    sql<{
      count: number
    }>`select count(*)::int as count from fairlead.round_trip where link_id = ${linkId}`.execute(tx),
  )
  return found.rows[0]?.count ?? 0
}

test('of two at once from one identity over one link, one is sent', async () => {
  const both = await Promise.allSettled([start(seeded), start(seeded)])
  expect(both.map(one => one.status).toSorted()).toEqual(['fulfilled', 'rejected'])
  expect(await countOf(seeded)).toBe(1)
})

test('the newest twenty of each identity over a link are kept', async () => {
  await many(stranger, 3_000)
  expect(await countOf(stranger)).toBe(3_000)
  await start(stranger)
  expect(await countOf(stranger)).toBe(20)
})

test('the newest measured one is found by its index under the policies, without a sort', async () => {
  await many(seeded, 2_000)
  await many(stranger, 2_000)
  const superuser = connect({ url: database.superuserUrl, most: 1 })
  await sql`analyze fairlead.round_trip`.execute(superuser)
  await superuser.destroy()
  const { workspaceId, linkId, identityId } = seeded
  const plan = await asWeb(database.db, workspaceId, async tx => {
    const found = await sql<{ 'QUERY PLAN': string }>`
      explain select * from fairlead.round_trip r
      where r.workspace_id = ${workspaceId} and r.link_id = ${linkId} and r.identity_id = ${identityId}
        and r.measured_at is not null
      order by r.sent_at desc limit 1`.execute(tx)
    return found.rows.map(row => row['QUERY PLAN']).join('\n')
  })
  expect(plan).toContain('round_trip_latest')
  expect(plan).not.toMatch(/Sort|Seq Scan/)
})
