import { createHash, randomBytes } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { createTransport } from 'nodemailer'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { readBlob } from '../blobs/read-blob.ts'
import { connect } from '../platform/database/connect.ts'
import type { WorkspaceId } from '../platform/ids.ts'
import { type SeededWorkspace, seedWorkspace } from '../testing/seed-workspace.ts'
import { acceptTestEmail } from '../testing/start-test-outbox.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { platformWorkspace } from './store-notices.ts'
import { connectSmtp, type SmtpClient, sendMail } from './testing/smtp-client.ts'
import {
  noticesOf,
  returnPathOf,
  type SentDelivery,
  sentDeliveries,
  startTestInbound,
  type TestInbound,
  testHosts,
  testKey,
} from './testing/start-test-inbound.ts'
import { writeDsn } from './testing/write-notice.ts'

let database: TestDatabase
let seeded: SeededWorkspace
let delivery: SentDelivery
let token: string
const running: TestInbound[] = []
const clients: SmtpClient[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  seeded = await seedWorkspace(database.db)
  const email = await acceptTestEmail(database.db, seeded, ['bob@customer.example'])
  const [first] = await sentDeliveries(database.db, email)
  if (first === undefined) throw new Error('no delivery')
  delivery = first
  token = returnPathOf(first.id)
})
afterEach(async () => {
  for (const client of clients.splice(0)) client.close()
  await Promise.all(running.splice(0).map(inbound => inbound.stop()))
})
afterAll(() => database.close())

async function start(more: Parameters<typeof startTestInbound>[1] = {}, db = database.db): Promise<number> {
  const inbound = await startTestInbound(db, { reads: false, ...more })
  running.push(inbound)
  return inbound.listener.port
}

async function dial(port: number): Promise<SmtpClient> {
  const client = await connectSmtp(port)
  clients.push(client)
  return client
}

/** Up to MAIL FROM. */
async function ready(port: number): Promise<SmtpClient> {
  const client = await dial(port)
  await client.reply()
  await client.say('EHLO mx.customer.example')
  expect(await client.say('MAIL FROM:<>')).toMatch(/^250/)
  return client
}

const dsn = (mark: string) =>
  writeDsn({ to: token, recipients: [{ final: 'bob@customer.example' }], queueId: mark })
const noticesWith = async (size: number) => (await noticesOf(database.db)).filter(one => one.size === size)

test('a notice is kept byte for byte, in the workspace of its delivery', async () => {
  const port = await start()
  const raw = `${dsn('byte-for-byte')}\r\n.leading dot\r\nnull \0 byte`
  expect(await sendMail(port, { to: [token], raw: raw.replaceAll('\r\n.', '\r\n..') })).toMatch(
    /^250 2\.0\.0/,
  )
  const whole = `${raw}\r\n`
  const [kept] = await noticesWith(whole.length)
  expect(kept).toMatchObject({ workspaceId: seeded.workspaceId, state: 'new', envelopeTo: [token] })
  const name = {
    workspaceId: seeded.workspaceId,
    sha256: createHash('sha256').update(whole).digest('hex'),
  }
  expect((await buffer(readBlob(database.db, name))).toString()).toBe(whole)
})

test('RCPT decides: tokens in any case and our roles are taken, everything else is refused', async () => {
  const old = { id: 9, secret: Buffer.from('old'), expiresAt: new Date(Date.now() - 1_000) }
  const port = await start({ hosts: { ...testHosts, keys: [testKey, old] } })
  const client = await ready(port)
  const wrongLetter = token.replace(
    /^(b-.{20})(.)/,
    (_all, head: string, letter: string) => `${head}${letter === 'a' ? 'b' : 'a'}`,
  )
  const answers: [string, RegExp][] = [
    [token, /^250/],
    [token.toUpperCase(), /^250/],
    // A return-path host of a customer: the token proves itself.
    [token.replace(/@.*/, '@bounce-x7.acme.example'), /^250/],
    [returnPathOf(delivery.id, 1, old).replace(/@.*/, '@bounce-x7.acme.example'), /^550 5\.7\.1/],
    ['postmaster@bounce-x7.acme.example', /^550 5\.7\.1/],
    ['dmarc-abcdefghijkmnpqr@rp.mail.example', /^550 5\.1\.1/],
    ['postmaster', /^250/],
    ['Postmaster@mail.example', /^250/],
    ['abuse@rp.mail.example', /^250/],
    ['fbl@mail.example', /^250/],
    [wrongLetter, /^550 5\.1\.1/],
    [token.replace('@rp.', '@'), /^550 5\.1\.1/],
    [returnPathOf(delivery.id, 1, old), /^550 5\.1\.1/],
    ['ann@mail.example', /^550 5\.1\.1/],
    ['bob@customer.example', /^550 5\.7\.1/],
    ['bob%customer.example@elsewhere.example', /^550 5\.7\.1/],
    ['"bob@customer.example"@mail.example', /^(501|550)/],
    ['ünï@mail.example', /^(501|550)/],
    ['postmaster@mail.example.evil.example', /^550 5\.7\.1/],
  ]
  for (const [address, answer] of answers)
    expect([address, await client.say(`RCPT TO:<${address}>`)]).toEqual([
      address,
      expect.stringMatching(answer),
    ])
})

