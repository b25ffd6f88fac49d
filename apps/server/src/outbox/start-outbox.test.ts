import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { type Script, scriptedChannel } from '../channels/testing/scripted-channel.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { DeliveryId } from '../platform/ids.ts'
import { type SeededWorkspace, seedWorkspace } from '../testing/seed-workspace.ts'
import { acceptTestEmail, deliveriesOf, startTestOutbox } from '../testing/start-test-outbox.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { cancelEmail } from './cancel-email.ts'
import { retryDelivery } from './retry-delivery.ts'
import type { Outbox, OutboxOptions } from './start-outbox.ts'

let database: TestDatabase
let seeded: SeededWorkspace
const running: Outbox[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  seeded = await seedWorkspace(database.db)
})
afterEach(async () => {
  await Promise.all(running.splice(0).map(outbox => outbox.stop(1_000)))
  await database.setClockOffset(0)
})
afterAll(() => database.close())

async function run(script: Script, more: Partial<OutboxOptions> = {}) {
  const channel = scriptedChannel(script)
  const outbox = await startTestOutbox(database.db, channel, more)
  running.push(outbox)
  return { channel, outbox }
}

const accept = (to: readonly string[], by = seeded) =>
  acceptTestEmail(database.db, by, to, { onDue: () => running.forEach(outbox => void outbox.wake()) })

const accepts: Script = {
  send: async (_handoff, mark) => {
    await mark()
    return { is: 'accepted', finalHop: true, reply: '250 2.0.0 Ok: queued as 4F2' }
  },
}

const eventually = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 15_000, interval: 25 })
const statesOf = async (email: Parameters<typeof deliveriesOf>[1]) =>
  (await deliveriesOf(database.db, email)).map(one => one.state)
const giveUpMs = 60_000

test('what is accepted is delivered once, with its attempt, its handoff and its event', async () => {
  const { channel } = await run(accepts)
  const email = await accept(['bob@customer.example', 'cara@customer.example'])
  await eventually(async () => expect(await statesOf(email)).toEqual(['delivered', 'delivered']))
  expect(channel.received.flatMap(handoff => handoff.deliveries.map(one => one.to)).sort()).toEqual([
    'bob@customer.example',
    'cara@customer.example',
  ])
  const seen = await asEngine(database.db, tx =>
    sql`select a.outcome, a.reply, h.marked_at <= h.answered_at as "inOrder", e.kind
        from fairlead.attempt a join fairlead.handoff h on h.id = a.handoff_id join fairlead.event e on e.handoff_id = h.id
        where a.email_id = ${email}`.execute(tx),
  )
  expect(seen.rows).toEqual(
    Array(2).fill({
      outcome: 'delivered',
      reply: '250 2.0.0 Ok: queued as 4F2',
      inOrder: true,
      kind: 'delivered',
    }),
  )
})

test('a refusal ends it with the verbatim reply, in Bounced', async () => {
  await run({
    send: async () => ({
      is: 'refused',
      reason: { code: 'recipient.unknown', reply: '550 5.1.1 No such user', replyCode: 550 },
    }),
  })
  const email = await accept(['nobody@customer.example'])
  await eventually(async () =>
    expect(await deliveriesOf(database.db, email)).toMatchObject([
      {
        state: 'refused',
        folder: 'bounced',
        reason: { code: 'recipient.unknown', reply: '550 5.1.1 No such user' },
      },
    ]),
  )
})

test('a deferral waits and then passes', async () => {
  let tries = 0
  await run({
    send: async (handoff, mark) => {
      tries += 1
      return tries === 1
        ? { is: 'deferred', reason: { code: 'rate.greylisted', reply: '451 4.7.1 come back' } }
        : await accepts.send(handoff, mark)
    },
  })
  const email = await accept(['grey@customer.example'])
  await eventually(async () =>
    expect(await deliveriesOf(database.db, email)).toMatchObject([
      { state: 'queued', tries: 1, reason: { code: 'rate.greylisted' } },
    ]),
  )
  await database.setClockOffset(60_000)
  await eventually(async () => expect(await statesOf(email)).toEqual(['delivered']))
})

test('a cut after the mark is uncertain and is not sent again', async () => {
  const { channel } = await run({
    send: async (_handoff, mark) => {
      await mark()
      return { is: 'uncertain', reason: { code: 'uncertain.cut' } }
    },
  })
  const email = await accept(['cut@customer.example'])
  await eventually(async () =>
    expect(await deliveriesOf(database.db, email)).toMatchObject([
      { state: 'uncertain', folder: 'needs-a-look' },
    ]),
  )
  await database.setClockOffset(86_400_000)
  const later = await accept(['other@customer.example'])
  await eventually(async () => expect(await statesOf(later)).toEqual(['uncertain']))
  expect(channel.received).toHaveLength(2)
})

