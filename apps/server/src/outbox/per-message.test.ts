import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { ChannelTraits, SendOutcome } from '../channels/channel.ts'
import { type Script, scriptedChannel, takesWhole } from '../channels/testing/scripted-channel.ts'
import { transitionDeliveries } from '../events/transition-deliveries.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { DeliveryId, EmailId } from '../platform/ids.ts'
import { type SeededWorkspace, seedWorkspace } from '../testing/seed-workspace.ts'
import { acceptTestEmail, deliveriesOf, startTestOutbox } from '../testing/start-test-outbox.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { cancelEmail } from './cancel-email.ts'
import { retryDelivery } from './retry-delivery.ts'
import type { Outbox } from './start-outbox.ts'

let database: TestDatabase
let seeded: SeededWorkspace
const running: Outbox[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  seeded = await seedWorkspace(database.db)
})
afterEach(async () => {
  await Promise.all(running.splice(0).map(outbox => outbox.stop(1_000)))
  await asEngine(database.db, tx => sql`delete from fairlead.link_pace`.execute(tx))
  await database.setClockOffset(0)
})
afterAll(() => database.close())

async function run(script: Script, traits: Partial<ChannelTraits> = {}) {
  const channel = scriptedChannel(script, { ...takesWhole, ...traits })
  // The clock runs ahead of the heartbeat in some tests.
  const times = { beatMs: 3_000, lapseMs: 7_200_000 }
  running.push(await startTestOutbox(database.db, channel, { times }))
  return channel
}

const accepts: Script = {
  send: async (_handoff, mark) => {
    await mark()
    return { is: 'accepted', finalHop: false, reply: '250 2.0.0 Ok' }
  },
}
const people = {
  to: ['bob@customer.example', 'cara@customer.example'],
  cc: ['dora@customer.example'],
  bcc: ['eve@elsewhere.example'],
}
const accept = ({ to, cc, bcc } = people) =>
  acceptTestEmail(database.db, seeded, to, {
    ...{ cc, bcc },
    onDue: () => running.forEach(outbox => void outbox.wake()),
  })
const eventually = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 15_000, interval: 25 })
const statesOf = async (email: EmailId) => (await deliveriesOf(database.db, email)).map(one => one.state)
const reached = (channel: ReturnType<typeof scriptedChannel>) =>
  channel.received.map(handoff => handoff.deliveries.map(one => `${one.kind} ${one.to}`).sort())

test('To 2, Cc 1 and Bcc 1 leave in one handoff, from the sender’s own address, and nothing says who is Bcc', async () => {
  const channel = await run(accepts)
  const email = await accept()
  await eventually(async () => expect(await statesOf(email)).toEqual(Array(4).fill('accepted')))
  expect(reached(channel)).toEqual([
    [
      'bcc eve@elsewhere.example',
      'cc dora@customer.example',
      'to bob@customer.example',
      'to cara@customer.example',
    ],
  ])
  const [handoff] = channel.received
  expect(handoff?.envelopeFrom).toBe('ann@sender.example')
  expect(handoff?.dkim).toEqual([])
  expect(handoff?.message.headers.join('\n')).toMatch(/bob@customer.example[\s\S]*dora@customer.example/)
  expect(handoff?.message.headers.join('\n')).not.toMatch(/eve@|bcc/i)
  const written = await asEngine(database.db, tx =>
    sql<{ handoffs: number; attempts: number }>`
      select (select count(*)::int from fairlead.handoff where email_id = ${email}) as handoffs,
             (select count(*)::int from fairlead.attempt where email_id = ${email} and outcome = 'accepted') as attempts`.execute(
      tx,
    ),
  )
  expect(written.rows).toEqual([{ handoffs: 1, attempts: 4 }])
})

test('a return path of ours goes one by one, whatever else the traits say', async () => {
  const channel = await run(accepts, { returnPath: 'ours' })
  const email = await accept()
  await eventually(async () => expect(await statesOf(email)).toEqual(Array(4).fill('accepted')))
  expect(channel.received.map(handoff => handoff.deliveries.length)).toEqual([1, 1, 1, 1])
  expect(new Set(channel.received.map(handoff => handoff.envelopeFrom)).size).toBe(4)
})