test('one mail to two workspaces and to postmaster is a notice for each; twice is once', async () => {
  const port = await start()
  const other = await seedWorkspace(database.db, 'cid@sender.example')
  const [theirs] = await sentDeliveries(
    database.db,
    await acceptTestEmail(database.db, other, ['dee@customer.example']),
  )
  const raw = dsn('two workspaces')
  const to = [token, token.toUpperCase(), returnPathOf(theirs?.id ?? ''), 'postmaster@mail.example']
  for (const _again of [1, 2]) expect(await sendMail(port, { to, raw })).toMatch(/^250/)
  const kept = await noticesWith(raw.length + 2)
  expect(kept.map(one => one.workspaceId).sort()).toEqual(
    [platformWorkspace as WorkspaceId, seeded.workspaceId, other.workspaceId].sort(),
  )
})

test('any sender is taken, over TLS when asked, and pipelining works', async () => {
  const port = await start()
  const transport = createTransport({
    host: '127.0.0.1',
    port,
    requireTLS: true,
    tls: { rejectUnauthorized: false },
  })
  const raw = dsn('over TLS')
  const sent = await transport.sendMail({ envelope: { from: 'someone@customer.example', to: [token] }, raw })
  expect(sent.response).toMatch(/^250/)
  const client = await dial(port)
  await client.reply()
  await client.say('EHLO mx')
  client.write(`MAIL FROM:<> SMTPUTF8 BODY=8BITMIME\r\nRCPT TO:<${token}>\r\nDATA\r\n`)
  expect([await client.reply(), await client.reply(), await client.reply()]).toEqual([
    expect.stringMatching(/^250/),
    expect.stringMatching(/^250/),
    expect.stringMatching(/^354/),
  ])
})

test('what a relay, a scanner or a login would need is not there', async () => {
  const client = await dial(await start())
  await client.reply()
  const hello = await client.say('EHLO mx')
  expect(hello).toContain(`SIZE ${40 * 1024 * 1024}`)
  expect(hello).not.toMatch(/AUTH|XCLIENT|XFORWARD|CHUNKING/)
  for (const command of [
    'VRFY ann',
    'EXPN all',
    'AUTH PLAIN AGEAYg==',
    'XCLIENT ADDR=10.0.0.1',
    'BDAT 10',
    'TURN',
  ])
    expect(await client.say(command)).toMatch(/^5\d\d/)
  expect(await client.say('MAIL FROM:<> SIZE=104857600')).toMatch(/^552/)
  expect(await client.say('MAIL FROM:<>')).toMatch(/^250/)
  expect(await client.say('DATA')).toMatch(/^503/)
})

test('garbage ends in 421, not in a crash', async () => {
  const port = await start()
  const client = await dial(port)
  await client.reply()
  client.write(Buffer.concat([randomBytes(200_000), Buffer.from('\r\n')]))
  let last: string | null = ''
  for (let reply = await client.reply(); reply !== null; reply = await client.reply()) last = reply
  expect(last).toMatch(/^421/)
  expect(await sendMail(port, { to: ['postmaster'], raw: 'Subject: still here\r\n' })).toMatch(/^250/)
})

test('only CRLF dot CRLF ends a message: bare line feeds smuggle nothing', async () => {
  const port = await start()
  const before = (await noticesOf(database.db)).length
  const smuggled = `MAIL FROM:<x@evil.example>\r\nRCPT TO:<${token}>\r\nDATA\r\nSubject: smuggled\r\n`
  const raw = `Subject: one\r\n\r\nbody\n.\n${smuggled}\r\nbody\n.\r\n${smuggled}\r\nbody\r.\r${smuggled}`
  expect(await sendMail(port, { to: [token], raw })).toMatch(/^250/)
  expect((await noticesOf(database.db)).length).toBe(before + 1)
})

test('more than 100 recipients are too many', async () => {
  const client = await ready(await start())
  for (let n = 0; n < 100; n++)
    expect(await client.say(`RCPT TO:<${returnPathOf(delivery.id, n + 1)}>`)).toMatch(/^250/)
  expect(await client.say(`RCPT TO:<${returnPathOf(delivery.id, 101)}>`)).toMatch(/^452/)
  expect(await client.say(`RCPT TO:<${token}>`)).toMatch(/^250/)
})