test('a throw before the mark is a deferral, after it uncertain', async () => {
  await run({
    send: async (handoff, mark) => {
      if (handoff.deliveries[0]?.to.startsWith('late')) await mark()
      throw new Error('a bug of ours')
    },
  })
  const email = await accept(['early@customer.example', 'late@customer.example'])
  await eventually(async () =>
    expect(await deliveriesOf(database.db, email)).toMatchObject([
      { state: 'queued', tries: 1 },
      { state: 'uncertain' },
    ]),
  )
})

test('a broken link pauses and keeps its mail; once mended everything leaves', async () => {
  let isBroken = true
  await run({
    send: async (handoff, mark) =>
      isBroken
        ? { is: 'link-broken', reason: { code: 'link.login', reply: '535 5.7.8 no' } }
        : await accepts.send(handoff, mark),
  })
  const email = await accept(['waits@customer.example'])
  const linkState = async () =>
    (
      await asEngine(database.db, tx =>
        sql<{ state: string }>`select state from fairlead.link where id = ${seeded.linkId}`.execute(tx),
      )
    ).rows[0]?.state
  await eventually(async () => expect(await linkState()).toBe('needs-attention'))
  await eventually(async () => expect(await statesOf(email)).toEqual(['queued']))
  isBroken = false
  await asEngine(database.db, tx =>
    sql`update fairlead.link set state = 'ready' where id = ${seeded.linkId}`.execute(tx),
  )
  await eventually(async () => expect(await statesOf(email)).toEqual(['delivered']))
})

test('a lane that asks for a pause rests; others go on', async () => {
  let slowed = 0
  await run({
    send: async (handoff, mark) => {
      if (!handoff.lane.startsWith('slow')) return await accepts.send(handoff, mark)
      slowed += 1
      return {
        is: 'deferred',
        laneWide: true,
        reason: { code: 'rate.connections', reply: '421 4.7.0 too many' },
      }
    },
  })
  const first = await accept(['a@slow.example'])
  await eventually(async () => expect(slowed).toBe(1))
  const lanes = () =>
    asEngine(database.db, tx => sql<{ name: string }>`select name from fairlead.lane`.execute(tx))
  await eventually(async () => expect((await lanes()).rows).toEqual([{ name: 'slow.example' }]))
  const others = await accept(['b@slow.example', 'c@quick.example'])
  await eventually(async () => expect((await statesOf(others))[1]).toBe('delivered'))
  expect(await statesOf(first)).toEqual(['queued'])
  await asEngine(database.db, tx => sql`delete from fairlead.lane`.execute(tx))
})

test('after four days of deferrals it is given up with the last reason', async () => {
  await run({
    send: async () => ({
      is: 'deferred',
      reason: { code: 'transport.network', reply: 'connection refused' },
    }),
  })
  const email = await accept(['gone@customer.example'])
  await eventually(async () =>
    expect(await deliveriesOf(database.db, email)).toMatchObject([{ state: 'queued', tries: 1 }]),
  )
  await database.setClockOffset(4 * 86_400_000 + 1_000)
  await eventually(async () =>
    expect(await deliveriesOf(database.db, email)).toMatchObject([
      { state: 'expired', folder: 'bounced', reason: { code: 'transport.network' } },
    ]),
  )
})

test('cancelling while the message is on its way: the mark is refused, and nothing left', async () => {
  const atMark = Promise.withResolvers<void>()
  const goOn = Promise.withResolvers<void>()
  const { channel } = await run({
    send: async (handoff, mark) => {
      atMark.resolve()
      await goOn.promise
      return await accepts.send(handoff, mark)
    },
  })
  const email = await accept(['oops@customer.example'])
  await atMark.promise
  const cancelled = await cancelEmail(database.db, { ...seeded, emailId: email })
  expect(cancelled.cancelled).toHaveLength(1)
  goOn.resolve()
  await eventually(async () => expect(running[0]?.held()).toBe(0))
  expect(channel.received).toEqual([])
  expect(await deliveriesOf(database.db, email)).toMatchObject([{ state: 'cancelled', folder: null }])
  await expect(cancelEmail(database.db, { ...seeded, emailId: email })).rejects.toMatchObject({
    code: 'email.not-cancellable',
  })
})

test("an answer that comes after the lease lapsed is applied; a dead worker's claim goes on elsewhere", async () => {
  const marked = Promise.withResolvers<void>()
  const answer = Promise.withResolvers<void>()
  await run({
    send: async (_handoff, mark) => {
      await mark()
      marked.resolve()
      await answer.promise
      return { is: 'accepted', finalHop: true }
    },
  })
  const email = await accept(['slowly@customer.example'])
  await marked.promise
  await asEngine(database.db, tx =>
    sql`update fairlead.worker_lease set expires_at = fairlead.now() - interval '1 second'`.execute(tx),
  )
  await eventually(async () => expect(await statesOf(email)).toEqual(['uncertain']))
  answer.resolve()
  await eventually(async () => expect(await statesOf(email)).toEqual(['delivered']))
})

