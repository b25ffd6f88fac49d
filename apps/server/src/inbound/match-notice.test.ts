import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { type InboundWorld, openInboundWorld } from './testing/open-inbound-world.ts'
import { noticesOf, returnPathOf, type SentDelivery, toDelivered } from './testing/start-test-inbound.ts'
import { writeDsn } from './testing/write-notice.ts'

let world: InboundWorld

beforeAll(async () => {
  world = await openInboundWorld()
})
afterEach(() => expect(world.inbound.warnings.splice(0)).toEqual([]))
afterAll(() => world.close())

const eventually = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 10_000, interval: 20 })

test('news of an older round is recorded on its email and moves nothing', async () => {
  const { email, first } = await world.sent(
    ['bob'],
    ['claimed', 'marked', 'lostTrack', 'retried', ...toDelivered],
  )
  await world.bounce(first, { round: 1 })
  await eventually(async () =>
    expect(await world.lastEvent(email)).toMatchObject({
      kind: 'lateNews',
      data: { news: 'bounced', why: 'older-round', round: 1, reason: { code: 'recipient.unknown' } },
    }),
  )
  expect(await world.deliveries(email)).toMatchObject([{ state: 'delivered', round: 2 }])
  await world.bounce(first, { round: 2 })
  await eventually(async () =>
    expect(await world.deliveries(email)).toMatchObject([{ state: 'bounced', round: 2 }]),
  )
})

test('forwarded mail that bounces further on is still ours, but suppresses nobody', async () => {
  const { email, first } = await world.sent(['bob'])
  await world.bounce(first, { final: 'robert@elsewhere.example', original: 'robert@elsewhere.example' })
  await eventually(async () => expect(await world.deliveries(email)).toMatchObject([{ state: 'bounced' }]))
  expect(await world.lastEvent(email)).toMatchObject({
    data: { recipients: [{ final: 'robert@elsewhere.example' }] },
  })
  expect([
    await world.suppressions(first.address),
    await world.suppressions('robert@elsewhere.example'),
  ]).toEqual([[], []])
})

test('two failed recipients in one notice, matched by our own reference, bounce both and not the third', async () => {
  const { email, deliveries: all } = await world.sent(['ann', 'bob', 'cid'])
  const [ann, bob] = all
  const raw = writeDsn({
    to: 'postmaster@mail.example',
    queueId: 'two',
    recipients: [ann, bob].map(one => ({ final: one?.address ?? '' })),
    returned: [`X-Fairlead-Ref: msg_${ann?.messageId}`, 'Subject: Hello'],
  })
  await world.receive('postmaster@mail.example', raw)
  await eventually(async () =>
    expect((await world.deliveries(email)).map(one => one.state)).toEqual([
      'bounced',
      'bounced',
      'delivered',
    ]),
  )
  expect(await world.notices(email)).toMatchObject([{ state: 'applied', matchedBy: 'ref' }])
})

test.each([
  ['message-id', (one: SentDelivery) => ({ returned: [`Message-ID: <${one.rfcMessageId}>`] })],
  ['envelope-id', (one: SentDelivery) => ({ envelopeId: `${one.id}.1` })],
  ['return-path', (one: SentDelivery) => ({ returned: [`Return-Path: <${returnPathOf(one.id)}>`] })],
])('a notice to postmaster is matched by %s', async (by, clue) => {
  const { email, first } = await world.sent(['bob'])
  const to = 'postmaster@mail.example'
  await world.receive(
    to,
    writeDsn({ to, queueId: `by-${by}`, recipients: [{ final: first.address }], ...clue(first) }),
  )
  await eventually(async () =>
    expect(await world.notices(email)).toMatchObject([{ state: 'applied', matchedBy: by }]),
  )
  expect(await world.deliveries(email)).toMatchObject([{ state: 'bounced' }])
})

test('a Message-ID of a later round tells the round', async () => {
  const { email, first } = await world.sent(['bob'], [...toDelivered, 'bounced', 'retried', ...toDelivered])
  const to = 'postmaster@mail.example'
  const id = first.rfcMessageId.replace('@', `.${first.id}.r2@`)
  for (const messageId of [first.rfcMessageId, id])
    await world.receive(
      to,
      writeDsn({
        to,
        queueId: messageId,
        recipients: [{ final: first.address }],
        returned: [`Message-ID: <${messageId}>`],
      }),
    )
  await eventually(async () =>
    expect((await world.kinds(email)).slice(-2).sort()).toEqual(['bounced', 'lateNews']),
  )
  expect(await world.deliveries(email)).toMatchObject([{ state: 'bounced', round: 2 }])
})

test('addresses alone match one delivery of the last days, by guess, and suppress nobody', async () => {
  const { email, first } = await world.sent(['lone'])
  const raw = (about: string, mark: string) =>
    `From: MAILER-DAEMON@customer.example\r\nX-Failed-Recipients: ${about}\r\n${writeDsn({ to: 'postmaster@mail.example', queueId: mark, recipients: [{ final: about }] })}`
  await world.receive('postmaster@mail.example', raw(first.address, 'guess'))
  await eventually(async () =>
    expect(await world.notices(email)).toMatchObject([{ state: 'applied', matchedBy: 'failed-recipient' }]),
  )
  expect(await world.deliveries(email)).toMatchObject([{ state: 'bounced' }])
  expect(await world.suppressions(first.address)).toEqual([])
  const twice = await world.sent(['both'])
  const { email: again } = await world.sentTo([twice.first.address])
  const ambiguous = raw(twice.first.address, 'ambiguous')
  await world.receive('postmaster@mail.example', ambiguous)
  await eventually(async () =>
    expect(
      (await noticesOf(world.database.db)).filter(one => one.size === ambiguous.length + 2),
    ).toMatchObject([{ state: 'unmatched' }]),
  )
  expect((await world.deliveries(twice.email)).concat(await world.deliveries(again))).toMatchObject([
    { state: 'delivered' },
    { state: 'delivered' },
  ])
})