test('300 MB without a word about them are refused with 552, in little memory', async () => {
  const client = await ready(await start())
  await client.say(`RCPT TO:<${token}>`)
  await client.say('DATA')
  const piece = Buffer.alloc(1_000_000, 'a line of filling that ends here\r\n')
  const before = process.memoryUsage().rss
  let most = 0
  for (let n = 0; n < 300; n++) {
    if (!client.socket.write(piece)) await new Promise(resolve => client.socket.once('drain', resolve))
    most = Math.max(most, process.memoryUsage().rss - before)
  }
  expect(await client.say('\r\n.')).toMatch(/^552 5\.3\.4/)
  // Sender and listener share this process, and buffers are collected late: what counts is that it stops growing.
  expect(most).toBeLessThan(200_000_000)
  expect(await client.say('MAIL FROM:<>')).toMatch(/^250/)
})

test('a large one arrives whole; one too many at once is put off', async () => {
  const port = await start({ limits: { largeMessages: 1 } })
  const raw = `Subject: large\r\n\r\n${'0123456789abcdef\r\n'.repeat(200_000)}`
  const first = await ready(port)
  await first.say(`RCPT TO:<${token}>`)
  await first.say('DATA')
  first.write(raw.slice(0, 2_000_000))
  const size = raw.length + 2
  await expect.poll(() => first.socket.writableLength, { timeout: 10_000 }).toBe(0)
  const second = await sendMail(port, { to: [token], raw })
  first.write(raw.slice(2_000_000))
  expect([await first.say('\r\n.'), second].sort()).toEqual([
    expect.stringMatching(/^250/),
    expect.stringMatching(/^452 4\.3\.1/),
  ])
  expect(await noticesWith(size)).toHaveLength(1)
  expect(await sendMail(port, { to: [token], raw: `${raw}again` })).toMatch(/^250/)
})

test('a client that vanishes in the middle leaves nothing', async () => {
  const port = await start()
  const before = (await noticesOf(database.db)).length
  const client = await ready(port)
  await client.say(`RCPT TO:<${token}>`)
  await client.say('DATA')
  client.write('Subject: half\r\n\r\nand th')
  client.close()
  expect(await sendMail(port, { to: ['abuse@mail.example'], raw: 'Subject: whole\r\n' })).toMatch(/^250/)
  expect((await noticesOf(database.db)).length).toBe(before + 1)
})

test('slow clients are cut at the deadline, however many bytes they drip', async () => {
  const port = await start({ limits: { commandsMs: 2_500, messageMs: 400, idleMs: 10_000 } })
  const silent = await dial(port)
  const dripping = await ready(port)
  await dripping.say(`RCPT TO:<${token}>`)
  await dripping.say('DATA')
  const drip = setInterval(() => dripping.write('x'), 20)
  await silent.reply()
  expect(await silent.reply()).toMatch(/^421 4\.4\.2/)
  expect(await dripping.reply()).toMatch(/^421 4\.4\.2/)
  clearInterval(drip)
})

test('2,000 connections at once: so many are served, the others are told 421', async () => {
  const port = await start({ limits: { mostConnections: 60, mostPerAddress: 50 } })
  const crowd = await Promise.all(Array.from({ length: 2_000 }, () => dial(port).catch(() => null)))
  const greetings = await Promise.all(crowd.map(async client => (await client?.reply()) ?? null))
  expect(greetings.filter(text => text?.startsWith('220'))).toHaveLength(50)
  const others = greetings.filter(text => text !== null && !text.startsWith('220'))
  expect(new Set(others)).toEqual(new Set(['421 4.7.0 Too many connections, try again later']))
  for (const client of clients.splice(0)) client.close()
  await expect
    .poll(() => sendMail(port, { to: ['postmaster'], raw: 'Subject: after the crowd\r\n' }), {
      timeout: 10_000,
    })
    .toMatch(/^250/)
})

test('without a database the sender is told to come back, and may', async () => {
  const away = connect({ url: database.url.replace(/\/\/[^/]*\//, '//fairlead:wrong@127.0.0.1:1/'), most: 2 })
  try {
    const port = await start({}, away)
    expect(await sendMail(port, { to: [token], raw: dsn('database away') })).toMatch(/^451 4\.3\.0/)
    expect(running.at(-1)?.warnings).toHaveLength(1)
  } finally {
    await away.destroy()
  }
})

test('closing lets a message under way finish and takes no other', async () => {
  const inbound = await startTestInbound(database.db, { reads: false })
  const idle = await dial(inbound.listener.port)
  await idle.reply()
  const busy = await ready(inbound.listener.port)
  await busy.say(`RCPT TO:<${token}>`)
  await busy.say('DATA')
  busy.write('Subject: under way\r\n\r\n')
  await expect.poll(() => busy.socket.writableLength).toBe(0)
  const closed = inbound.stop()
  expect(await idle.reply()).toMatch(/^421/)
  expect(await busy.say('to the end\r\n.')).toMatch(/^250/)
  expect(await busy.reply()).toMatch(/^421/)
  await closed
  await expect(connectSmtp(inbound.listener.port)).rejects.toThrow('ECONNREFUSED')
})
