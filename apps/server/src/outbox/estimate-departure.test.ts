import { noPace } from '@fairlead/contract'
import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { setPace } from '../links/pace.ts'
import { asEngine, asWeb } from '../platform/database/as-role.ts'
import type { Db, Tables } from '../platform/database/connect.ts'
import type { DeliveryId } from '../platform/ids.ts'
import { type SeededWorkspace, seedWorkspace } from '../testing/seed-workspace.ts'
import { acceptTestEmail, deliveriesOf } from '../testing/start-test-outbox.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { estimateDepartures } from './estimate-departure.ts'

const queued = 30_000

let database: TestDatabase
let seeded: SeededWorkspace
let observed: Db
const plans: string[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  seeded = await seedWorkspace(database.db)
  const email = await acceptTestEmail(database.db, seeded, ['first@customer.example'])
  // Copies of one delivery are a queue as any other; only their number matters here.
  await asEngine(database.db, tx =>
    sql`insert into fairlead.delivery (workspace_id, id, email_id, message_id, recipient_id, member_id, link_id, address, give_up_at, due_at)
        select workspace_id, gen_random_uuid(), email_id, message_id, recipient_id, member_id, link_id, 'p' || n || '@customer.example',
          give_up_at, due_at + n * interval '1 microsecond'
        from fairlead.delivery, generate_series(1, ${queued}) n where email_id = ${email}`.execute(tx),
  )
  const pool = new pg.Pool({ connectionString: database.superuserUrl, max: 1 })
  pool.on('connect', client => {
    client.on('error', () => undefined)
    client.on('notice', notice => plans.push(notice.message ?? ''))
    void client.query(
      "load 'auto_explain'; set auto_explain.log_min_duration = 0; set client_min_messages = log",
    )
  })
  observed = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  await sql`analyze`.execute(observed)
  const pace = { ...noPace, batch: 25, everySeconds: 45 }
  await asWeb(database.db, seeded.workspaceId, tx => setPace(tx, seeded, { pace, byKind: undefined }))
}, 60_000)
afterAll(async () => {
  await observed.destroy()
  await database.close()
})

const idAt = async (place: number): Promise<DeliveryId> => {
  const found = await asEngine(database.db, tx =>
    sql<{
      id: DeliveryId
    }>`select id from fairlead.delivery where link_id = ${seeded.linkId} and due_at is not null
      order by priority, due_at, id offset ${place - 1} limit 1`.execute(tx),
  )
  const id = found.rows[0]?.id
  if (id === undefined) throw new Error(`nothing at place ${place}`)
  return id
}

test('the estimate reads the queue by its index, and not further than it counts', async () => {
  const deliveryIds = await Promise.all([1, 26, 9_999, 20_000].map(idAt))
  plans.length = 0
  const { workspaceId } = seeded
  const found = await asWeb(observed, workspaceId, tx => estimateDepartures(tx, { workspaceId, deliveryIds }))
  const [first, second, far, farther] = deliveryIds.map(id => found.get(id))
  expect(first?.waitsFor).toBe('turn')
  expect(second?.waitsFor).toBe('batch')
  const hours = ((far?.at?.getTime() ?? 0) - (first?.at?.getTime() ?? 0)) / 3_600_000
  expect(hours).toBeCloseTo((399 * 45) / 3_600, 1)
  expect(farther, 'nobody counts so far').toMatchObject({ at: null, waitsFor: 'batch' })
  const walks = plans.filter(plan => /Seq Scan on delivery\b/.test(plan))
  expect(walks).toEqual([])
  expect(plans.some(plan => plan.includes('delivery_queue'))).toBe(true)
})

test('what is not queued has no estimate, another workspace’s neither', async () => {
  const [delivery] = await deliveriesOf(
    database.db,
    await acceptTestEmail(database.db, seeded, ['last@customer.example']),
  )
  const deliveryIds = [delivery?.id as DeliveryId]
  const other = await seedWorkspace(database.db, 'olaf@other.example')
  const spied = await asWeb(database.db, other.workspaceId, tx =>
    estimateDepartures(tx, { workspaceId: other.workspaceId, deliveryIds }),
  )
  expect(spied.size).toBe(0)
  await asEngine(database.db, tx =>
    sql`update fairlead.delivery set state = 'cancelled', due_at = null where id = ${deliveryIds[0]}`.execute(
      tx,
    ),
  )
  const found = await asWeb(database.db, seeded.workspaceId, tx =>
    estimateDepartures(tx, { workspaceId: seeded.workspaceId, deliveryIds }),
  )
  expect(found.size).toBe(0)
})
