import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { asEngine, asWeb } from '../platform/database/as-role.ts'
import { connect } from '../platform/database/connect.ts'
import type { EmailId } from '../platform/ids.ts'
import { type SeededWorkspace, seedWorkspace } from '../testing/seed-workspace.ts'
import { acceptTestEmail, deliveriesOf } from '../testing/start-test-outbox.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { listNotices } from './list-notices.ts'
import { platformWorkspace } from './store-notices.ts'
import { sendMail } from './testing/smtp-client.ts'
import {
  eventsOf,
  move,
  noticesOf,
  returnPathOf,
  type SentDelivery,
  sentDeliveries,
  startTestInbound,
  type TestInbound,
  toDelivered,
} from './testing/start-test-inbound.ts'
import { writeComplaint, writeDsn, writeReply } from './testing/write-notice.ts'

let database: TestDatabase
let seeded: SeededWorkspace
let inbound: TestInbound
let count = 0

beforeAll(async () => {
  database = await createTestDatabase()
  seeded = await seedWorkspace(database.db)
  inbound = await startTestInbound(database.db)
})
afterEach(() => expect(inbound.warnings.splice(0)).toEqual([]))
afterAll(async () => {
  await inbound.stop()
  await database.close()
})

const eventually = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 10_000, interval: 20 })

/** An email to new people whose deliveries have come as far as `events` lead. */
async function sent(
  names: readonly string[],
  events: Parameters<typeof move>[2][] = [...toDelivered],
): Promise<{ email: EmailId; deliveries: SentDelivery[]; first: SentDelivery }> {
  count += 1
  const email = await acceptTestEmail(
    database.db,
    seeded,
    names.map(name => `${name}${count}@customer.example`),
  )
  const deliveries = await sentDeliveries(database.db, email)
  for (const delivery of deliveries) if (events.length > 0) await move(database.db, delivery, ...events)
  const [first] = deliveries
  if (first === undefined) throw new Error('no delivery')
  return { email, deliveries, first }
}

async function receive(to: string, raw: string, from = ''): Promise<void> {
  expect(await sendMail(inbound.listener.port, { to: [to], raw, from })).toMatch(/^250/)
}

/** The DSN of one recipient, to its return path. */
async function bounce(
  delivery: SentDelivery,
  more: Partial<Parameters<typeof writeDsn>[0]['recipients'][0]> & {
    round?: number
    to?: string
    returned?: string[]
  } = {},
): Promise<string> {
  const { round, to = returnPathOf(delivery.id, round ?? 1), returned, ...recipient } = more
  count += 1
  const raw = writeDsn({
    to,
    queueId: `Q${count}`,
    recipients: [{ final: delivery.address, ...recipient }],
    ...(returned ? { returned } : {}),
  })
  await receive(to, raw)
  return raw
}

const deliveries = (email: EmailId) => deliveriesOf(database.db, email)
const kinds = async (email: EmailId) => (await eventsOf(database.db, email)).map(event => event.kind)
const lastEvent = async (email: EmailId) => (await eventsOf(database.db, email)).at(-1)
const notices = async (email: EmailId) =>
  (
    await asEngine(database.db, tx =>
      sql<{ state: string; kind: string; matchedBy: string }>`
        select state, kind, matched_by as "matchedBy" from fairlead.notice where email_id = ${email} order by received_at`.execute(
        tx,
      ),
    )
  ).rows

const suppressions = async (address: string) =>
  (
    await asEngine(database.db, tx =>
      sql<{ reason: object; proof: object; author: string; days: number | null }>`
        select reason, proof, author, round(extract(epoch from expires_at - created_at) / 86400)::int as days
        from fairlead.suppression where address_key = ${address}`.execute(tx),
    )
  ).rows

