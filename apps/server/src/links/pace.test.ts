import { noPace } from '@fairlead/contract'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { asEngine, asWeb } from '../platform/database/as-role.ts'
import { type SeededWorkspace, seedWorkspace } from '../testing/seed-workspace.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { slowDown, speedUp } from './learn-pace.ts'
import { readPace, recordSentElsewhere, setPace } from './pace.ts'
import { addUsage } from './pace-rows.ts'

let database: TestDatabase
let seeded: SeededWorkspace
const byKind = { batch: 25, everySeconds: 45, spacingMs: 500 }

beforeAll(async () => {
  database = await createTestDatabase()
  seeded = await seedWorkspace(database.db)
})
afterAll(() => database.close())

const web = <T>(work: Parameters<typeof asWeb<T>>[2]) => asWeb(database.db, seeded.workspaceId, work)
const read = () => web(tx => readPace(tx, seeded, byKind))

test('a link without a row shows what its kind comes with, and reading makes none', async () => {
  expect(await read()).toMatchObject({
    pace: { ...noPace, ...byKind },
    isDefault: true,
    slowedBy: 1,
    restsUntil: null,
    opensAt: null,
  })
  const rows = await asEngine(database.db, tx => sql`select from fairlead.link_pace`.execute(tx))
  expect(rows.rows).toEqual([])
})

test('what an admin sets holds until it is set back; what was learned is forgotten then', async () => {
  const pace = { ...noPace, batch: 10, everySeconds: 2, perDayMessages: 500 }
  expect(await web(tx => setPace(tx, seeded, { pace, byKind }))).toMatchObject({ pace, isDefault: false })
  const rests = { ...seeded, reason: { code: 'rate.limited' as const }, restsMs: [30_000, 60_000], hintMs: 0 }
  await asEngine(database.db, tx => slowDown(tx, [rests, rests]))
  const slowed = await read()
  expect(slowed.slowedBy).toBe(2)
  expect(new Date(slowed.restsUntil ?? 0).getTime()).toBeGreaterThan(Date.now() + 25_000)
  expect(await web(tx => setPace(tx, seeded, { pace: null, byKind }))).toMatchObject({
    pace: { ...noPace, ...byKind },
    isDefault: true,
    slowedBy: 1,
    restsUntil: null,
  })
})

test('each request to slow down rests for longer; success gives a little back, and only after a quiet minute', async () => {
  const asked = { ...seeded, reason: { code: 'rate.limited' as const }, restsMs: [30_000, 60_000], hintMs: 0 }
  await asEngine(database.db, tx => slowDown(tx, [asked]))
  await asEngine(database.db, tx => slowDown(tx, [asked]))
  expect((await read()).slowedBy, 'together they are one').toBe(2)
  await database.setClockOffset(40_000)
  await asEngine(database.db, tx => slowDown(tx, [asked]))
  const second = await read()
  expect(second.slowedBy).toBe(4)
  expect(new Date(second.restsUntil ?? 0).getTime()).toBeGreaterThan(Date.now() + 95_000)
  await asEngine(database.db, tx => speedUp(tx, [seeded]))
  expect((await read()).slowedBy).toBe(4)
  await database.setClockOffset(120_000)
  await asEngine(database.db, tx => speedUp(tx, [seeded, seeded]))
  expect((await read()).slowedBy).toBeCloseTo(4 * 0.97 ** 2, 1)
  await asEngine(database.db, tx => speedUp(tx, Array(200).fill(seeded)))
  expect((await read()).slowedBy).toBe(1)
  await asEngine(database.db, tx => slowDown(tx, [{ ...asked, hintMs: 3_600_000 }]))
  expect(new Date((await read()).restsUntil ?? 0).getTime(), 'it named a time').toBeGreaterThan(
    Date.now() + 3_500_000,
  )
  await database.setClockOffset(0)
})

test('the day counts what left, gives back what did not, counts what left elsewhere, and lets go after a day', async () => {
  const left = { ...seeded, atMs: Date.now(), messages: 1, recipients: 3, external: 2 }
  await asEngine(database.db, async tx => {
    await addUsage(tx, [left, left])
    await addUsage(tx, [{ ...left, messages: -1, recipients: -3, external: -2 }])
    await recordSentElsewhere(tx, [{ ...seeded, at: new Date(), recipients: 5, external: 0 }])
  })
  expect((await read()).used).toEqual({ messages: 2, recipients: 8, externalRecipients: 2, elsewhere: 1 })
  const other = await seedWorkspace(database.db, 'olaf@other.example')
  const spied = await asWeb(database.db, other.workspaceId, tx => readPace(tx, seeded, byKind))
  expect(spied.used.messages, "another workspace's").toBe(0)
  await database.setClockOffset(86_400_000 + 301_000)
  expect((await read()).used.messages).toBe(0)
  await database.setClockOffset(0)
})
