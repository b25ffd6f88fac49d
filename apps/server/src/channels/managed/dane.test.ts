import { createHash, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { SMTPServer } from 'smtp-server'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { makeSelfSignedCertificate } from '../../inbound/self-signed-certificate.ts'
import type { Address } from '../../mail/message.ts'
import { newId } from '../../platform/ids.ts'
import { makeAuthority, type TestAuthority } from '../../testing/make-authority.ts'
import { has } from '../../testing/needs.ts'
import { type Bind, startBind } from '../../testing/start-bind.ts'
import { freePort, ownLoopbackAddress } from '../../testing/start-program.ts'
import { type Resolver, startResolver } from '../../testing/start-resolver.ts'
import { addressGuard } from '../../transports/address-guard.ts'
import { createDane } from '../../transports/dane/find-tlsa.ts'
import { createAuthorityClient } from '../../transports/dns/authority.ts'
import { createDnsClient } from '../../transports/dns/client.ts'
import { sendOne } from '../testing/send-one.ts'
import { createManagedChannel } from './channel.ts'

const link = { id: newId('link'), settings: {}, withSecret: () => Promise.reject(new Error('no secret')) }
const held = { is: 'deferred', reason: { code: 'transport.dane' } }
const taken = { is: 'accepted' }

interface MailHost {
  readonly address: string
  /** Of each message: did it come encrypted? */
  readonly messages: boolean[]
}

type Pem = { readonly key: string; readonly cert: string }

/** Servers behind BIND with a signed and an unsigned zone, and an unbound that validates. */
describe.runIf(has('bind', 'unbound'))('a server that DNS vouches for', () => {
  let bind: Bind
  let resolver: Resolver
  let port = 0
  let authority: TestAuthority
  const own = makeSelfSignedCertificate('whatever.test')
  const other = makeSelfSignedCertificate('mx.signed.test')
  const running: (() => Promise<unknown>)[] = []

  beforeAll(async () => {
    port = await freePort()
    authority = await makeAuthority()
    bind = await startBind(
      { '.': ['nothing TXT "here"'], 'signed.test': [], 'plain.test': [], 'else.test': [] },
      { signed: ['signed.test'] },
    )
    await bind.change('signed.test', [])
    resolver = await startResolver(bind.address, { anchors: [await bind.anchorOf('signed.test')] })
  }, 30_000)
  afterEach(async () => {
    for (const stop of running.splice(0).reverse()) await stop()
  })
  afterAll(async () => {
    await resolver.stop()
    await bind.stop()
  })

  async function serveMail(certificate: Pem | null): Promise<MailHost> {
    const state: MailHost = { address: ownLoopbackAddress(), messages: [] }
    const server = new SMTPServer({
      ...(certificate ?? { disabledCommands: ['STARTTLS'] }),
      authOptional: true,
      onData: (stream, session, done) => {
        stream.resume()
        stream.once('end', () => {
          state.messages.push(session.secure)
          done()
        })
      },
    })
    server.on('error', () => undefined)
    server.listen(port, state.address)
    await once(server.server, 'listening')
    running.push(() => new Promise<void>(resolve => server.close(() => resolve())))
    return state
  }

  /** TLSA in the words of a zone file, without the name. */
  function tlsa(usage: number, selector: 0 | 1, pem: string): string {
    const certificate = new X509Certificate(pem)
    const content =
      selector === 0 ? certificate.raw : certificate.publicKey.export({ type: 'spki', format: 'der' })
    return `TLSA ${usage} ${selector} 1 ${createHash('sha256').update(content).digest('hex')}`
  }

  let worlds = 0
  type Zone = 'signed.test' | 'plain.test'

  /** A mail domain of a name of its own, because the resolver keeps what it heard for a second at the least. */
  async function world(zone: Zone, host: MailHost, record: string | null) {
    worlds += 1
    const [domain, mx] = [`r${worlds}`, `mx${worlds}`]
    const vouched = record === null ? [] : [`_${port}._tcp.${mx} ${record}`]
    await bind.change(zone, [`${domain} MX 10 ${mx}`, `${mx} A ${host.address}`, ...vouched])
    await bind.change('else.test', [`${domain} MX 10 ${mx}.${zone}.`])
    const servers = [resolver.address]
    const guard = addressGuard({ allow: ['127.0.0.0/8'] })
    const dns = createDnsClient({ servers })
    const channel = createManagedChannel({
      ...{ dns, guard, mxPort: port, ehloName: 'mail.ours.test' },
      dane: createDane(createAuthorityClient({ servers, guard })),
    })
    running.push(async () => channel.close?.())
    /** To the domain, or to one of the same name in another zone that leads to the same host. */
    const send = async (at: Zone | 'else.test' = zone) =>
      (await sendOne(channel, link, `bob@${domain}.${at}` as Address)).outcome
    return { send }
  }

  test('gets mail with the certificate that the record names, whatever name it bears', async () => {
    const host = await serveMail(own)
    const { send } = await world('signed.test', host, tlsa(3, 1, own.cert))
    expect(await send()).toMatchObject(taken)
    expect(host.messages).toEqual([true])
  })

  test.each([
    ['another certificate', other],
    ['no encryption', null],
  ])('waits before %s, with a reason of its own', async (_what, certificate) => {
    const host = await serveMail(certificate)
    const { send } = await world('signed.test', host, tlsa(3, 1, own.cert))
    expect(await send()).toMatchObject(held)
    expect(host.messages).toEqual([])
  })

  test('is held to nothing where its zone is not signed, or bears no record', async () => {
    const host = await serveMail(null)
    const plain = await world('plain.test', host, tlsa(3, 1, own.cert))
    expect(await plain.send()).toMatchObject(taken)
    const signed = await world('signed.test', host, null)
    expect(await signed.send()).toMatchObject(taken)
    expect(host.messages).toEqual([false, false])
  })

  test('that has only records we cannot use must encrypt, and no more', async () => {
    const host = await serveMail(other)
    const { send } = await world('signed.test', host, tlsa(1, 1, own.cert))
    expect(await send()).toMatchObject(taken)
    const open = await serveMail(null)
    const again = await world('signed.test', open, tlsa(1, 1, own.cert))
    expect(await again.send()).toMatchObject(held)
    expect([host.messages, open.messages]).toEqual([[true], []])
  })

  test('may name an authority of its own, which has to have signed a certificate for the host', async () => {
    const split = (bundle: string): Pem => {
      const [key = '', ...certificates] = bundle.split(/(?=-----BEGIN CERTIFICATE-----)/)
      return { key, cert: [...certificates, authority.certificate].join('') }
    }
    const right = await serveMail(split(await authority.issue(['*.signed.test'])))
    const wrong = await serveMail(split(await authority.issue(['mx.elsewhere.test'])))
    const old = await serveMail(split(await authority.issue(['*.signed.test'], { isExpired: true })))
    const record = tlsa(2, 0, authority.certificate)
    expect(await (await world('signed.test', right, record)).send()).toMatchObject(taken)
    for (const host of [wrong, old])
      expect(await (await world('signed.test', host, record)).send()).toMatchObject(held)
    expect([right.messages, wrong.messages, old.messages]).toEqual([[true], [], []])
  })

  test('gets no mail over a connection that was good enough for an unsigned domain of the same host', async () => {
    const host = await serveMail(other)
    const { send } = await world('signed.test', host, tlsa(3, 1, own.cert))
    expect(await send('else.test')).toMatchObject(taken)
    expect(await send()).toMatchObject(held)
    expect(host.messages).toHaveLength(1)
  })
})
