import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { asEngine } from '../platform/database/as-role.ts'
import type { FailpointName } from '../platform/failpoint.ts'
import { type SeededWorkspace, seedWorkspace } from '../testing/seed-workspace.ts'
import { acceptTestEmail, deliveriesOf, startTestOutbox } from '../testing/start-test-outbox.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import type { Outbox } from './start-outbox.ts'
import { type DraftDesk, draftDeskChannel, startDraftDesk } from './testing/draft-desk.ts'

let database: TestDatabase
let seeded: SeededWorkspace
let desk: DraftDesk
const children: ChildProcess[] = []
const running: Outbox[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  seeded = await seedWorkspace(database.db)
  desk = await startDraftDesk()
})
afterEach(async () => {
  children.splice(0).forEach(child => void child.kill('SIGKILL'))
  await Promise.all(running.splice(0).map(outbox => outbox.stop(1_000)))
  await database.setClockOffset(0)
  // Leases written while the clock ran ahead would count as living workers.
  await asEngine(database.db, tx => sql`delete from fairlead.worker_lease`.execute(tx))
})
afterAll(async () => {
  await desk.close()
  await database.close()
})

async function runDoomed(place: FailpointName): Promise<void> {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('./testing/run-outbox.ts', import.meta.url))],
    {
      env: {
        ...process.env,
        DATABASE_URL: database.url,
        DESK_PORT: String(desk.port),
        FAIRLEAD_FAILPOINTS: `${place}=kill`,
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  )
  children.push(child)
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null]
  expect(signal).toBe('SIGKILL')
}

const places: FailpointName[] = [
  'after-claim',
  'after-keep',
  'before-mark',
  'after-mark',
  'after-last-bytes',
  'after-answer',
  'before-answers-commit',
  'after-answers-commit',
]

test.each(places)(
  'killed at %s: everybody gets it once, no draft is left, and the state says so',
  { timeout: 120_000 },
  async place => {
    const before = desk.sent.length
    const to = ['bob', 'cara', 'dora'].map(name => `${name}-${place}@customer.example`)
    const email = await acceptTestEmail(database.db, seeded, to)
    await runDoomed(place)
    running.push(
      await startTestOutbox(database.db, draftDeskChannel(desk.port), {
        times: { beatMs: 300, lapseMs: 1_500 },
      }),
    )
    const states = async () => (await deliveriesOf(database.db, email)).map(one => one.state)
    // A cut after the mark is asked about; that nothing was sent takes a second look a minute later to believe.
    let offsetMs = 0
    await vi.waitFor(
      async () => {
        const now = await states()
        if (now.includes('uncertain')) {
          offsetMs += 61_000
          await database.setClockOffset(offsetMs)
        }
        expect(now).toEqual(Array(3).fill('accepted'))
      },
      { timeout: 60_000, interval: 2_000 },
    )
    expect(desk.sent.slice(before).map(one => one.to)).toEqual([to])
    expect(desk.drafts()).toBe(0)
  },
)
