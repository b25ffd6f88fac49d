import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { FailpointName } from '../platform/failpoint.ts'
import { type SeededWorkspace, seedWorkspace } from '../testing/seed-workspace.ts'
import { acceptTestEmail, deliveriesOf } from '../testing/start-test-outbox.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { sendMail } from './testing/smtp-client.ts'
import {
  eventsOf,
  move,
  noticesOf,
  returnPathOf,
  sentDeliveries,
  startTestInbound,
  toDelivered,
} from './testing/start-test-inbound.ts'
import { writeDsn } from './testing/write-notice.ts'

let database: TestDatabase
let seeded: SeededWorkspace
const children: ChildProcess[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  seeded = await seedWorkspace(database.db)
})
afterEach(() => children.splice(0).forEach(child => void child.kill('SIGKILL')))
afterAll(() => database.close())

/** The role as a process that is killed at this place. */
async function startDoomed(place: FailpointName): Promise<{ port: number; died: Promise<unknown> }> {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('./testing/run-inbound.ts', import.meta.url))],
    {
      env: { ...process.env, DATABASE_URL: database.url, FAIRLEAD_FAILPOINTS: `${place}=kill` },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  children.push(child)
  const died = once(child, 'exit')
  const [line] = await once(createInterface({ input: child.stdout }), 'line')
  return { port: Number(line), died }
}

const cases: [FailpointName, 'unanswered' | 'answered'][] = [
  ['inbound-before-commit', 'unanswered'],
  ['inbound-after-commit', 'unanswered'],
  ['before-notice-applied', 'answered'],
  ['after-notice-applied', 'answered'],
]

test.each(cases)('killed at %s: the sender tries again, and there is one bounce', async (place, ends) => {
  const email = await acceptTestEmail(database.db, seeded, [`${place}@customer.example`])
  const [delivery] = await sentDeliveries(database.db, email)
  if (delivery === undefined) throw new Error('no delivery')
  await move(database.db, delivery, ...toDelivered)
  const to = returnPathOf(delivery.id)
  const mail = { to: [to], raw: writeDsn({ to, recipients: [{ final: delivery.address }] }) }

  const doomed = await startDoomed(place)
  const first = await sendMail(doomed.port, mail)
  expect(first === 'closed' || ends === 'answered').toBe(true)
  await doomed.died

  const inbound = await startTestInbound(database.db)
  try {
    // A sender that heard no 250 sends the same mail again.
    expect(await sendMail(inbound.listener.port, mail)).toMatch(/^250/)
    await vi.waitFor(
      async () => expect(await deliveriesOf(database.db, email)).toMatchObject([{ state: 'bounced' }]),
      { timeout: 10_000, interval: 25 },
    )
    expect((await eventsOf(database.db, email)).map(event => event.kind)).toEqual([
      'released',
      'delivered',
      'bounced',
    ])
    expect((await noticesOf(database.db)).filter(one => one.envelopeTo[0] === to)).toHaveLength(1)
  } finally {
    await inbound.stop()
  }
})
