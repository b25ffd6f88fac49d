import { once } from 'node:events'
import { createServer, type Server } from 'node:https'
import { SMTPServer } from 'smtp-server'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { makeSelfSignedCertificate } from '../../inbound/self-signed-certificate.ts'
import type { Address } from '../../mail/message.ts'
import { newId } from '../../platform/ids.ts'
import { freePort, ownLoopbackAddress } from '../../testing/start-program.ts'
import { addressGuard } from '../../transports/address-guard.ts'
import { createDnsClient } from '../../transports/dns/client.ts'
import {
  createStsPolicies,
  type KeptPolicy,
  type PoliciesOptions,
} from '../../transports/mta-sts/policies.ts'
import { a, mx, type NameServer, startNameServer, type Zone } from '../../transports/testing/name-server.ts'
import { sendOne } from '../testing/send-one.ts'
import { createManagedChannel } from './channel.ts'

const link = { id: newId('link'), settings: {}, withSecret: () => Promise.reject(new Error('no secret')) }
const bob = 'bob@rcpt.test' as Address
const policyCertificate = makeSelfSignedCertificate('mta-sts.rcpt.test')
const mailCertificate = makeSelfSignedCertificate('mx.rcpt.test')
const otherCertificate = makeSelfSignedCertificate('mx.other.test')
const authorities = [policyCertificate, mailCertificate, otherCertificate].map(one => one.cert)

const running: (() => Promise<unknown> | undefined)[] = []
afterEach(async () => {
  for (const stop of running.splice(0).reverse()) await stop()
})

let mxPort = 0
beforeAll(async () => {
  mxPort = await freePort()
})

interface MailHost {
  readonly address: string
  readonly messages: string[]
  connections: number
}

/** The recipient's mail server; without a certificate it offers no STARTTLS. */
async function serveMail(certificate: { key: string; cert: string } | null): Promise<MailHost> {
  const state: MailHost = { address: ownLoopbackAddress(), messages: [], connections: 0 }
  const server = new SMTPServer({
    ...(certificate ?? { disabledCommands: ['STARTTLS'] }),
    authOptional: true,
    onConnect: (_session, done) => {
      state.connections += 1
      done()
    },
    onData: (stream, session, done) => {
      stream.resume()
      stream.once('end', () => {
        state.messages.push(String(session.secure))
        done()
      })
    },
  })
  server.on('error', () => undefined)
  server.listen(mxPort, state.address)
  await once(server.server, 'listening')
  running.push(() => new Promise<void>(resolve => server.close(() => resolve())))
  return state
}

type Serve = (path: string) => { readonly status?: number; readonly body?: string; readonly isSilent?: true }

interface PolicyHost {
  readonly address: string
  readonly port: number
  serve: Serve
  asked: number
  readonly server: Server
}

async function servePolicy(serve: Serve, certificate = policyCertificate): Promise<PolicyHost> {
  const address = ownLoopbackAddress()
  const server = createServer(certificate, (request, response) => {
    state.asked += 1
    const { status = 200, body = '', isSilent } = state.serve(request.url ?? '')
    response.writeHead(status, { 'content-type': 'text/plain', location: '/elsewhere' })
    if (isSilent === true) response.write('version: STSv1\n')
    else response.end(body)
  }).listen(0, address)
  await once(server, 'listening')
  const place = server.address()
  const port = typeof place === 'object' && place ? place.port : 0
  const state: PolicyHost = { address, port, serve, asked: 0, server }
  running.push(async () => {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  })
  return state
}

const policyText = (mode: string, names = 'mx.rcpt.test', age = 86_400) =>
  `version: STSv1\r\nmode: ${mode}\r\nmx: ${names}\r\nmax_age: ${age}\r\n`
const says =
  (text: string): Serve =>
  path =>
    path === '/.well-known/mta-sts.txt' ? { body: text } : { status: 404 }

const txt = (id: string) => [
  { type: 'TXT' as const, name: '_mta-sts.rcpt.test', ttl: 60, data: [`v=STSv1; id=${id};`] },
]

async function world(host: MailHost, policy: PolicyHost, more: Partial<PoliciesOptions> = {}) {
  const zone: Zone = {
    'MX rcpt.test': [mx('rcpt.test', 10, 'mx.rcpt.test')],
    'MX plain.test': [mx('plain.test', 10, 'mx.rcpt.test')],
    'A mx.rcpt.test': [a('mx.rcpt.test', host.address)],
    'A mta-sts.rcpt.test': [a('mta-sts.rcpt.test', policy.address)],
    'TXT _mta-sts.rcpt.test': txt('one'),
  }
  const names: NameServer = await startNameServer(zone)
  const dns = createDnsClient({ servers: [names.address], timeoutMs: 500, tries: 1 })
  const guard = addressGuard({ allow: ['127.0.0.0/8'] })
  const told: string[] = []
  const errors: string[] = []
  const channel = createManagedChannel({
    ...{ dns, guard, mxPort, authorities, ehloName: 'mail.ours.test' },
    policies: createStsPolicies({
      ...{ dns, guard, authorities, port: policy.port, timeoutMs: 1_000, againMs: 0 },
      onError: error => errors.push(error instanceof Error ? error.message : String(error)),
      ...more,
    }),
    onTested: ({ why }) => told.push(why),
  })
  running.push(
    () => names.close(),
    async () => channel.close?.(),
  )
  const send = async (to = bob) => (await sendOne(channel, link, to)).outcome
  return { send, names, dns, told, errors }
}