test('a DSN to the return path turns the delivery into Bounced, with its reason, and suppresses a dead address', async () => {
  const { email, first } = await sent(['bob'])
  await bounce(first)
  await eventually(async () =>
    expect(await deliveries(email)).toMatchObject([
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
  expect(await lastEvent(email)).toMatchObject({
    kind: 'bounced',
    data: { matchedBy: 'return-path', round: 1 },
  })
  expect(await suppressions(first.address)).toMatchObject([
    {
      author: 'bounce',
      days: 90,
      proof: { noticeId: expect.any(String), verbatim: expect.stringContaining('User unknown') },
    },
  ])
})

test('the same DSN twice is one bounce; another one is recorded and moves nothing', async () => {
  const { email, first } = await sent(['bob'])
  const raw = await bounce(first)
  await receive(returnPathOf(first.id).toUpperCase(), raw)
  await bounce(first)
  await eventually(async () =>
    expect(await kinds(email)).toEqual(['released', 'delivered', 'bounced', 'lateNews']),
  )
  expect(await notices(email)).toHaveLength(2)
})

test('a sender-side block bounces and suppresses nobody', async () => {
  const { email, first } = await sent(['bob'])
  await bounce(first, {
    status: '5.7.1',
    diagnostic: '554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org',
  })
  await eventually(async () => expect(await deliveries(email)).toMatchObject([{ state: 'bounced' }]))
  expect(await suppressions(first.address)).toEqual([])
})

test('news that comes before our own answer waits for it', async () => {
  const { email, first } = await sent(['bob'], ['claimed', 'marked'])
  await bounce(first)
  await eventually(async () => expect(await notices(email)).toMatchObject([{ state: 'waiting' }]))
  expect(await deliveries(email)).toMatchObject([{ state: 'sending' }])
  const before = performance.now()
  await move(database.db, first, 'delivered')
  await eventually(async () => expect(await deliveries(email)).toMatchObject([{ state: 'bounced' }]))
  expect(performance.now() - before).toBeLessThan(3_000)
  expect(await kinds(email)).toEqual(['released', 'delivered', 'bounced'])
  expect(await notices(email)).toMatchObject([{ state: 'applied' }])
})

test('news of an older round is recorded on its email and moves nothing', async () => {
  const { email, first } = await sent(['bob'], ['claimed', 'marked', 'lostTrack', 'retried', ...toDelivered])
  await bounce(first, { round: 1 })
  await eventually(async () =>
    expect(await lastEvent(email)).toMatchObject({
      kind: 'lateNews',
      data: { news: 'bounced', why: 'older-round', round: 1, reason: { code: 'recipient.unknown' } },
    }),
  )
  expect(await deliveries(email)).toMatchObject([{ state: 'delivered', round: 2 }])
  await bounce(first, { round: 2 })
  await eventually(async () =>
    expect(await deliveries(email)).toMatchObject([{ state: 'bounced', round: 2 }]),
  )
})

test('an uncertain delivery is settled by its bounce', async () => {
  const { email, first } = await sent(['bob'], ['claimed', 'marked', 'lostTrack'])
  await bounce(first)
  await eventually(async () => expect(await deliveries(email)).toMatchObject([{ state: 'bounced' }]))
})

test('a delay is an event, a success turns Accepted into Delivered', async () => {
  const { email, first } = await sent(['bob'], ['claimed', 'marked', 'accepted'])
  await bounce(first, { action: 'delayed', status: '4.4.1', diagnostic: '451 4.4.1 no answer yet' })
  await eventually(async () => expect(await lastEvent(email)).toMatchObject({ kind: 'delayed' }))
  expect(await deliveries(email)).toMatchObject([{ state: 'accepted' }])
  await bounce(first, { action: 'delivered', status: '2.0.0', diagnostic: '250 2.0.0 Saved' })
  await eventually(async () => expect(await deliveries(email)).toMatchObject([{ state: 'delivered' }]))
})

test('forwarded mail that bounces further on is still ours, but suppresses nobody', async () => {
  const { email, first } = await sent(['bob'])
  await bounce(first, { final: 'robert@elsewhere.example', original: 'robert@elsewhere.example' })
  await eventually(async () => expect(await deliveries(email)).toMatchObject([{ state: 'bounced' }]))
  expect(await lastEvent(email)).toMatchObject({
    data: { recipients: [{ final: 'robert@elsewhere.example' }] },
  })
  expect([await suppressions(first.address), await suppressions('robert@elsewhere.example')]).toEqual([
    [],
    [],
  ])
})

test('two failed recipients in one notice, matched by our own reference, bounce both and not the third', async () => {
  const { email, deliveries: all } = await sent(['ann', 'bob', 'cid'])
  const [ann, bob] = all
  const raw = writeDsn({
    to: 'postmaster@mail.example',
    queueId: 'two',
    recipients: [ann, bob].map(one => ({ final: one?.address ?? '' })),
    returned: [`X-Fairlead-Ref: msg_${ann?.messageId}`, 'Subject: Hello'],
  })
  await receive('postmaster@mail.example', raw)
  await eventually(async () =>
    expect((await deliveries(email)).map(one => one.state)).toEqual(['bounced', 'bounced', 'delivered']),
  )
  expect(await notices(email)).toMatchObject([{ state: 'applied', matchedBy: 'ref' }])
})

test.each([
  ['message-id', (one: SentDelivery) => ({ returned: [`Message-ID: <${one.rfcMessageId}>`] })],
  ['envelope-id', (one: SentDelivery) => ({ envelopeId: `${one.id}.1` })],
  ['return-path', (one: SentDelivery) => ({ returned: [`Return-Path: <${returnPathOf(one.id)}>`] })],
])('a notice to postmaster is matched by %s', async (by, clue) => {
  const { email, first } = await sent(['bob'])
  const to = 'postmaster@mail.example'
  await receive(
    to,
    writeDsn({ to, queueId: `by-${by}`, recipients: [{ final: first.address }], ...clue(first) }),
  )
  await eventually(async () =>
    expect(await notices(email)).toMatchObject([{ state: 'applied', matchedBy: by }]),
  )
  expect(await deliveries(email)).toMatchObject([{ state: 'bounced' }])
})

test('a Message-ID of a later round tells the round', async () => {
  const { email, first } = await sent(['bob'], [...toDelivered, 'bounced', 'retried', ...toDelivered])
  const to = 'postmaster@mail.example'
  const id = first.rfcMessageId.replace('@', `.${first.id}.r2@`)
  for (const messageId of [first.rfcMessageId, id])
    await receive(
      to,
      writeDsn({
        to,
        queueId: messageId,
        recipients: [{ final: first.address }],
        returned: [`Message-ID: <${messageId}>`],
      }),
    )
  await eventually(async () => expect((await kinds(email)).slice(-2).sort()).toEqual(['bounced', 'lateNews']))
  expect(await deliveries(email)).toMatchObject([{ state: 'bounced', round: 2 }])
})

test('a complaint files under Spam and suppresses for good', async () => {
  const { email, first } = await sent(['bob'])
  const raw = writeComplaint({
    to: 'fbl@mail.example',
    about: first.address,
    returned: [`Return-Path: <${returnPathOf(first.id)}>`, 'Subject: Hello'],
  })
  await receive('fbl@mail.example', raw, 'abusedesk@customer.example')
  await eventually(async () =>
    expect(await deliveries(email)).toMatchObject([{ state: 'complained', folder: 'spam' }]),
  )
  expect(await suppressions(first.address)).toMatchObject([{ author: 'feedback', days: null }])
})

test.each([
  ['auto-reply', 'autoReplied', ['Auto-Submitted: auto-replied']],
  ['reply', 'replied', []],
])('%s: filed in the thread as what it is', async (kind, event, headers) => {
  const { email, first } = await sent(['bob'])
  await receive(returnPathOf(first.id), writeReply({ to: first.address, headers }), 'bob@customer.example')
  await eventually(async () => expect(await kinds(email)).toEqual(['released', 'delivered', event]))
  const found = await asWeb(database.db, seeded.workspaceId, tx =>
    sql`select i.kind, i.from_name, i.from_address, i.subject from fairlead.inbound_message i
        join fairlead.email e on e.thread_id = i.thread_id where e.id = ${email}`.execute(tx),
  )
  expect(found.rows).toEqual([
    { kind, from_name: 'Bob Müller', from_address: 'bob@customer.example', subject: 'Re: Hello' },
  ])
  expect(await deliveries(email)).toMatchObject([{ state: 'delivered' }])
})

test('what matches nothing is listed for the admin, and so is what has no sender and no meaning', async () => {
  const { email, first } = await sent(['bob'])
  await receive('abuse@mail.example', 'From: x@customer.example\r\nSubject: Please stop\r\n\r\nNow.')
  await receive(returnPathOf(first.id), 'Subject: a notice in no known words\r\n\r\nOh no.')
  const list = (workspaceId: typeof seeded.workspaceId) =>
    asEngine(database.db, tx => listNotices(tx, { workspaceId, state: 'unmatched', most: 1 }))
  await eventually(async () =>
    expect(await list(platformWorkspace)).toMatchObject([{ envelopeTo: ['abuse@mail.example'] }]),
  )
  await eventually(async () =>
    expect(await list(seeded.workspaceId)).toMatchObject([{ emailId: email, kind: 'other' }]),
  )
})

test('NUL bytes, halves of characters and 3 MB of text are read like anything else', async () => {
  const { email, first } = await sent(['bob'])
  await bounce(first, { diagnostic: '550 5.1.1 \0 User unknown \ud800 here' })
  await eventually(async () => expect(await deliveries(email)).toMatchObject([{ state: 'bounced' }]))
  const large = await sent(['bob'])
  const to = returnPathOf(large.first.id)
  const raw = `${writeDsn({ to, recipients: [{ final: large.first.address }] })}\r\n${'filling of no meaning\r\n'.repeat(150_000)}`
  await receive(to, raw)
  await eventually(async () => expect(await deliveries(large.email)).toMatchObject([{ state: 'bounced' }]))
})

test('a notice that cannot be read is put aside and holds nobody up', async () => {
  const { email, first } = await sent(['bob'])
  await inbound.stop()
  inbound = await startTestInbound(database.db, { reads: false })
  const broken = `Subject: its bytes will be lost ${email}`
  await receive('abuse@mail.example', broken)
  await asEngine(database.db, tx =>
    sql`delete from fairlead.blob where sha256 = (select sha256 from fairlead.notice where state = 'new')`.execute(
      tx,
    ),
  )
  await inbound.stop()
  inbound = await startTestInbound(database.db)
  await bounce(first)
  await eventually(async () => expect(await deliveries(email)).toMatchObject([{ state: 'bounced' }]))
  await eventually(async () =>
    expect((await noticesOf(database.db)).filter(one => one.size === broken.length + 2)).toMatchObject([
      { state: 'unmatched', report: { error: expect.stringContaining('not there') } },
    ]),
  )
  expect(inbound.warnings.splice(0)).toHaveLength(1)
})

test('several readers share the work and none applies twice', async () => {
  const others = await Promise.all([1, 2].map(() => startTestInbound(database.db)))
  const all = await Promise.all(Array.from({ length: 12 }, () => sent(['bob'])))
  await Promise.all(all.map(({ first }) => bounce(first)))
  for (const { email } of all)
    await eventually(async () => expect(await kinds(email)).toEqual(['released', 'delivered', 'bounced']))
  await Promise.all(others.map(one => one.stop()))
})

test('an answer settles what was uncertain', async () => {
  const { email, first } = await sent(['bob'], ['claimed', 'marked', 'lostTrack'])
  await receive(returnPathOf(first.id), writeReply({ to: first.address }), 'bob@customer.example')
  await eventually(async () =>
    expect(await kinds(email)).toEqual(['released', 'lostTrack', 'replied', 'delivered']),
  )
})

test('addresses alone match one delivery of the last days, by guess, and suppress nobody', async () => {
  const { email, first } = await sent(['lone'])
  const raw = (about: string, mark: string) =>
    `From: MAILER-DAEMON@customer.example\r\nX-Failed-Recipients: ${about}\r\n${writeDsn({ to: 'postmaster@mail.example', queueId: mark, recipients: [{ final: about }] })}`
  await receive('postmaster@mail.example', raw(first.address, 'guess'))
  await eventually(async () =>
    expect(await notices(email)).toMatchObject([{ state: 'applied', matchedBy: 'failed-recipient' }]),
  )
  expect(await deliveries(email)).toMatchObject([{ state: 'bounced' }])
  expect(await suppressions(first.address)).toEqual([])
  const twice = await sent(['both'])
  const again = await acceptTestEmail(database.db, seeded, [twice.first.address])
  for (const delivery of await sentDeliveries(database.db, again))
    await move(database.db, delivery, ...toDelivered)
  const ambiguous = raw(twice.first.address, 'ambiguous')
  await receive('postmaster@mail.example', ambiguous)
  await eventually(async () =>
    expect((await noticesOf(database.db)).filter(one => one.size === ambiguous.length + 2)).toMatchObject([
      { state: 'unmatched' },
    ]),
  )
  expect((await deliveries(twice.email)).concat(await deliveries(again))).toMatchObject([
    { state: 'delivered' },
    { state: 'delivered' },
  ])
})

test('a notice whose delivery is locked by somebody holds up no other, and is read later', async () => {
  const [locked, free] = [await sent(['locked']), await sent(['free'])]
  const name = new URL(database.url).pathname.slice(1)
  const holder = new pg.Client({ connectionString: database.superuserUrl })
  await holder.connect()
  await holder.query(`alter database ${name} set lock_timeout = '100ms'`)
  const impatient = connect({ url: database.url, most: 4 })
  await inbound.stop()
  inbound = await startTestInbound(impatient)
  try {
    await holder.query('begin')
    await holder.query('select from fairlead.delivery where id = $1 for update', [locked.first.id])
    await bounce(locked.first)
    await bounce(free.first)
    await eventually(async () => expect(await deliveries(free.email)).toMatchObject([{ state: 'bounced' }]))
    await eventually(() => expect(inbound.warnings.length).toBeGreaterThan(0))
    expect(await deliveries(locked.email)).toMatchObject([{ state: 'delivered' }])
    await holder.query('rollback')
    await eventually(async () => expect(await deliveries(locked.email)).toMatchObject([{ state: 'bounced' }]))
    expect(inbound.warnings.splice(0)[0]).toMatchObject({ err: { cause: { code: '55P03' } } })
  } finally {
    await holder.query(`alter database ${name} reset lock_timeout`)
    await holder.end()
    await inbound.stop()
    await impatient.destroy()
    inbound = await startTestInbound(database.db)
  }
})
