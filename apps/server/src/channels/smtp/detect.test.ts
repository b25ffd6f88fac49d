import { once } from 'node:events'
import { createServer } from 'node:https'
import { afterEach, describe, expect, test } from 'vitest'
import type { Address } from '../../mail/message.ts'
import { makeAuthority } from '../../testing/make-authority.ts'
import { hasLowPorts } from '../../testing/needs.ts'
import { ownLoopbackAddress } from '../../testing/start-program.ts'
import { addressGuard } from '../../transports/address-guard.ts'
import { createDnsClient } from '../../transports/dns/client.ts'
import { a, mx, type NameServer, startNameServer, type Zone } from '../../transports/testing/name-server.ts'
import { detectServer } from './detect.ts'
import { readAutoconfig } from './read-autoconfig.ts'

const address = 'ann@acme.test' as Address
const stops: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

async function detect(zone: Zone, options: { authority?: string; allow?: string[] } = {}) {
  const names: NameServer = await startNameServer(zone)
  stops.push(() => names.close())
  const dns = createDnsClient({ servers: [names.address], timeoutMs: 500, tries: 1 })
  const guard = addressGuard({ allow: options.allow ?? ['127.0.0.0/8'] })
  const parts = { dns, guard, ...(options.authority ? { authorities: [options.authority] } : {}) }
  return detectServer(address, parts, AbortSignal.timeout(10_000))
}

const srv = (name: string, target: string, port: number) =>
  ({ type: 'SRV', name, ttl: 60, data: { target, port, priority: 0, weight: 1 } }) as const

describe('the server of an address', () => {
  test.each([
    ['aspmx.l.google.com', 'google', 'gmail'],
    ['acme-test.mail.protection.outlook.com', 'microsoft-365', 'microsoft'],
    ['mx.zoho.eu', 'zoho', null],
    ['in1-smtp.messagingengine.com', 'fastmail', null],
  ])('mail at %s is %s', async (host, presetId, connectWith) => {
    const found = await detect({ 'MX acme.test': [mx('acme.test', 10, host)] })
    expect(found).toMatchObject({
      foundBy: 'mail-servers',
      presetId,
      connectWith,
      settings: { user: address },
    })
  })

  test('by service records: TLS from the first byte before STARTTLS', async () => {
    const found = await detect({
      'SRV _submissions._tcp.acme.test': [srv('_submissions._tcp.acme.test', 'mail.acme.test', 465)],
      'SRV _submission._tcp.acme.test': [srv('_submission._tcp.acme.test', 'mail.acme.test', 587)],
      'SRV _imap._tcp.acme.test': [srv('_imap._tcp.acme.test', 'imap.acme.test', 143)],
    })
    expect(found).toEqual({
      foundBy: 'srv',
      presetId: null,
      connectWith: null,
      settings: {
        host: 'mail.acme.test',
        port: 465,
        encryption: 'tls',
        login: 'auto',
        user: address,
        imap: { host: 'imap.acme.test', port: 143, encryption: 'starttls', user: address },
      },
    })
  })

  test('a service that is decidedly not offered, and a domain that says nothing', async () => {
    const found = await detect({
      'SRV _submission._tcp.acme.test': [srv('_submission._tcp.acme.test', '.', 0)],
      'MX acme.test': [mx('acme.test', 10, 'mail.acme.test')],
    })
    expect(found).toEqual({ foundBy: null, presetId: null, connectWith: null, settings: null })
  })
})

// A suite of its own, which is named where it is left out.
describe.runIf(hasLowPorts)('the server of an address, by HTTPS', () => {
  test('by the autoconfiguration file, over TLS that is checked; not from a private address', async () => {
    const authority = await makeAuthority()
    const pem = await authority.issue(['autoconfig.acme.test'])
    const place = ownLoopbackAddress()
    const asked: string[] = []
    const server = createServer({ key: pem, cert: pem }, (request, response) => {
      asked.push(`${request.headers.host} ${request.url}`)
      response.end(config)
    })
    server.listen(443, place)
    await once(server, 'listening')
    stops.push(async () => {
      server.close()
      await once(server, 'close')
    })
    const zone = { 'A autoconfig.acme.test': [a('autoconfig.acme.test', place)] }
    expect(await detect(zone, { authority: authority.certificate })).toMatchObject({
      foundBy: 'autoconfig',
      settings: { host: 'smtp.acme.test', port: 587, encryption: 'starttls', user: 'ann' },
    })
    expect(asked).toEqual(['autoconfig.acme.test /mail/config-v1.1.xml'])
    expect((await detect(zone)).foundBy, 'an unknown authority').toBeNull()
    expect((await detect(zone, { authority: authority.certificate, allow: [] })).foundBy).toBeNull()
    expect(asked).toHaveLength(1)
  })
})

const config = `<clientConfig version="1.1"><emailProvider id="acme.test">
  <incomingServer type="pop3"><hostname>pop.acme.test</hostname><port>995</port><socketType>SSL</socketType></incomingServer>
  <incomingServer type="imap"><hostname>imap.acme.test</hostname><port>993</port><socketType>SSL</socketType>
    <username>%EMAILADDRESS%</username><authentication>password-cleartext</authentication></incomingServer>
  <outgoingServer type="smtp"><hostname>plain.acme.test</hostname><port>25</port><socketType>plain</socketType></outgoingServer>
  <outgoingServer type="smtp"><hostname>SMTP.acme.test</hostname><port>587</port><socketType>STARTTLS</socketType>
    <username>%EMAILLOCALPART%</username><authentication>password-cleartext</authentication></outgoingServer>
</emailProvider></clientConfig>`

describe('an autoconfiguration file', () => {
  test('names server, port, encryption and user', () => {
    expect(readAutoconfig(config, address)).toEqual({
      host: 'smtp.acme.test',
      port: 587,
      encryption: 'starttls',
      login: 'auto',
      user: 'ann',
      imap: { host: 'imap.acme.test', port: 993, encryption: 'tls', user: address },
    })
  })

  test.each([
    ['nothing', ''],
    ['only servers in the clear', config.replaceAll('STARTTLS', 'plain')],
    ['a host that is none', config.replaceAll('SMTP.acme.test', 'x/../y')],
    ['a port that is none', config.replaceAll('587', '99999')],
    ['a hostile length', `<outgoingServer type="smtp">${'<hostname>'.repeat(6_000)}`],
  ])('with %s is no answer', (_what, xml) => expect(readAutoconfig(xml, address)).toBeNull())
})
