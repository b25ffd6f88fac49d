import { once } from 'node:events'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer, type SMTPServerEnvelope } from 'smtp-server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeCertificate } from '../mx/certificate.ts'
import { type Bench, openBench } from '../testing/with-simulator.ts'

interface Notice {
  readonly mailFrom: string
  readonly to: readonly string[]
  readonly mail: Email
}

/** A listener as the product has one: where notices to returns.example arrive. */
class Listener {
  readonly notices: Notice[] = []
  refusals: number[] = []
  #wake = () => {}
  readonly server = new SMTPServer({
    ...makeCertificate('inbound.example'),
    authOptional: true,
    disableReverseLookup: true,
    logger: false,
    closeTimeout: 100,
    onRcptTo: (_to, _session, done) => {
      const responseCode = this.refusals.shift()
      done(responseCode ? Object.assign(new Error('not now'), { responseCode }) : null)
    },
    onData: (stream, session, done) => {
      this.#read(stream, session.envelope).then(() => done(), done)
    },
  })

  async #read(stream: AsyncIterable<Buffer>, envelope: SMTPServerEnvelope): Promise<void> {
    const mailFrom = envelope.mailFrom ? envelope.mailFrom.address : ''
    const to = envelope.rcptTo.map(({ address }) => address)
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(chunk)
    this.notices.push({ mailFrom, to, mail: await PostalMime.parse(Buffer.concat(chunks)) })
    this.#wake()
  }

  async next(): Promise<Notice> {
    while (this.notices.length === 0)
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    const notice = this.notices.shift()
    if (!notice) throw new Error('no notice')
    return notice
  }
}

let bench: Bench
const listener = new Listener()

beforeAll(async () => {
  bench = await openBench()
  listener.server.listen(0, '127.0.0.1')
  await once(listener.server.server, 'listening')
  const address = listener.server.server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  await bench.client.putZone([
    { name: 'returns.example', type: 'MX', data: { preference: 1, exchange: 'in.returns.example' } },
    { name: 'in.returns.example', type: 'PORT', data: port },
    { name: 'people.example', type: 'MX', data: '1 in.returns.example' },
  ])
})
afterAll(async () => {
  await bench.close()
  await new Promise<void>(resolve => listener.server.close(resolve))
})

const send = (to: string, extra: object = {}) =>
  bench.transport.sendMail({
    envelope: { from: 'b-token1@returns.example', to: [to] },
    from: 'Ann Rep <ann@people.example>',
    to,
    subject: 'Angebot für Öl',
    messageId: '<m1@people.example>',
    text: 'Shall we talk?',
    ...extra,
  })

const part = (notice: Notice, type: string): string => {
  const found = notice.mail.attachments.find(({ mimeType }) => mimeType === type)
  return found ? new TextDecoder().decode(found.content as ArrayBuffer) : ''
}
const header = ({ mail }: Notice, key: string) => mail.headers.find(h => h.key === key)?.value

test('mail to somebody whose server lies outside goes on to it, byte for byte', async () => {
  await send('trip-1@returns.example', { text: 'First.\n.\nAfter a dot.' })
  const passed = await listener.next()
  expect(passed).toMatchObject({ mailFrom: 'b-token1@returns.example', to: ['trip-1@returns.example'] })
  expect(passed.mail).toMatchObject({ messageId: '<m1@people.example>', subject: 'Angebot für Öl' })
  expect(passed.mail.text).toContain('First.\n.\nAfter a dot.')
})

