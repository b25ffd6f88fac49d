import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { asEngine, asWeb } from '../platform/database/as-role.ts'
import { connect } from '../platform/database/connect.ts'
import { listNotices } from './list-notices.ts'
import { platformWorkspace } from './store-notices.ts'
import { type InboundWorld, openInboundWorld } from './testing/open-inbound-world.ts'
import { move, noticesOf, returnPathOf, startTestInbound } from './testing/start-test-inbound.ts'
import { writeComplaint, writeDsn, writeReply } from './testing/write-notice.ts'

let world: InboundWorld

beforeAll(async () => {
  world = await openInboundWorld()
})
afterEach(() => expect(world.inbound.warnings.splice(0)).toEqual([]))
afterAll(() => world.close())

const eventually = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 10_000, interval: 20 })

test('a DSN to the return path turns the delivery into Bounced, with its reason, and suppresses a dead address', async () => {
  const { email, first } = await world.sent(['bob'])
  await world.bounce(first)
  await eventually(async () =>
    expect(await world.deliveries(email)).toMatchObject([
      {
        state: 'bounced',
        folder: 'bounced',
        reason: {
          code: 'recipient.unknown',
          status: '5.1.1',
          replyCode: 550,
          reply: expect.stringContaining('User unknown'),
        },
      },
    ]),
  )
  expect(await world.lastEvent(email)).toMatchObject({
    kind: 'bounced',
    data: { matchedBy: 'return-path', round: 1 },
  })
  expect(await world.suppressions(first.address)).toMatchObject([
    {
      author: 'bounce',
      days: 90,
      proof: { noticeId: expect.any(String), verbatim: expect.stringContaining('User unknown') },
    },
  ])
})

test('the same DSN twice is one bounce; another one is recorded and moves nothing', async () => {
  const { email, first } = await world.sent(['bob'])
  const raw = await world.bounce(first)
  await world.receive(returnPathOf(first.id).toUpperCase(), raw)
  await world.bounce(first)
  await eventually(async () =>
    expect(await world.kinds(email)).toEqual(['released', 'delivered', 'bounced', 'lateNews']),
  )
  expect(await world.notices(email)).toHaveLength(2)
})

test('a sender-side block bounces and suppresses nobody', async () => {
  const { email, first } = await world.sent(['bob'])
  await world.bounce(first, {
    status: '5.7.1',
    diagnostic: '554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org',
  })
  await eventually(async () => expect(await world.deliveries(email)).toMatchObject([{ state: 'bounced' }]))
  expect(await world.suppressions(first.address)).toEqual([])
})

test('news that comes before our own answer waits for it', async () => {
  const { email, first } = await world.sent(['bob'], ['claimed', 'marked'])
  await world.bounce(first)
  await eventually(async () => expect(await world.notices(email)).toMatchObject([{ state: 'waiting' }]))
  expect(await world.deliveries(email)).toMatchObject([{ state: 'sending' }])
  const before = performance.now()
  await move(world.database.db, first, 'delivered')
  await eventually(async () => expect(await world.deliveries(email)).toMatchObject([{ state: 'bounced' }]))
  expect(performance.now() - before).toBeLessThan(3_000)
  expect(await world.kinds(email)).toEqual(['released', 'delivered', 'bounced'])
  expect(await world.notices(email)).toMatchObject([{ state: 'applied' }])
})

test('an uncertain delivery is settled by its bounce', async () => {
  const { email, first } = await world.sent(['bob'], ['claimed', 'marked', 'lostTrack'])
  await world.bounce(first)
  await eventually(async () => expect(await world.deliveries(email)).toMatchObject([{ state: 'bounced' }]))
})

test('a delay is an event, a success turns Accepted into Delivered', async () => {
  const { email, first } = await world.sent(['bob'], ['claimed', 'marked', 'accepted'])
  await world.bounce(first, { action: 'delayed', status: '4.4.1', diagnostic: '451 4.4.1 no answer yet' })
  await eventually(async () => expect(await world.lastEvent(email)).toMatchObject({ kind: 'delayed' }))
  expect(await world.deliveries(email)).toMatchObject([{ state: 'accepted' }])
  await world.bounce(first, { action: 'delivered', status: '2.0.0', diagnostic: '250 2.0.0 Saved' })
  await eventually(async () => expect(await world.deliveries(email)).toMatchObject([{ state: 'delivered' }]))
})

test('a complaint files under Spam and suppresses for good', async () => {
  const { email, first } = await world.sent(['bob'])
  const raw = writeComplaint({
    to: 'fbl@mail.example',
    about: first.address,
    returned: [`Return-Path: <${returnPathOf(first.id)}>`, 'Subject: Hello'],
  })
  await world.receive('fbl@mail.example', raw, 'abusedesk@customer.example')
  await eventually(async () =>
    expect(await world.deliveries(email)).toMatchObject([{ state: 'complained', folder: 'spam' }]),
  )
  expect(await world.suppressions(first.address)).toMatchObject([{ author: 'feedback', days: null }])
})