test('one refused, two deferred, one taken: each settles by itself, and the deferred go on together', async () => {
  let tries = 0
  const channel = await run({
    send: async (handoff, mark) => {
      await mark()
      tries += 1
      return new Map(
        handoff.deliveries.map(({ id, to }): [DeliveryId, SendOutcome] => {
          if (to.startsWith('eve'))
            return [id, { is: 'refused', reason: { code: 'recipient.unknown', reply: '550 5.1.1 no' } }]
          if (tries === 1 && !to.startsWith('bob'))
            return [id, { is: 'deferred', reason: { code: 'rate.greylisted', reply: '451 4.7.1 later' } }]
          return [id, { is: 'accepted', finalHop: false }]
        }),
      )
    },
  })
  const email = await accept()
  await eventually(async () =>
    expect(await statesOf(email)).toEqual(['accepted', 'queued', 'queued', 'refused']),
  )
  await database.setClockOffset(60_000)
  await eventually(async () =>
    expect(await statesOf(email)).toEqual(['accepted', 'accepted', 'accepted', 'refused']),
  )
  expect(reached(channel)[1]).toEqual(['cc dora@customer.example', 'to cara@customer.example'])
  expect(channel.received[1]?.message.messageId).toBe(channel.received[0]?.message.messageId)
})

test('cancelled while the handoff is on its way: who was taken back gets nothing, the others go on without', async () => {
  const atMark = Promise.withResolvers<void>()
  const goOn = Promise.withResolvers<void>()
  const channel = await run({
    send: async (handoff, mark) => {
      atMark.resolve()
      await goOn.promise
      return await accepts.send(handoff, mark)
    },
  })
  const email = await accept()
  await atMark.promise
  const [bob] = await deliveriesOf(database.db, email)
  await asEngine(database.db, async tx => {
    await transitionDeliveries(tx, [
      {
        workspaceId: seeded.workspaceId,
        deliveryId: bob?.id as DeliveryId,
        event: 'cancelled',
        source: 'test',
      },
    ])
  })
  goOn.resolve()
  await eventually(async () =>
    expect(await statesOf(email)).toEqual(['cancelled', 'accepted', 'accepted', 'accepted']),
  )
  expect(reached(channel)).toEqual([
    ['bcc eve@elsewhere.example', 'cc dora@customer.example', 'to cara@customer.example'],
  ])
})

test('an email taken back whole while its handoff is on its way never leaves', async () => {
  const atMark = Promise.withResolvers<void>()
  const goOn = Promise.withResolvers<void>()
  const channel = await run({
    send: async (handoff, mark) => {
      atMark.resolve()
      await goOn.promise
      return await accepts.send(handoff, mark)
    },
  })
  const email = await accept()
  await atMark.promise
  expect((await cancelEmail(database.db, { ...seeded, emailId: email })).cancelled).toHaveLength(4)
  goOn.resolve()
  await eventually(() => expect(running[0]?.held()).toBe(0))
  expect(channel.received).toEqual([])
  expect(await statesOf(email)).toEqual(Array(4).fill('cancelled'))
})

test('two workers never share a message', async () => {
  const one = await run(accepts)
  const two = await run(accepts)
  const emails = await Promise.all(Array.from({ length: 12 }, () => accept()))
  const left = () =>
    asEngine(database.db, tx =>
      sql<{
        n: number
      }>`select count(*)::int as n from fairlead.delivery where email_id = any(${emails}::uuid[]) and state <> 'accepted'`.execute(
        tx,
      ),
    )
  await eventually(async () => expect((await left()).rows[0]?.n).toBe(0))
  const handoffs = [...one.received, ...two.received]
  expect(handoffs.map(handoff => handoff.deliveries.length)).toEqual(Array(12).fill(4))
})

test('a part that a dead worker held comes back before the message goes', async () => {
  const dead = await asEngine(database.db, tx =>
    sql<{
      id: number
    }>`insert into fairlead.worker_lease (name, expires_at) values ('other', fairlead.now() + interval '1 hour') returning id`.execute(
      tx,
    ),
  )
  const email = await accept()
  const leaseId = dead.rows[0]?.id ?? 0
  await asEngine(database.db, tx =>
    sql`update fairlead.delivery set state = 'claimed', due_at = null, lease_id = ${leaseId}, fence = 7
        where email_id = ${email} and address like 'bob%'`.execute(tx),
  )
  const channel = await run(accepts)
  const other = await accept({ to: ['zoe@customer.example'], cc: [], bcc: [] })
  await eventually(async () => expect(await statesOf(other)).toEqual(['accepted']))
  expect(await statesOf(email)).toEqual(['claimed', 'queued', 'queued', 'queued'])
  await asEngine(database.db, tx =>
    sql`update fairlead.worker_lease set expires_at = fairlead.now() where id = ${leaseId}`.execute(tx),
  )
  await eventually(async () => expect(await statesOf(email)).toEqual(Array(4).fill('accepted')))
  expect(channel.received.map(handoff => handoff.deliveries.length)).toEqual([1, 4])
})