test('a claim of a worker that died before the mark is taken over', async () => {
  const dead = await asEngine(database.db, tx =>
    sql<{
      id: number
    }>`insert into fairlead.worker_lease (name, expires_at) values ('dead', fairlead.now() - interval '1 second') returning id`.execute(
      tx,
    ),
  )
  const email = await accept(['orphan@customer.example'])
  await asEngine(database.db, tx =>
    sql`update fairlead.delivery set state = 'claimed', due_at = null, lease_id = ${dead.rows[0]?.id ?? 0}, fence = 7 where email_id = ${email}`.execute(
      tx,
    ),
  )
  const { channel } = await run(accepts)
  await eventually(async () => expect(await statesOf(email)).toEqual(['delivered']))
  expect(channel.received).toHaveLength(1)
})

test('a retry by a person opens a new round with a Message-ID of its own; after uncertain it keeps the old one', async () => {
  let outcome: 'refused' | 'uncertain' | 'accepted' = 'refused'
  const { channel } = await run({
    send: async (handoff, mark) => {
      if (outcome === 'refused')
        return { is: 'refused', reason: { code: 'content.spam', reply: '554 5.7.1 spam' } }
      if (outcome === 'accepted') return await accepts.send(handoff, mark)
      await mark()
      return { is: 'uncertain', reason: { code: 'uncertain.cut' } }
    },
  })
  const email = await accept(['again@customer.example'])
  await eventually(async () => expect(await statesOf(email)).toEqual(['refused']))
  const deliveryId = (await deliveriesOf(database.db, email))[0]?.id as DeliveryId
  outcome = 'uncertain'
  await retryDelivery(database.db, new Map(), { ...seeded, deliveryId, giveUpMs })
  await eventually(async () =>
    expect(await deliveriesOf(database.db, email)).toMatchObject([{ state: 'uncertain', round: 2 }]),
  )
  outcome = 'accepted'
  await retryDelivery(database.db, new Map(), { ...seeded, deliveryId, giveUpMs })
  await eventually(async () =>
    expect(await deliveriesOf(database.db, email)).toMatchObject([{ state: 'delivered', round: 3 }]),
  )
  const ids = channel.received.map(handoff => handoff.message.messageId)
  expect(ids[0]).toMatch(/^r2\./)
  expect(ids[1]).toBe(ids[0])
  await expect(
    retryDelivery(database.db, new Map(), { ...seeded, deliveryId, giveUpMs }),
  ).rejects.toMatchObject({
    code: 'delivery.not-retryable',
  })
})

test('two workers share a thousand deliveries: each arrives exactly once', async () => {
  const one = await run(accepts)
  const two = await run(accepts)
  const people = Array.from({ length: 100 }, (_, at) => `p${at}@d${at % 7}.example`)
  for (let n = 0; n < 10; n++) await accept(people)
  const left = () =>
    asEngine(database.db, tx =>
      sql<{
        n: number
      }>`select count(*)::int as n from fairlead.delivery where state in ('queued', 'claimed', 'sending') and address like 'p%@d%'`.execute(
        tx,
      ),
    )
  await eventually(async () => expect((await left()).rows[0]?.n).toBe(0))
  const ids = [...one.channel.received, ...two.channel.received].flatMap(handoff =>
    handoff.deliveries.map(delivery => delivery.id),
  )
  expect(ids).toHaveLength(1_000)
  expect(new Set(ids).size).toBe(1_000)
  expect(Math.min(one.channel.received.length, two.channel.received.length)).toBeGreaterThan(0)
})

test('workspaces take turns, and interactive mail goes before bulk', async () => {
  const other = await seedWorkspace(database.db, 'olaf@other.example')
  const mine = await acceptTestEmail(
    database.db,
    seeded,
    Array.from({ length: 100 }, (_, at) => `first${at}@turns.example`),
  )
  const theirs = await accept(['only@turns.example'], other)
  await asEngine(database.db, tx =>
    sql`update fairlead.delivery set priority = 1 where email_id = ${mine} and address < 'first5'`.execute(
      tx,
    ),
  )
  const { channel } = await run(accepts, { capacity: 20 })
  await eventually(async () => expect(channel.received).toHaveLength(101))
  const order = channel.received.map(handoff => handoff.deliveries[0]?.to ?? '')
  expect(order.indexOf('only@turns.example' as never)).toBeLessThan(25)
  const firstBulk = order.findIndex(address => address < 'first5')
  expect(firstBulk).toBeGreaterThan(40)
  expect(await statesOf(theirs)).toEqual(['delivered'])
})

test('a worker whose lease lapsed takes a new one and goes on', async () => {
  const { outbox } = await run(accepts, { times: { beatMs: 50, lapseMs: 500 } })
  await asEngine(database.db, tx =>
    sql`update fairlead.worker_lease set expires_at = fairlead.now() - interval '1 hour'`.execute(tx),
  )
  const leases = () =>
    asEngine(database.db, tx =>
      sql<{
        n: number
      }>`select count(*)::int as n from fairlead.worker_lease where expires_at > fairlead.now()`.execute(tx),
    )
  await eventually(async () => expect((await leases()).rows[0]?.n).toBe(1))
  const email = await accept(['after@customer.example'])
  await eventually(async () => expect(await statesOf(email)).toEqual(['delivered']))
  expect(outbox.isAlive()).toBe(true)
})