test.each([
  ['auto-reply', 'autoReplied', ['Auto-Submitted: auto-replied']],
  ['reply', 'replied', []],
])('%s: filed in the thread as what it is', async (kind, event, headers) => {
  const { email, first } = await world.sent(['bob'])
  await world.receive(
    returnPathOf(first.id),
    writeReply({ to: first.address, headers }),
    'bob@customer.example',
  )
  await eventually(async () => expect(await world.kinds(email)).toEqual(['released', 'delivered', event]))
  const found = await asWeb(world.database.db, world.seeded.workspaceId, tx =>
    sql`select i.kind, i.from_name, i.from_address, i.subject from fairlead.inbound_message i
        join fairlead.email e on e.thread_id = i.thread_id where e.id = ${email}`.execute(tx),
  )
  expect(found.rows).toEqual([
    { kind, from_name: 'Bob Müller', from_address: 'bob@customer.example', subject: 'Re: Hello' },
  ])
  expect(await world.deliveries(email)).toMatchObject([{ state: 'delivered' }])
})

test('what matches nothing is listed for the admin, and so is what has no sender and no meaning', async () => {
  const { email, first } = await world.sent(['bob'])
  await world.receive('abuse@mail.example', 'From: x@customer.example\r\nSubject: Please stop\r\n\r\nNow.')
  await world.receive(returnPathOf(first.id), 'Subject: a notice in no known words\r\n\r\nOh no.')
  const list = (workspaceId: typeof world.seeded.workspaceId) =>
    asEngine(world.database.db, tx => listNotices(tx, { workspaceId, state: 'unmatched', most: 1 }))
  await eventually(async () =>
    expect(await list(platformWorkspace)).toMatchObject([{ envelopeTo: ['abuse@mail.example'] }]),
  )
  await eventually(async () =>
    expect(await list(world.seeded.workspaceId)).toMatchObject([{ emailId: email, kind: 'other' }]),
  )
})

test('NUL bytes, halves of characters and 3 MB of text are read like anything else', async () => {
  const { email, first } = await world.sent(['bob'])
  await world.bounce(first, { diagnostic: '550 5.1.1 \0 User unknown \ud800 here' })
  await eventually(async () => expect(await world.deliveries(email)).toMatchObject([{ state: 'bounced' }]))
  const large = await world.sent(['bob'])
  const to = returnPathOf(large.first.id)
  const raw = `${writeDsn({ to, recipients: [{ final: large.first.address }] })}\r\n${'filling of no meaning\r\n'.repeat(150_000)}`
  await world.receive(to, raw)
  await eventually(async () =>
    expect(await world.deliveries(large.email)).toMatchObject([{ state: 'bounced' }]),
  )
})

test('a notice that cannot be read is put aside and holds nobody up', async () => {
  const { email, first } = await world.sent(['bob'])
  await world.restart({ reads: false })
  const broken = `Subject: its bytes will be lost ${email}`
  await world.receive('abuse@mail.example', broken)
  await asEngine(world.database.db, tx =>
    sql`delete from fairlead.blob where sha256 = (select sha256 from fairlead.notice where state = 'new')`.execute(
      tx,
    ),
  )
  await world.restart()
  await world.bounce(first)
  await eventually(async () => expect(await world.deliveries(email)).toMatchObject([{ state: 'bounced' }]))
  await eventually(async () =>
    expect((await noticesOf(world.database.db)).filter(one => one.size === broken.length + 2)).toMatchObject([
      { state: 'unmatched', report: { error: expect.stringContaining('not there') } },
    ]),
  )
  expect(world.inbound.warnings.splice(0)).toHaveLength(1)
})

test('several readers share the work and none applies twice', async () => {
  const others = await Promise.all([1, 2].map(() => startTestInbound(world.database.db)))
  const all = await Promise.all(Array.from({ length: 12 }, () => world.sent(['bob'])))
  await Promise.all(all.map(({ first }) => world.bounce(first)))
  for (const { email } of all)
    await eventually(async () =>
      expect(await world.kinds(email)).toEqual(['released', 'delivered', 'bounced']),
    )
  await Promise.all(others.map(one => one.stop()))
})

test('an answer settles what was uncertain', async () => {
  const { email, first } = await world.sent(['bob'], ['claimed', 'marked', 'lostTrack'])
  await world.receive(returnPathOf(first.id), writeReply({ to: first.address }), 'bob@customer.example')
  await eventually(async () =>
    expect(await world.kinds(email)).toEqual(['released', 'lostTrack', 'replied', 'delivered']),
  )
})

test('a notice whose delivery is locked by somebody holds up no other, and is read later', async () => {
  const [locked, free] = [await world.sent(['locked']), await world.sent(['free'])]
  const name = new URL(world.database.url).pathname.slice(1)
  const holder = new pg.Client({ connectionString: world.database.superuserUrl })
  await holder.connect()
  await holder.query(`alter database ${name} set lock_timeout = '100ms'`)
  const impatient = connect({ url: world.database.url, most: 4 })
  await world.restart({ db: impatient })
  try {
    await holder.query('begin')
    await holder.query('select from fairlead.delivery where id = $1 for update', [locked.first.id])
    await world.bounce(locked.first)
    await world.bounce(free.first)
    await eventually(async () =>
      expect(await world.deliveries(free.email)).toMatchObject([{ state: 'bounced' }]),
    )
    await eventually(() => expect(world.inbound.warnings.length).toBeGreaterThan(0))
    expect(await world.deliveries(locked.email)).toMatchObject([{ state: 'delivered' }])
    await holder.query('rollback')
    await eventually(async () =>
      expect(await world.deliveries(locked.email)).toMatchObject([{ state: 'bounced' }]),
    )
    expect(world.inbound.warnings.splice(0)[0]).toMatchObject({ err: { cause: { code: '55P03' } } })
  } finally {
    await holder.query(`alter database ${name} reset lock_timeout`)
    await holder.end()
    await world.restart()
    await impatient.destroy()
  }
})