const held = { is: 'deferred', reason: { code: 'transport.mta-sts' } }

describe('a domain with an MTA-STS policy', () => {
  test('that enforces gets mail over a connection whose certificate holds', async () => {
    const host = await serveMail(mailCertificate)
    const { send } = await world(host, await servePolicy(says(policyText('enforce', '*.rcpt.test'))))
    expect(await send()).toMatchObject({ is: 'accepted' })
    expect(host.messages).toEqual(['true'])
  })

  test.each([
    ['a certificate of another name', otherCertificate, 'mx.rcpt.test', 1],
    ['no encryption', null, 'mx.rcpt.test', 1],
    ['a mail host that the policy does not name', mailCertificate, 'mx.elsewhere.test', 0],
  ])('that enforces waits before %s', async (_what, certificate, names, connections) => {
    const host = await serveMail(certificate)
    const { send } = await world(host, await servePolicy(says(policyText('enforce', names))))
    expect(await send()).toMatchObject(held)
    expect([host.messages, host.connections]).toEqual([[], connections])
  })

  test('that is being tested gets its mail, and we say what would have held it up', async () => {
    const host = await serveMail(otherCertificate)
    const { send, told } = await world(host, await servePolicy(says(policyText('testing'))))
    expect(await send()).toMatchObject({ is: 'accepted' })
    expect(told).toEqual(['The certificate of mx.rcpt.test is not valid for it'])
  })

  test('of mode none gets its mail in any way', async () => {
    const host = await serveMail(null)
    const { send, told } = await world(host, await servePolicy(says(policyText('none'))))
    expect(await send()).toMatchObject({ is: 'accepted' })
    expect(told).toEqual([])
  })

  test('gets no mail over a connection that was good enough for another domain of the same host', async () => {
    const host = await serveMail(otherCertificate)
    const { send } = await world(host, await servePolicy(says(policyText('enforce'))))
    expect(await send('ann@plain.test' as Address)).toMatchObject({ is: 'accepted' })
    expect(await send()).toMatchObject(held)
    expect(host.messages).toHaveLength(1)
  })
})

describe('a policy host', () => {
  test.each<[string, Serve, RegExp]>([
    ['that says nothing more', () => ({ isSilent: true }), /abort/i],
    ['that redirects', () => ({ status: 301 }), /answers 301/],
    ['that is not found', () => ({ status: 404 }), /answers 404/],
    ['that sends without end', () => ({ body: policyText('enforce') + 'x'.repeat(100_000) }), /too large/],
    ['that serves something else', says('<html>'), /no policy/],
  ])('%s holds nothing up', async (_what, serve, error) => {
    const host = await serveMail(null)
    const { send, errors } = await world(host, await servePolicy(serve))
    expect(await send()).toMatchObject({ is: 'accepted' })
    expect(errors[0]).toMatch(error)
  })

  test('with a certificate of another name is not believed', async () => {
    const host = await serveMail(null)
    const { send, errors } = await world(
      host,
      await servePolicy(says(policyText('enforce')), otherCertificate),
    )
    expect(await send()).toMatchObject({ is: 'accepted' })
    expect(errors[0]).toMatch(/altnames/)
  })

  test('of our own network is not called', async () => {
    const host = await serveMail(null)
    const policy = await servePolicy(says(policyText('enforce')))
    const { send, errors } = await world(host, policy, { guard: addressGuard({}) })
    expect(await send()).toMatchObject({ is: 'accepted' })
    expect(errors[0]).toContain('not a public address')
    expect(policy.asked).toBe(0)
  })

  test('is asked once while the id stands; what it said holds when it is gone, and when DNS is', async () => {
    const host = await serveMail(otherCertificate)
    const policy = await servePolicy(says(policyText('enforce')))
    const { send, names, dns, errors } = await world(host, policy)
    await Promise.all([send(), send(), send()])
    expect(policy.asked).toBe(1)
    policy.serve = () => ({ status: 500 })
    names.zone['TXT _mta-sts.rcpt.test'] = txt('two')
    dns.forget()
    expect(await send()).toMatchObject(held)
    expect(errors[0]).toMatch(/answers 500/)
    names.zone['TXT _mta-sts.rcpt.test'] = 'SERVFAIL'
    dns.forget()
    expect(await send()).toMatchObject(held)
    policy.serve = says(policyText('none'))
    names.zone['TXT _mta-sts.rcpt.test'] = txt('three')
    dns.forget()
    expect(await send()).toMatchObject({ is: 'accepted' })
  })

  test('is not needed where the policy was kept from before', async () => {
    const kept: KeptPolicy = {
      id: 'one',
      mode: 'enforce',
      mx: ['mx.rcpt.test'],
      maxAgeSeconds: 60,
      leftMs: 60_000,
    }
    const store = { load: async () => kept, save: async () => undefined }
    const host = await serveMail(otherCertificate)
    const policy = await servePolicy(() => ({ status: 500 }))
    const { send } = await world(host, policy, { store })
    expect(await send()).toMatchObject(held)
    expect(policy.asked).toBe(0)
  })
})