test.each([
  [
    'bounce-later@acme.example',
    /Reporting-MTA: dns; mx1\.acme\.example/,
    '5.1.1',
    'Undelivered Mail Returned to Sender',
  ],
  ['bounce-later@contoso.com', /Reporting-MTA: dns;AM0PR/, '5.1.10', 'Undeliverable: Angebot für Öl'],
  [
    'bounce-later@gmail.com',
    /Reporting-MTA: dns; googlemail\.com/,
    '5.1.1',
    'Delivery Status Notification (Failure)',
  ],
])('%s is returned to the return path with an empty one', async (to, mta, status, subject) => {
  await send(to)
  const notice = await listener.next()
  expect(notice).toMatchObject({ mailFrom: '', to: ['b-token1@returns.example'] })
  expect(notice.mail.subject).toBe(subject)
  expect(header(notice, 'content-type')).toMatch(/^multipart\/report;[\s\S]*report-type="?delivery-status/)
  const report = part(notice, 'message/delivery-status')
  expect(report).toMatch(mta)
  expect(report).toMatch(new RegExp(`Final-Recipient: rfc822; ?${to.replace(/[.]/g, '\\.')}`))
  expect(report).toMatch(/Action: failed/)
  expect(report).toContain(`Status: ${status}\n`)
  expect(JSON.stringify(notice.mail) + part(notice, 'message/rfc822')).toContain('m1@people.example')
})

test('the sender’s DSN wishes are heard: ENVID, ORCPT, RET, NOTIFY', async () => {
  const dsn = { id: 'env-7', return: 'headers', notify: ['failure'], recipient: 'orig@acme.example' }
  await send('bounce-later@acme.example', { dsn })
  const notice = await listener.next()
  const report = part(notice, 'message/delivery-status')
  expect(report).toContain('Original-Envelope-Id: env-7')
  expect(report).toMatch(/Original-Recipient: rfc822;orig@acme\.example/)
  expect(part(notice, 'text/rfc822-headers')).toContain('m1@people.example')
  await send('bounce-later@acme.example', { dsn: { notify: 'never' } })
  await send('plain@acme.example', { dsn: { notify: 'success' } })
  expect(part(await listener.next(), 'message/delivery-status')).toContain('Action: delivered')
})

test('delay warns with 4.x and goes on', async () => {
  await send('delay@acme.example')
  const report = part(await listener.next(), 'message/delivery-status')
  expect(report).toMatch(/Action: delayed[\s\S]*Status: 4\.4\.1[\s\S]*Will-Retry-Until/)
})

test('complaints go to fbl@ the return-path host, in the form of Yahoo and of Microsoft; none from Gmail', async () => {
  await send('complain@gmail.com')
  await send('complain@yahoo.com')
  const yahoo = await listener.next()
  expect(yahoo.to).toEqual(['fbl@returns.example'])
  expect(part(yahoo, 'message/feedback-report')).toMatch(
    /Feedback-Type: abuse[\s\S]*Original-Rcpt-To: complain@yahoo\.com/,
  )
  await send('complain@outlook.com')
  const microsoft = await listener.next()
  expect(microsoft.mail.subject).toMatch(/^complaint about message from/)
})

test('auto-replies say that they are automatic; a person’s reply threads and does not', async () => {
  await send('autoreply@acme.example')
  const vacation = await listener.next()
  expect(vacation).toMatchObject({ mailFrom: '', to: ['b-token1@returns.example'] })
  expect(header(vacation, 'auto-submitted')).toBe('auto-replied (vacation)')
  await send('autoreply@contoso.com')
  const exchange = await listener.next()
  expect(exchange).toMatchObject({ mailFrom: '', to: ['ann@people.example'] })
  expect(exchange.mail.subject).toBe('Automatic reply: Angebot für Öl')
  await send('reply@acme.example')
  const reply = await listener.next()
  expect(reply).toMatchObject({ mailFrom: 'reply@acme.example', to: ['ann@people.example'] })
  expect(reply.mail).toMatchObject({ subject: 'Re: Angebot für Öl', inReplyTo: '<m1@people.example>' })
  expect(header(reply, 'auto-submitted')).toBeUndefined()
})

test('automatic mail gets no automatic answer, a null return path no notice', async () => {
  await send('autoreply@acme.example', { headers: { 'Auto-Submitted': 'auto-generated' } })
  await send('bounce-later@acme.example', { envelope: { from: '', to: ['bounce-later@acme.example'] } })
  await send('delay@acme.example')
  expect((await listener.next()).mail.subject).toMatch(/^Delayed Mail/)
})

test('a listener that is away for a moment gets the notice later; one that refuses does not', async () => {
  listener.refusals = [451, 451]
  await send('bounce-later@acme.example')
  await listener.next()
  const [last] = (await bench.client.sent()).slice(-1)
  expect(last).toMatchObject({ tries: 3, outcome: 'sent' })
})

test('mail to a simulated person is kept here and wakes nobody', async () => {
  await send('reply@acme.example', { from: 'autoreply@sim.example' })
  const [kept] = await bench.client.wait({ to: 'autoreply@sim.example' })
  expect(kept).toMatchObject({ source: 'simulator', from: 'reply@acme.example' })
})

test('nothing leaves loopback', async () => {
  await bench.client.putZone([
    { name: 'away.example', type: 'MX', data: '1 far.away.example' },
    { name: 'far.away.example', type: 'A', data: '192.0.2.1' },
    { name: 'far.away.example', type: 'PORT', data: 25 },
  ])
  await send('reply@acme.example', { from: 'x@away.example' })
  await expect
    .poll(async () => (await bench.client.sent()).at(-1))
    .toMatchObject({ to: 'x@away.example', outcome: 'nowhere' })
})
