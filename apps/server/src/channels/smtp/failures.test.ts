import type { SmtpLinkSettings } from '@fairlead/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Address } from '../../mail/message.ts'
import { makeAuthority, type TestAuthority } from '../../testing/make-authority.ts'
import { has } from '../../testing/needs.ts'
import { type MailServer, startMailServer } from '../../testing/start-mail-server.ts'
import { ownLoopbackAddress } from '../../testing/start-program.ts'
import { a, type NameServer, startNameServer } from '../../transports/testing/name-server.ts'
import { startCuttingProxy } from '../../transports/testing/scripted-server.ts'
import type { CheckStage } from '../channel.ts'
import { sendOne as sendFrom } from '../testing/send-one.ts'
import { smtpChannel, smtpLink } from './testing/smtp-link.ts'

const user = 'ann@sender.test'
const to = 'bob@rcpt.test' as Address
const host = 'mail.sender.test'

/** From the identity's own address, as mail over a server of one's own leaves. */
const sendOne: typeof sendFrom = (channel, link, recipient, options) =>
  sendFrom(channel, link, recipient, { envelopeFrom: user as Address, ...options })

describe.runIf(has('postfix', 'dovecot'))('a server of one’s own, when something is wrong', () => {
  let authority: TestAuthority
  let server: MailServer
  let names: NameServer
  let channel: ReturnType<typeof smtpChannel>

  beforeAll(async () => {
    authority = await makeAuthority()
    server = await startMailServer({
      users: { [user]: 'secret' },
      certificate: await authority.issue([host]),
      domains: ['rcpt.test', 'sender.test'],
      senders: { [user]: user },
      postfix: { settings: { message_size_limit: '20000' } },
      submissionSettings: { message_size_limit: '20000' },
    })
    names = await startNameServer({
      [`A ${host}`]: [a(host, server.postfix.address)],
      'A other.sender.test': [a('other.sender.test', server.postfix.address)],
      'A gone.sender.test': 'NXDOMAIN',
    })
    channel = smtpChannel({ dnsServer: names.address, authority: authority.certificate })
  })
  afterAll(async () => {
    await channel?.close?.()
    await names?.close()
    await server?.stop()
  })

  const outcomeFor = async (settings: Partial<SmtpLinkSettings>, password = 'secret') =>
    (await sendOne(channel, smtpLink({ host, user, ...settings }, password), to)).outcome

  test('TLS from the first byte carries mail as well', async () => {
    const sent = await sendOne(channel, smtpLink({ host, user, port: 465, encryption: 'tls' }), to)
    expect(sent).toMatchObject({
      outcome: { is: 'accepted', finalHop: false },
      wire: { host, tls: expect.stringMatching(/^TLSv1\.3 /) },
      receipt: { queueId: expect.stringMatching(/^[0-9A-Za-z]+$/) },
    })
  })

  test.each(['login', 'cram-md5', 'plain'] as const)('signs in by %s', async login => {
    expect(await outcomeFor({ login })).toMatchObject({ is: 'accepted' })
  })

  test('a wrong password breaks the link, and is in no word of it', async () => {
    const outcome = await outcomeFor({}, 'wrong-password-1')
    expect(outcome).toMatchObject({
      is: 'link-broken',
      reason: { code: 'link.login', replyCode: 535, params: { host, user } },
    })
    const coded = Buffer.from(`\0${user}\0wrong-password-1`).toString('base64')
    expect(JSON.stringify(outcome)).not.toMatch(/wrong-password-1/)
    expect(JSON.stringify(outcome)).not.toContain(coded)
  })

  test('a login is not sent in the clear, and a server that hides it says so', async () => {
    expect(await outcomeFor({ encryption: 'none' })).toMatchObject({
      is: 'link-broken',
      reason: { code: 'link.login', reply: expect.stringContaining('offers none') },
    })
  })

  test('without a login: the server wants one', async () => {
    expect(await outcomeFor({ login: 'none', user: '' })).toMatchObject({
      is: 'link-broken',
      reason: { code: 'link.login' },
    })
  })

  test('another name than the certificate’s', async () => {
    expect(await outcomeFor({ host: 'other.sender.test' })).toMatchObject({
      is: 'link-broken',
      reason: { code: 'link.certificate', reply: expect.stringContaining('ALTNAME') },
    })
  })

  test('a name that does not exist, a port where nobody listens', async () => {
    expect(await outcomeFor({ host: 'gone.sender.test' })).toMatchObject({
      is: 'link-broken',
      reason: { code: 'link.gone' },
    })
    expect(await outcomeFor({ port: 1 })).toMatchObject({
      is: 'deferred',
      laneWide: true,
      reason: { code: 'transport.network' },
    })
  })

  test('TLS where STARTTLS is spoken', async () => {
    expect(await outcomeFor({ encryption: 'tls' })).toMatchObject({
      is: 'link-broken',
      reason: { code: 'link.tls' },
    })
  })

  test('a private address is refused before a packet leaves', async () => {
    const guarded = await sendOne(channel, smtpLink({ host: '10.1.2.3', user }), to)
    expect(guarded.outcome).toMatchObject({
      is: 'link-broken',
      reason: { code: 'link.gone', reply: expect.stringContaining('not a public address') },
    })
  })

  test('larger than the announced SIZE: refused, with the channel’s own reason', async () => {
    const sent = await sendOne(channel, smtpLink({ host, user }), to, { size: 30_000 })
    expect(sent).toMatchObject({
      outcome: { is: 'refused', reason: { code: 'size.channel', params: { limit: 20_000 } } },
      marks: 0,
    })
  })
})

