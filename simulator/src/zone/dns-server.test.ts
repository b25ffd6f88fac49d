import { createSocket } from 'node:dgram'
import { Resolver } from 'node:dns/promises'
import { once } from 'node:events'
import { connect } from 'node:net'
import dnsPacket from 'dns-packet'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Bench, openBench } from '../testing/with-simulator.ts'

let bench: Bench
const resolver = new Resolver({ timeout: 1_000, tries: 1 })
const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'answered',
    error => error.code,
  )

beforeAll(async () => {
  bench = await openBench()
  resolver.setServers([bench.simulator.dns])
})
afterAll(() => bench.close())

test('every domain takes mail, and known ones at their providers’ hosts', async () => {
  const mx = await resolver.resolveMx('acme.example')
  expect(mx).toMatchObject([{ exchange: 'mx1.acme.example', priority: 10 }])
  const gmail = await resolver.resolveMx('GMAIL.com')
  expect(gmail[0]).toMatchObject({ exchange: 'gmail-smtp-in.l.google.com', priority: 5 })
  expect(await resolver.resolve4('gmail-smtp-in.l.google.com')).toEqual(['127.0.0.1'])
})

test.each([
  ['implicit.example', 'ENODATA'],
  ['nowhere.example', 'ENOTFOUND'],
  ['sub.nowhere.example', 'ENOTFOUND'],
  ['acme.invalid', 'ENOTFOUND'],
  ['com', 'ENOTFOUND'],
  ['_dmarc.acme.example', 'ENOTFOUND'],
  ['servfail.example', 'ESERVFAIL'],
  ['slowdns.example', 'answered'],
])('MX of %s: %s', async (domain, code) => {
  expect(await codeOf(resolver.resolveMx(domain))).toBe(code)
})

test('a silent server lets the asker time out', async () => {
  const hasty = new Resolver({ timeout: 50, tries: 1 })
  hasty.setServers([bench.simulator.dns])
  expect(await codeOf(hasty.resolveMx('silent.example'))).toBe('ETIMEOUT')
})

test('null MX, dead MX and private MX', async () => {
  expect(await resolver.resolveMx('nomail.example')).toMatchObject([{ exchange: '', priority: 0 }])
  expect(await resolver.resolve4('mx1.deadmx.example')).not.toEqual(
    await resolver.resolve4('mx2.deadmx.example'),
  )
  expect(await resolver.resolve4('mx1.private.example')).toEqual(['10.1.2.3'])
  const port = bench.simulator.smtp[0]?.port ?? 0
  const [error] = await once(connect(port, '127.0.0.66'), 'error').catch(e => [e])
  expect(error.code).toBe('ECONNREFUSED')
})

test('records that were put win; long texts come in pieces and over TCP', async () => {
  const key = `v=DKIM1; p=${'A'.repeat(700)}`
  await bench.client.putZone([
    { name: 's1._domainkey.acme.example', type: 'TXT', data: key },
    { name: 'www.acme.example', type: 'CNAME', data: 'target.example' },
    { name: 'target.example', type: 'A', data: '127.0.0.9' },
    { name: 'acme.example', type: 'MX', data: '5 in.acme.example' },
    { name: 'bare.example', type: 'MX', data: null },
    { name: '1.0.0.127.in-addr.arpa', type: 'PTR', data: 'mail.acme.example' },
    { name: 'put.nowhere.example', type: 'A', data: '127.0.0.1' },
  ])
  const [pieces = []] = await resolver.resolveTxt('s1._domainkey.acme.example')
  expect(pieces.length).toBe(3)
  expect(pieces.join('')).toBe(key)
  expect(await resolver.resolve4('www.acme.example')).toEqual(['127.0.0.9'])
  expect(await resolver.resolveMx('acme.example')).toMatchObject([{ exchange: 'in.acme.example' }])
  expect(await codeOf(resolver.resolveMx('bare.example'))).toBe('ENODATA')
  expect(await resolver.resolvePtr('1.0.0.127.in-addr.arpa')).toEqual(['mail.acme.example'])
  expect(await resolver.resolve4('put.nowhere.example')).toEqual(['127.0.0.1'])
})

test('a put that is wrong in one record changes nothing and names it', async () => {
  const put = bench.client.putZone([
    { name: 'half.example', type: 'A', data: '127.0.0.7' },
    { name: 'half.example', type: 'A', data: 'not-an-address' },
  ])
  await expect(put).rejects.toThrow('half.example')
  expect(await resolver.resolve4('half.example')).toEqual(['127.0.0.1'])
})

test('rubbish is answered with FORMERR or nothing, and the server lives on', async () => {
  const [host = '', port = ''] = bench.simulator.dns.split(':')
  const socket = createSocket('udp4')
  socket.send(Buffer.from('x'), Number(port), host)
  const response = dnsPacket.encode({
    type: 'response',
    id: 5,
    questions: [{ type: 'A', name: 'a.example' }],
  })
  socket.send(response, Number(port), host)
  const torn = Buffer.concat([Buffer.from('0007010000010000000000003f', 'hex'), Buffer.from('abc')])
  socket.send(torn, Number(port), host)
  const [answer] = await once(socket, 'message')
  expect([answer.readUInt16BE(0), answer[3] & 0x0f]).toEqual([7, 1])
  socket.close()
  expect(await resolver.resolve4('alive.example')).toEqual(['127.0.0.1'])
})

test('CNAMEs in a circle fail instead of looping', async () => {
  await bench.client.putZone([
    { name: 'a.loop.example', type: 'CNAME', data: 'b.loop.example' },
    { name: 'b.loop.example', type: 'CNAME', data: 'a.loop.example' },
  ])
  expect(await codeOf(resolver.resolve4('a.loop.example'))).toBe('ESERVFAIL')
})
