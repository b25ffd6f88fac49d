import { afterAll, beforeAll, expect, test } from 'vitest'
import { mx, type NameServer, startNameServer, type Zone } from '../testing/name-server.ts'
import { createDnsClient, type DnsClient, providerOf } from './client.ts'

// A name server of a few rows, spoken over the wire by another library than the client's.
const zone: Zone = {
  'MX two.test': [mx('two.test', 20, 'B.Two.test'), mx('two.test', 10, 'a.two.test')],
  'MX equal.test': Array.from({ length: 30 }, (_, n) => mx('equal.test', 10, `mx${n}.equal.test`)),
  'MX null.test': [mx('null.test', 0, '.')],
  'MX mixed.test': [mx('mixed.test', 0, '.'), mx('mixed.test', 10, 'mx.mixed.test')],
  'MX ip.test': [mx('ip.test', 10, '10.0.0.1')],
  'MX google.test': [
    mx('google.test', 1, 'aspmx.l.google.com'),
    mx('google.test', 5, 'alt1.aspmx.l.google.com'),
  ],
  'MX gone.test': 'NXDOMAIN',
  'MX broken.test': 'SERVFAIL',
  'MX slow.test': 'silence',
  'A implicit.test': [{ type: 'A', name: 'implicit.test', ttl: 60, data: '192.0.2.1' }],
  'A both.test': [{ type: 'A', name: 'both.test', ttl: 0, data: '192.0.2.1' }],
  'AAAA both.test': [{ type: 'AAAA', name: 'both.test', ttl: 60, data: '2001:db8::1' }],
  'A half.test': 'SERVFAIL',
  'AAAA half.test': [{ type: 'AAAA', name: 'half.test', ttl: 60, data: '2001:db8::2' }],
  'A down.test': 'SERVFAIL',
  'TXT txt.test': [{ type: 'TXT', name: 'txt.test', ttl: 60, data: ['v=DKIM1; ', 'k=rsa'] }],
  'MX alias.test': [
    { type: 'CNAME', name: 'alias.test', ttl: 60, data: 'two.test' },
    mx('two.test', 10, 'a.two.test'),
  ],
}

let server: NameServer
let dns: DnsClient
beforeAll(async () => {
  server = await startNameServer(zone)
  dns = createDnsClient({ servers: [server.address], timeoutMs: 150, tries: 1 })
})
afterAll(async () => {
  dns.close()
  await server.close()
})

test('hosts come best first, in lower case', async () => {
  expect(await dns.resolveMx('two.test')).toEqual({
    is: 'found',
    hosts: [
      { host: 'a.two.test', preference: 10 },
      { host: 'b.two.test', preference: 20 },
    ],
    provider: 'two.test',
    isImplicit: false,
  })
})

test('hosts of equal preference are shuffled and at most ten; the provider stays the same', async () => {
  const orders = new Set<string>()
  for (let again = 0; again < 20; again++) {
    const answer = await dns.resolveMx('equal.test')
    if (answer.is !== 'found') throw new Error(answer.is)
    expect(answer.hosts).toHaveLength(10)
    expect(answer.provider).toBe('equal.test')
    orders.add(answer.hosts.map(({ host }) => host).join())
  }
  expect(orders.size).toBeGreaterThan(1)
})

test.each([
  ['null.test', { is: 'no-mail' }],
  ['gone.test', { is: 'unknown-domain' }],
  ['nothing.test', { is: 'unknown-domain' }],
  ['ip.test', { is: 'unknown-domain' }],
  ['broken.test', { is: 'temporary', code: 'ESERVFAIL' }],
  ['slow.test', { is: 'temporary', code: 'ETIMEOUT' }],
  ['down.test', { is: 'temporary', code: 'ESERVFAIL' }],
  ['implicit.test', { is: 'found', hosts: [{ host: 'implicit.test', preference: 0 }], isImplicit: true }],
  ['mixed.test', { is: 'found', hosts: [{ host: 'mx.mixed.test', preference: 10 }] }],
  ['google.test', { is: 'found', provider: 'google.com' }],
  ['alias.test', { is: 'found', hosts: [{ host: 'a.two.test', preference: 10 }] }],
])('%s is %o', async (domain, expected) => {
  expect(await dns.resolveMx(domain)).toMatchObject(expected)
})

test('addresses of both kinds, IPv4 first; one kind is enough', async () => {
  expect(await dns.resolveAddresses('both.test')).toEqual({
    is: 'found',
    records: ['192.0.2.1', '2001:db8::1'],
  })
  expect(await dns.resolveAddresses('half.test')).toEqual({ is: 'found', records: ['2001:db8::2'] })
  expect(await dns.resolveAddresses('down.test')).toMatchObject({ is: 'temporary' })
  expect(await dns.resolveAddresses('127.0.0.1')).toEqual({ is: 'no-name' })
})

test('TXT strings are joined', async () => {
  expect(await dns.resolveTxt('txt.test')).toEqual({ is: 'found', records: ['v=DKIM1; k=rsa'] })
})

test('one question at a time for a name, and none while the answer is fresh, until it is forgotten', async () => {
  dns.forget()
  server.asked.length = 0
  await Promise.all(Array.from({ length: 50 }, () => dns.resolveMx('two.test')))
  await dns.resolveMx('two.test')
  await dns.resolveAddresses('both.test')
  await dns.resolveAddresses('both.test')
  expect(server.asked.toSorted()).toEqual(['A both.test', 'AAAA both.test', 'MX two.test'])
  dns.forget()
  await dns.resolveMx('two.test')
  expect(server.asked).toHaveLength(4)
})

test.each([
  ['aspmx.l.google.com', 'google.com'],
  ['example-com.mail.protection.outlook.com', 'outlook.com'],
  ['mx1.example.co.uk', 'example.co.uk'],
  ['mail.tenant.github.io', 'tenant.github.io'],
  ['localhost', 'localhost'],
])('the provider of %s is %s', (host, provider) => expect(providerOf(host)).toBe(provider))
