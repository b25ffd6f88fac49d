import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { Receipt } from '../channels/channel.ts'
import { type Script, scriptedChannel, takesWhole } from '../channels/testing/scripted-channel.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { EmailId } from '../platform/ids.ts'
import { type SeededWorkspace, seedWorkspace } from '../testing/seed-workspace.ts'
import { acceptTestEmail, deliveriesOf, startTestOutbox } from '../testing/start-test-outbox.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import type { Outbox } from './start-outbox.ts'

let database: TestDatabase
let seeded: SeededWorkspace
const running: Outbox[] = []

beforeAll(async () => {
  database = await createTestDatabase()
})
afterEach(async () => {
  await Promise.all(running.splice(0).map(outbox => outbox.stop(1_000)))
  await database.setClockOffset(0)
})
afterAll(() => database.close())

type Said = Receipt | 'not-sent' | 'cannot-tell'

/** A channel whose first answer is lost after the mark; `says` answers each look by its number. */
async function loseFirst(says: (look: number) => Said, workers = 1) {
  seeded = await seedWorkspace(database.db, `ann${Math.random().toString(36).slice(2)}@sender.example`)
  let tries = 0
  const looks: number[] = []
  const script: Script = {
    send: async (handoff, mark) => {
      tries += 1
      if (tries === 1) await handoff.keep({ providerId: 'draft-1' })
      await mark()
      return tries === 1
        ? { is: 'uncertain', reason: { code: 'uncertain.cut' } }
        : { is: 'accepted', finalHop: false }
    },
    lookUp: async tried => {
      expect(tried).toMatchObject({
        receipt: { providerId: 'draft-1' },
        to: ['bob@customer.example', 'cara@customer.example'],
      })
      looks.push(looks.length + 1)
      return says(looks.length)
    },
  }
  const channel = scriptedChannel(script, takesWhole)
  // The clock runs ahead of the heartbeat here.
  const times = { beatMs: 3_000, lapseMs: 30 * 86_400_000 }
  for (let at = 0; at < workers; at++) running.push(await startTestOutbox(database.db, channel, { times }))
  const email = await acceptTestEmail(database.db, seeded, ['bob@customer.example', 'cara@customer.example'])
  return { channel, email, looks }
}

const eventually = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 15_000, interval: 25 })
const statesOf = async (email: EmailId) => (await deliveriesOf(database.db, email)).map(one => one.state)
const openLooks = async (email: EmailId) =>
  (
    await asEngine(database.db, tx =>
      sql<{ looks: number }>`select looks from fairlead.handoff_look where email_id = ${email}`.execute(tx),
    )
  ).rows.map(row => row.looks)
const attemptsOf = async (email: EmailId) =>
  (
    await asEngine(database.db, tx =>
      sql<{ outcome: string; receipt: Receipt | null }>`
        select distinct a.outcome, h.receipt, h.started_at from fairlead.attempt a join fairlead.handoff h on h.id = a.handoff_id
        where a.email_id = ${email} order by h.started_at`.execute(tx),
    )
  ).rows

test('what is found at the far side was accepted, with what it said', async () => {
  const { channel, email } = await loseFirst(() => ({
    providerId: 'sent-1',
    messageId: 'theirs@provider.example',
  }))
  await eventually(async () => expect(await statesOf(email)).toEqual(['accepted', 'accepted']))
  expect(await attemptsOf(email)).toMatchObject([{ outcome: 'accepted', receipt: { providerId: 'sent-1' } }])
  const seen = await asEngine(database.db, tx =>
    sql`select h.seen_message_id as seen, e.source from fairlead.handoff h
        join fairlead.event e on e.handoff_id = h.id and e.kind = 'accepted' where h.email_id = ${email}`.execute(
      tx,
    ),
  )
  expect(seen.rows).toEqual(Array(2).fill({ seen: 'theirs@provider.example', source: 'look-up' }))
  expect(channel.received).toHaveLength(1)
  expect(await openLooks(email)).toEqual([])
})

test('"not sent" once proves nothing; again a minute later it does, and the same round goes on with the draft', async () => {
  const { channel, email, looks } = await loseFirst(() => 'not-sent')
  await eventually(() => expect(looks).toHaveLength(1))
  expect(await statesOf(email)).toEqual(['uncertain', 'uncertain'])
  await database.setClockOffset(61_000)
  await eventually(async () => expect(await statesOf(email)).toEqual(['accepted', 'accepted']))
  expect(looks).toHaveLength(2)
  expect(channel.received.map(handoff => handoff.round)).toEqual([1, 1])
  expect(channel.received[1]?.leftBehind).toEqual({ providerId: 'draft-1' })
  expect(channel.received[1]?.message.messageId).toBe(channel.received[0]?.message.messageId)
  expect((await attemptsOf(email)).map(attempt => attempt.outcome)).toEqual(['not-sent', 'accepted'])
})

test('"cannot tell" stays uncertain, is asked with growing pauses, and not for ever', async () => {
  const { email, looks } = await loseFirst(() => 'cannot-tell')
  await eventually(() => expect(looks).toHaveLength(1))
  await database.setClockOffset(31_000)
  await eventually(() => expect(looks).toHaveLength(2))
  await eventually(async () => expect(await openLooks(email)).toEqual([2]))
  await database.setClockOffset(6 * 86_400_000)
  await eventually(async () => expect(await openLooks(email)).toEqual([]))
  expect(await statesOf(email)).toEqual(['uncertain', 'uncertain'])
  expect(looks).toHaveLength(2)
})

test('a look that throws is one that could not tell; of two workers one asks', async () => {
  const { email, looks } = await loseFirst(look => {
    if (look === 1) throw new Error('the mailbox is away')
    return { providerId: 'sent-1' }
  }, 2)
  await eventually(async () => expect(await openLooks(email)).toEqual([1]))
  await database.setClockOffset(31_000)
  await eventually(async () => expect(await statesOf(email)).toEqual(['accepted', 'accepted']))
  expect(looks).toHaveLength(2)
})
