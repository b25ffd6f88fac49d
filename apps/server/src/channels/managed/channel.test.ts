import { generateKeyPairSync } from 'node:crypto'
import type { Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import type { Address } from '../../mail/message.ts'
import { newId } from '../../platform/ids.ts'
import { ownLoopbackAddress } from '../../testing/start-program.ts'
import { addressGuard } from '../../transports/address-guard.ts'
import { createDnsClient } from '../../transports/dns/client.ts'
import { a, mx, type NameServer, startNameServer, type Zone } from '../../transports/testing/name-server.ts'
import {
  type Script,
  type ScriptedServer,
  startScriptedServer,
} from '../../transports/testing/scripted-server.ts'
import type { ChannelLink, CheckStage, DeliveryChannel } from '../channel.ts'
import { sendOne } from '../testing/send-one.ts'
import { createManagedChannel, type ManagedOptions, type ManagedSettings } from './channel.ts'

const port = 2525
const bob = 'bob@rcpt.test' as Address
const link: ChannelLink<ManagedSettings> = {
  id: newId('link'),
  settings: {},
  withSecret: () => Promise.reject(new Error('no secret')),
}

const running: { close?(): Promise<void> | undefined }[] = []
afterEach(async () => {
  for (const each of running.splice(0).reverse()) await each.close?.()
})

let names: NameServer
/** A channel that finds its way by this zone. */
async function channelWith(
  zone: Zone,
  options: Partial<ManagedOptions> = {},
): Promise<DeliveryChannel<ManagedSettings>> {
  names = await startNameServer(zone)
  const dns = createDnsClient({ servers: [names.address], timeoutMs: 150, tries: 1 })
  const channel = createManagedChannel({
    dns,
    guard: addressGuard({ allow: ['127.0.0.0/8'] }),
    mxPort: port,
    ehloName: 'out.sender.test',
    timeouts: { connectMs: 1000, greetingMs: 300, mailMs: 300, rcptMs: 300, dataMs: 300, endMs: 300 },
    ...options,
  })
  running.push(names, channel)
  return channel
}

async function serve(script: Script = {}): Promise<ScriptedServer & { readonly address: string }> {
  const address = ownLoopbackAddress()
  const server = await startScriptedServer(script, { address, port })
  running.push(server)
  return Object.assign(server, { address })
}

const zoneOf = (...hosts: readonly { readonly address: string }[]): Zone => ({
  'MX rcpt.test': hosts.map((_host, index) => mx('rcpt.test', 10 * (index + 1), `mx${index}.rcpt.test`)),
  ...Object.fromEntries(
    hosts.map(({ address }, index) => [`A mx${index}.rcpt.test`, [a(`mx${index}.rcpt.test`, address)]]),
  ),
})
const nobody = () => ({ address: ownLoopbackAddress() })

describe('finding the server', () => {
  test.each<[string, Zone, object]>([
    [
      'no such domain',
      { 'MX rcpt.test': 'NXDOMAIN' },
      { is: 'refused', reason: { code: 'domain.unknown', params: { domain: 'rcpt.test' } } },
    ],
    [
      'a domain without mail',
      { 'MX rcpt.test': [mx('rcpt.test', 0, '.')] },
      { is: 'refused', reason: { code: 'domain.no-mail' } },
    ],
    [
      'a failing name server',
      { 'MX rcpt.test': 'SERVFAIL' },
      { is: 'deferred', reason: { code: 'transport.network', reply: 'DNS: ESERVFAIL for rcpt.test' } },
    ],
    [
      'a silent name server',
      { 'MX rcpt.test': 'silence' },
      { is: 'deferred', reason: { code: 'transport.network' } },
    ],
    [
      'a host without address',
      { 'MX rcpt.test': [mx('rcpt.test', 1, 'mx.rcpt.test')] },
      { is: 'refused', reason: { code: 'domain.unknown' } },
    ],
    [
      'a host whose address fails',
      { 'MX rcpt.test': [mx('rcpt.test', 1, 'mx.rcpt.test')], 'A mx.rcpt.test': 'SERVFAIL' },
      { is: 'deferred', reason: { code: 'transport.network' } },
    ],
    [
      'a private address',
      {
        'MX rcpt.test': [mx('rcpt.test', 1, 'mx.rcpt.test')],
        'A mx.rcpt.test': [a('mx.rcpt.test', '10.0.0.1')],
      },
      {
        is: 'refused',
        reason: { code: 'transport.private-address', params: { host: 'mx.rcpt.test', address: '10.0.0.1' } },
      },
    ],
    [
      'nobody at the port',
      zoneOf(nobody()),
      {
        is: 'deferred',
        reason: { code: 'transport.network', reply: expect.stringContaining('ECONNREFUSED') },
      },
    ],
  ])('%s', async (_what, zone, outcome) => {
    const channel = await channelWith(zone)
    const tried = await sendOne(channel, link, bob)
    expect(tried.outcome).toMatchObject(outcome)
    expect(tried.marks).toBe(0)
    if (tried.outcome && 'laneWide' in tried.outcome) expect(tried.outcome.laneWide).not.toBe(true)
  })

  test('the sandbox reaches nothing but the simulator', async () => {
    const server = await serve()
    const guard = addressGuard({ allow: ['127.0.0.0/8'], only: [{ address: '127.0.0.1', port: 1 }] })
    const channel = await channelWith(zoneOf(server), { guard })
    const { outcome } = await sendOne(channel, link, bob)
    expect(outcome).toMatchObject({ is: 'refused', reason: { reply: expect.stringContaining('sandbox') } })
    const relayed = await channelWith({}, { guard, smartHost: `smtp://${server.address}:${port}` })
    expect((await sendOne(relayed, link, bob)).outcome).toMatchObject({
      reason: { reply: expect.stringContaining('sandbox') },
    })
    expect(server.connections).toBe(0)
  })

  test('an outcome in place of a lane where there is none, else the provider', async () => {
    const channel = await channelWith({
      'MX rcpt.test': [mx('rcpt.test', 1, 'mx.rcpt.test')],
      'MX google.test': [mx('google.test', 1, 'aspmx.l.google.com')],
    })
    const signal = AbortSignal.timeout(5000)
    expect(await channel.lane?.(bob, link, signal)).toEqual({ lane: 'rcpt.test' })
    expect(await channel.lane?.('a@google.test' as Address, link, signal)).toEqual({ lane: 'google.com' })
    expect(await channel.lane?.('a@none.test' as Address, link, signal)).toMatchObject({
      outcome: { is: 'refused' },
    })
  })
})

describe('passing by', () => {
  const hangUp = (socket: Socket) => socket.destroy()
  test.each<[string, Script | null]>([
    ['a host where nobody listens', null],
    ['a greeting of 4xx', { greeting: '421 4.3.2 busy' }],
    ['a greeting of 5xx', { greeting: '554 5.3.2 not here' }],
    ['a host that says nothing', { greeting: 'silence' }],
    ['a host that hangs up', { greeting: hangUp }],
    ['a host that hangs up at MAIL', { MAIL: hangUp }],
    ['a host that hangs up at DATA', { DATA: hangUp }],
  ])('%s, the next takes the mail, and the mark is made once', async (_what, script) => {
    const first = script ? await serve(script) : nobody()
    const second = await serve()
    const channel = await channelWith(zoneOf(first, second))
    expect(await sendOne(channel, link, bob)).toMatchObject({
      outcome: { is: 'accepted', finalHop: true },
      marks: 1,
      wire: { host: 'mx1.rcpt.test', address: second.address },
      receipt: { queueId: 'ABC123' },
    })
  })

  test.each<[string, Script]>([
    ['a refused recipient', { RCPT: '550 5.1.1 no such user', DATA: '554 no recipients' }],
    ['a recipient put off', { RCPT: '450 4.2.0 greylisted', DATA: '554 no recipients' }],
    ['a cut after the mark', { end: hangUp }],
  ])('is not done after %s', async (_what, script) => {
    const first = await serve(script)
    const second = await serve()
    const channel = await channelWith(zoneOf(first, second))
    expect((await sendOne(channel, link, bob)).outcome?.is).not.toBe('accepted')
    expect(second.connections).toBe(0)
  })

  test('all refuse us by their greeting: refused; one is only busy: deferred for the lane', async () => {
    const blocked = await serve({ greeting: '554 5.7.1 blocked' })
    const channel = await channelWith(zoneOf(blocked))
    expect((await sendOne(channel, link, bob)).outcome).toMatchObject({
      is: 'refused',
      reason: { replyCode: 554 },
    })
    const mute = await serve({ greeting: '521 mx.test does not accept mail' })
    const muted = await channelWith(zoneOf(mute))
    expect((await sendOne(muted, link, bob)).outcome).toMatchObject({
      is: 'refused',
      reason: { code: 'domain.no-mail' },
    })
    const busy = await serve({ greeting: '421 4.7.0 too many connections' })
    const both = await channelWith(zoneOf(busy, blocked))
    expect((await sendOne(both, link, bob)).outcome).toMatchObject({
      is: 'deferred',
      laneWide: true,
      reason: { replyCode: 421 },
    })
  })

  test('a host that did not answer a moment ago is asked last', async () => {
    const first = nobody()
    const second = await serve()
    const channel = await channelWith(zoneOf(first, second), { pool: { mostUses: 1 } })
    await sendOne(channel, link, bob)
    const late = await startScriptedServer({}, { address: first.address, port })
    running.push(late)
    expect((await sendOne(channel, link, bob)).wire?.host).toBe('mx1.rcpt.test')
    expect(late.connections).toBe(0)
  })
})

describe('a lane', () => {
  test('shares its connections, and a server that has tired of one gets another', async () => {
    const server = await serve()
    const channel = await channelWith(zoneOf(server))
    for (let mail = 0; mail < 3; mail++)
      expect((await sendOne(channel, link, bob)).outcome?.is).toBe('accepted')
    expect(server.connections).toBe(1)
    let isTired = true
    server.script = {
      MAIL: socket => {
        socket.write(isTired ? '421 4.7.0 enough for this connection\r\n' : '250 ok\r\n')
        if (isTired) socket.end()
        isTired = false
      },
    }
    const tried = await sendOne(channel, link, bob)
    expect(tried).toMatchObject({ outcome: { is: 'accepted' }, marks: 1 })
    expect([server.connections, server.messages.length]).toEqual([2, 4])
  })

  test('is not stopped by a host that is not its own', async () => {
    const busy = await serve({ RCPT: '421 4.7.0 too many', DATA: '503 no' })
    const channel = await channelWith({
      'MX rcpt.test': [mx('rcpt.test', 10, 'aspmx.l.google.com'), mx('rcpt.test', 20, 'mx.elsewhere.test')],
      'A mx.elsewhere.test': [a('mx.elsewhere.test', busy.address)],
    })
    const { outcome } = await sendOne(channel, link, bob)
    expect(outcome).toMatchObject({ is: 'deferred', reason: { replyCode: 421 } })
    expect(outcome).not.toMatchObject({ laneWide: true })
  })
})

describe('what cannot be carried', () => {
  const small = { EHLO: '250-x\r\n250 SIZE 2000' }
  test('is refused with its own reason, before anything is said', async () => {
    const server = await serve(small)
    const channel = await channelWith(zoneOf(server))
    const wide = await sendOne(channel, link, 'jürgen@rcpt.test' as Address)
    expect(wide).toMatchObject({
      outcome: { is: 'refused', reason: { code: 'transport.smtputf8' } },
      marks: 0,
    })
    const large = await sendOne(channel, link, bob, { size: 5000 })
    expect(large).toMatchObject({
      outcome: { is: 'refused', reason: { code: 'size.message', params: { limit: 2000 } } },
      marks: 0,
    })
    expect(server.commands).toEqual(['EHLO out.sender.test'])
  })

  test('a key that does not fit is our fault, not the recipient’s', async () => {
    const server = await serve()
    const channel = await channelWith(zoneOf(server))
    const key = generateKeyPairSync('ed25519').privateKey
    const dkim = [{ domain: 'sender.test', selector: 's', algorithm: 'rsa-sha256', key } as const]
    expect((await sendOne(channel, link, bob, { dkim })).outcome).toMatchObject({
      is: 'deferred',
      reason: { code: 'local.error' },
    })
    expect(server.connections).toBe(0)
  })
})

describe('a smart host', () => {
  const smart = (address: string, login = '') => `smtp://${login}${address}:${port}`

  test('takes everything and answers for it', async () => {
    const server = await serve({ AUTH: '235 ok', EHLO: '250-x\r\n250 AUTH PLAIN' })
    const channel = await channelWith({}, { smartHost: smart(server.address, 'ann%40x:s%3Acret@') })
    expect(await channel.lane?.(bob, link, AbortSignal.timeout(1000))).toEqual({ lane: 'smart-host' })
    expect((await sendOne(channel, link, bob)).outcome).toMatchObject({ is: 'accepted', finalHop: false })
    expect((await sendOne(channel, link, 'x@nowhere.test' as Address)).outcome).toMatchObject({
      is: 'accepted',
    })
    expect(server.commands[1]).toBe(`AUTH PLAIN ${Buffer.from('\0ann@x\0s:cret').toString('base64')}`)
    expect([server.connections, names.asked.length]).toEqual([1, 0])
  })

  test.each<[string, Script, string, object]>([
    [
      'a refused login',
      { AUTH: '535 5.7.8 wrong', EHLO: '250-x\r\n250 AUTH PLAIN' },
      'a:b@',
      { is: 'link-broken', reason: { code: 'link.login' } },
    ],
    ['no login offered', {}, 'a:b@', { is: 'link-broken', reason: { code: 'link.login' } }],
    [
      'a login put off',
      { AUTH: '454 4.7.0 later', EHLO: '250-x\r\n250 AUTH PLAIN' },
      'a:b@',
      { is: 'deferred', laneWide: true },
    ],
    [
      'a greeting of 5xx',
      { greeting: '554 5.7.1 who are you' },
      '',
      { is: 'link-broken', reason: { code: 'link.gone' } },
    ],
    ['a greeting of 4xx', { greeting: '421 4.3.2 busy' }, '', { is: 'deferred', laneWide: true }],
    [
      'silence',
      { greeting: 'silence' },
      '',
      { is: 'deferred', laneWide: true, reason: { code: 'transport.network' } },
    ],
    [
      'a refused recipient',
      { RCPT: '550 5.1.1 no', DATA: '503 no' },
      '',
      { is: 'refused', reason: { replyCode: 550 } },
    ],
  ])('with %s', async (_what, script, login, outcome) => {
    const server = await serve(script)
    const channel = await channelWith({}, { smartHost: smart(server.address, login) })
    expect((await sendOne(channel, link, bob)).outcome).toMatchObject(outcome)
  })

  test.each(['', 'relay.example', 'http://relay.example', 'smtp://', 'smtp://user:secret@'])(
    'is not read from %j',
    async text => {
      const making = channelWith({}, { smartHost: text })
      await expect(making).rejects.toThrow('A smart host is written as')
      await expect(making).rejects.not.toThrow('secret')
      await names.close()
    },
  )
})

describe('the check', () => {
  async function stagesOf(channel: DeliveryChannel<ManagedSettings>): Promise<string[]> {
    const stages: CheckStage[] = []
    for await (const stage of channel.check(link, AbortSignal.timeout(10_000))) stages.push(stage)
    return stages.map(({ stage, state, reason }) => [stage, state, reason?.code].filter(Boolean).join(' '))
  }

  test('connects to a real server and sends nothing', async () => {
    const server = await serve()
    const channel = await channelWith(zoneOf(server), { probeDomain: 'rcpt.test' })
    expect(await stagesOf(channel)).toEqual([
      'find running',
      'find passed',
      'connect running',
      'connect passed',
      'encrypt skipped',
      'hello passed',
    ])
    expect(server.commands.filter(command => command.startsWith('MAIL'))).toEqual([])
  })

  test('ends at the first failure and says which', async () => {
    const unknown = await channelWith({ 'MX rcpt.test': 'SERVFAIL' }, { probeDomain: 'rcpt.test' })
    expect(await stagesOf(unknown)).toEqual(['find running', 'find failed transport.network'])
    const closed = await channelWith(zoneOf(nobody()), { probeDomain: 'rcpt.test' })
    expect((await stagesOf(closed)).at(-1)).toBe('connect failed transport.network')
    const server = await serve({ AUTH: '535 no', EHLO: '250-x\r\n250 AUTH PLAIN' })
    const relay = await channelWith({}, { smartHost: `smtp://a:b@${server.address}:${port}` })
    expect((await stagesOf(relay)).at(-1)).toBe('sign-in failed link.login')
  })
})