describe.runIf(has('postfix', 'dovecot'))('senders and limits', () => {
  test('a sender that is another’s is refused as such', async () => {
    const authority = await makeAuthority()
    const server = await startMailServer({
      users: { 'ben@sender.test': 'secret' },
      certificate: await authority.issue([host]),
      domains: ['rcpt.test'],
      senders: { 'ben@sender.test': 'ben@sender.test', 'b-one@bounce.sender.test': 'nobody@sender.test' },
    })
    const names = await startNameServer({ [`A ${host}`]: [a(host, server.postfix.address)] })
    const channel = smtpChannel({ dnsServer: names.address, authority: authority.certificate })
    try {
      const settings = { host, user: 'ben@sender.test' }
      expect((await sendOne(channel, smtpLink(settings), to)).outcome).toMatchObject({
        is: 'refused',
        reason: {
          code: 'identity.not-permitted',
          reply: expect.stringContaining('not owned by user'),
          params: { user: 'ben@sender.test', sender: 'ann@sender.test' },
        },
      })
      const borrowed = smtpLink({ ...settings, borrowedReturnPath: true })
      const returnPath = 'b-one@bounce.sender.test' as Address
      expect((await sendOne(channel, borrowed, to, { envelopeFrom: returnPath })).outcome).toMatchObject({
        is: 'link-broken',
        reason: { code: 'policy.sender-rejected' },
      })
    } finally {
      await channel.close?.()
      await names.close()
      await server.stop()
    }
  })

  test('an expired certificate, and the same one pinned', async () => {
    const authority = await makeAuthority()
    const server = await startMailServer({
      users: { [user]: 'secret' },
      certificate: await authority.issue([host], { isExpired: true }),
      domains: ['rcpt.test'],
      // Each client may start so many mails a minute (anvil).
      submissionSettings: { smtpd_client_message_rate_limit: '1' },
    })
    const names = await startNameServer({ [`A ${host}`]: [a(host, server.postfix.address)] })
    const channel = smtpChannel({ dnsServer: names.address, authority: authority.certificate })
    try {
      expect((await sendOne(channel, smtpLink({ host, user }), to)).outcome).toMatchObject({
        is: 'link-broken',
        reason: { code: 'link.certificate', reply: expect.stringContaining('CERT_HAS_EXPIRED') },
      })
      const shown = await lastStage(channel, smtpLink({ host, user }))
      expect(shown.sentence).toMatchObject({ code: 'encrypt.expired', params: { date: '2020-02-01' } })
      const certificateSha256 = shown.certificate?.sha256 ?? ''
      const pinned = smtpLink({ host, user, certificateSha256 })
      expect((await sendOne(channel, pinned, to)).outcome).toMatchObject({ is: 'accepted' })
      expect((await sendOne(channel, pinned, to)).outcome).toMatchObject({
        is: 'deferred',
        laneWide: true,
        reason: { reply: expect.stringContaining('too much mail from') },
      })
      const other = smtpLink({ host, user, certificateSha256: '0'.repeat(64) })
      expect((await sendOne(channel, other, to)).outcome).toMatchObject({
        is: 'link-broken',
        reason: { code: 'link.certificate' },
      })
    } finally {
      await channel.close?.()
      await names.close()
      await server.stop()
    }
  })

  test('hanging up: before the end deferred and nothing arrives, after it uncertain', async () => {
    const authority = await makeAuthority()
    const server = await startMailServer({
      users: { [user]: 'secret' },
      certificate: await authority.issue([host]),
      domains: ['rcpt.test'],
      submissionSettings: { smtpd_tls_auth_only: 'no' },
    })
    const behind = { address: ownLoopbackAddress(), port: 587 }
    const proxy = await startCuttingProxy({ address: server.postfix.address, port: 587 }, behind)
    const names = await startNameServer({ [`A ${host}`]: [a(host, behind.address)] })
    const channel = smtpChannel({ dnsServer: names.address, authority: authority.certificate })
    const link = smtpLink({ host, user, encryption: 'none' })
    try {
      proxy.cutWhen((_client, said) => /^354/m.test(said))
      expect(await sendOne(channel, link, 'cut@rcpt.test' as Address)).toMatchObject({
        outcome: { is: 'deferred' },
      })
      proxy.cutWhen((client, said) => client.endsWith('\r\n.\r\n') && /queued as/.test(said))
      expect(await sendOne(channel, link, to)).toMatchObject({
        outcome: { is: 'uncertain', reason: { code: 'uncertain.cut' } },
        marks: 1,
      })
      await server.postfix.arrived(to, 1)
      expect(await server.postfix.countOf('cut@rcpt.test')).toBe(0)
    } finally {
      await channel.close?.()
      await proxy.close()
      await names.close()
      await server.stop()
    }
  })
})

async function lastStage(channel: ReturnType<typeof smtpChannel>, link: ReturnType<typeof smtpLink>) {
  let last: CheckStage | undefined
  for await (const stage of channel.check(link, AbortSignal.timeout(20_000))) last = stage
  if (!last) throw new Error('no stage')
  return last
}
