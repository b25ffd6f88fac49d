import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Bench, openBench } from '../testing/with-simulator.ts'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

const mail = (to: string) => ({
  from: 'b-1@returns.example',
  to,
  subject: `To ${to}`,
  text: 'Hello\n.\n..dots',
})
const answerTo = (to: string): Promise<string> =>
  bench.transport.sendMail(mail(to)).then(
    ({ response }) => response,
    error => error.response ?? error.message,
  )

test('anybody else takes the mail, over TLS, and every byte is kept', async () => {
  expect(await answerTo('alice@acme.example')).toMatch(/^250 2\.0\.0 Ok: queued as [0-9A-F]{10}$/)
  const [message] = await bench.client.wait({ to: 'alice@acme.example' })
  expect(message).toMatchObject({
    mailFrom: 'b-1@returns.example',
    isTls: true,
    ehlo: 'sender.example',
    subject: 'To alice@acme.example',
    source: 'smtp',
  })
  expect((await bench.client.raw(message?.id ?? '')).toString()).toContain('Hello\r\n.\r\n..dots')
})

test.each([
  ['missing@gmail.com', /^550-5\.1\.1 The email account.*\n.*\n.*\n550 5\.1\.1 {2}https:.* - gsmtp$/],
  ['missing@contoso.com', /^550 5\.1\.10 RESOLVER\.ADR\.RecipientNotFound; Recipient missing@contoso\.com/],
  ['missing@yahoo.com', /^554 delivery error: dd This user doesn't have a yahoo\.com account/],
  ['MISSING+tag@acme.example', /^550 5\.1\.1 <MISSING\+tag@acme\.example>: .*User unknown/],
  ['full@acme.example', /^552 5\.2\.2 /],
  ['refuse@gmail.com', /^550-5\.7\.1 Our system/],
  ['alice@gmail.com', /^250 2\.0\.0 OK .* - gsmtp$/],
  ['alice@contoso.com', /^250 2\.6\.0 <.*Queued mail for delivery$/],
])('%s is answered %s', async (to, words) => {
  expect(await answerTo(to)).toMatch(words)
})

test('greylist: deferred, then taken, then deferred again; by host and recipient', async () => {
  const answers = [await answerTo('greylist@acme.example'), await answerTo('greylist@acme.example')]
  expect(answers[0]).toMatch(/^450 4\.2\.0 .*Greylisted/)
  expect(answers[1]).toMatch(/^250 /)
  expect(await answerTo('greylist@other.example')).toMatch(/^450 /)
  await bench.client.putOptions({ greylistDelayMs: 60_000 })
  expect(await answerTo('greylist@other.example')).toMatch(/^450 /)
})

test('slow: each answer waits', async () => {
  const startedAt = performance.now()
  expect(await answerTo('slow@acme.example')).toMatch(/^250 /)
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(3 * 49)
})

test('cut after data: no answer, and kept or lost as set', async () => {
  await expect(bench.transport.sendMail(mail('cut-after-data@acme.example'))).rejects.toThrow(
    'Connection closed unexpectedly',
  )
  const [kept] = await bench.client.wait({ to: 'cut-after-data@acme.example' })
  expect(kept?.answer).toBeNull()
  await bench.client.putOptions({ cutKeeps: false })
  await expect(bench.transport.sendMail(mail('cut-after-data@lost.example'))).rejects.toThrow()
  await answerTo('marker@acme.example')
  expect((await bench.client.received({ to: '@lost.example' })).total).toBe(0)
})

test('30 MB arrive byte by byte; over 40 MB is refused and leaves no file', async () => {
  const content = randomBytes(21 * 1024 * 1024)
  await bench.transport.sendMail({
    ...mail('large@acme.example'),
    attachments: [{ filename: 'a.bin', content }],
  })
  const [message] = await bench.client.wait({ to: 'large@acme.example' })
  const raw = await bench.client.raw(message?.id ?? '')
  expect(raw.length).toBe(message?.size)
  expect(raw.toString('latin1').replace(/\r\n/g, '')).toContain(content.toString('base64'))
  const before = (await readdir(join(bench.data, 'received'))).length
  const tooLarge = bench.transport.sendMail({
    envelope: mail('large@acme.example'),
    raw: Buffer.alloc(41 << 20, `${'a'.repeat(74)}\r\n`),
  })
  await expect(tooLarge).rejects.toMatchObject({ responseCode: 552 })
  expect((await readdir(join(bench.data, 'received'))).length).toBe(before)
})

async function lines(...commands: string[]): Promise<string[]> {
  const socket = connect(bench.simulator.smtp[0]?.port ?? 0, '127.0.0.1')
  const heard: string[] = []
  const reader = createInterface({ input: socket })
  reader.on('line', line => heard.push(line))
  socket.on('error', () => {})
  await once(reader, 'line')
  socket.end(commands.map(command => `${command}\r\n`).join(''))
  await once(socket, 'close')
  return heard
}

test('a client that leaves in the middle of a message leaves nothing', async () => {
  const before = (await bench.client.received()).total
  await lines('EHLO x', 'MAIL FROM:<a@b.example>', 'RCPT TO:<half@acme.example>', 'DATA', 'Subject: half')
  await lines('GARBAGE \0\x01', 'RCPT TO:<>', 'MAIL FROM:<\r\n', 'DATA', `EHLO ${'x'.repeat(100_000)}`)
  expect((await bench.client.received()).total).toBe(before)
  expect(await answerTo('alive@acme.example')).toMatch(/^250 /)
})

test('the greeting does not wait', async () => {
  const startedAt = performance.now()
  await lines('QUIT')
  expect(performance.now() - startedAt).toBeLessThan(90)
})

test('a message that is no message at all is taken too', async () => {
  const raw = Buffer.from([0xff, 0xfe, 0x0d, 0x0a, 0xc3, 0x28])
  await bench.transport.sendMail({ envelope: { from: '', to: ['odd@acme.example'] }, raw })
  const [message] = await bench.client.wait({ to: 'odd@acme.example', verdicts: true })
  expect(message).toMatchObject({ mailFrom: '', subject: '', messageId: '' })
})