test('what an earlier try left at the far side is told to the next one, and kept whatever the answer', async () => {
  const seen: unknown[] = []
  let tries = 0
  await run({
    send: async (handoff, mark) => {
      seen.push(handoff.leftBehind)
      tries += 1
      if (tries >= 3) return await accepts.send(handoff, mark)
      await handoff.keep({ providerId: `draft-${tries}` })
      return { is: 'deferred', reason: { code: 'transport.network', reply: 'reset' } }
    },
  })
  const email = await accept()
  for (const tried of [1, 2]) {
    await eventually(async () =>
      expect((await deliveriesOf(database.db, email)).map(one => one.tries)).toEqual(Array(4).fill(tried)),
    )
    await database.setClockOffset(tried * 60_000)
  }
  await eventually(async () => expect(await statesOf(email)).toEqual(Array(4).fill('accepted')))
  expect(seen).toEqual([undefined, { providerId: 'draft-1' }, { providerId: 'draft-2' }])
})

const headersOf = (handoff: ReturnType<typeof scriptedChannel>['received'][number] | undefined) =>
  handoff?.message.headers.join('\n') ?? ''

test('one of several is sent to again: a message of its own to that recipient alone, in the same thread', async () => {
  let refuses = true
  const channel = await run({
    send: async (handoff, mark) => {
      await mark()
      return new Map(
        handoff.deliveries.map(({ id, to }): [DeliveryId, SendOutcome] => [
          id,
          refuses && to.startsWith('dora')
            ? { is: 'refused', reason: { code: 'content.spam', reply: '554 5.7.1 spam' } }
            : { is: 'accepted', finalHop: false },
        ]),
      )
    },
  })
  const email = await accept()
  await eventually(async () =>
    expect(await statesOf(email)).toEqual(['accepted', 'accepted', 'refused', 'accepted']),
  )
  refuses = false
  const dora = (await deliveriesOf(database.db, email))[2]?.id as DeliveryId
  const channels = new Map([['managed', channel] as const])
  const retried = await retryDelivery(database.db, channels, {
    ...seeded,
    deliveryId: dora,
    giveUpMs: 60_000,
  })
  expect(retried).toEqual({ deliveryId: dora, isAlone: true })
  await eventually(async () => expect(await statesOf(email)).toEqual(Array(4).fill('accepted')))
  const [first, again] = channel.received
  expect(again?.deliveries.map(one => one.to)).toEqual(['dora@customer.example'])
  expect(again?.message.messageId).not.toBe(first?.message.messageId)
  expect(headersOf(again)).toMatch(/^To: dora@customer\.example$/m)
  expect(headersOf(again)).not.toMatch(/bob@|cara@|^Cc:/m)
  const rest = (headers: readonly string[] = []) =>
    headers.filter(field => !/^(To|Cc|Message-ID|X-Fairlead-Ref):/.test(field))
  expect(rest(again?.message.headers)).toEqual(rest(first?.message.headers))
  expect(again?.message.size).toBe(
    (first?.message.size ?? 0) +
      headersOf(again).length -
      headersOf(first).length +
      (again?.message.headers.length ?? 0) -
      (first?.message.headers.length ?? 0),
  )
})

test('a corrected address stands in To, and one after a lost answer keeps the Message-ID', async () => {
  let loses = true
  const channel = await run({
    send: async (_handoff, mark) => {
      await mark()
      return loses
        ? { is: 'uncertain', reason: { code: 'uncertain.cut' } }
        : { is: 'accepted', finalHop: false }
    },
  })
  const email = await accept({ to: ['bob@customer.example', 'kara@customer.example'], cc: [], bcc: [] })
  await eventually(async () => expect(await statesOf(email)).toEqual(['uncertain', 'uncertain']))
  loses = false
  const [bob, kara] = (await deliveriesOf(database.db, email)).map(one => one.id as DeliveryId)
  const channels = new Map([['managed', channel] as const])
  const retry = (deliveryId: DeliveryId | undefined, more: object) =>
    retryDelivery(database.db, channels, {
      ...seeded,
      deliveryId: deliveryId as DeliveryId,
      giveUpMs: 60_000,
      ...more,
    })
  await retry(bob, {})
  const corrected = await retry(kara, { correctedAddress: 'cara@customer.example' })
  expect(corrected.isAlone).toBe(true)
  await eventually(() => expect(channel.received).toHaveLength(3))
  const [first, ...others] = channel.received
  const toBob = others.find(handoff => handoff.deliveries[0]?.to.startsWith('bob'))
  const toCara = others.find(handoff => handoff.deliveries[0]?.to.startsWith('cara'))
  expect(toBob?.message.messageId, 'receivers can tell that it is the same').toBe(first?.message.messageId)
  expect(headersOf(toBob)).toMatch(/^To: bob@customer\.example$/m)
  expect(toCara?.message.messageId).not.toBe(first?.message.messageId)
  expect(headersOf(toCara)).toMatch(/^To: cara@customer\.example$/m)
  expect(headersOf(toCara)).not.toMatch(/kara@|bob@/)
})
