import { X509Certificate } from 'node:crypto'
import type { SmtpLinkSettings } from '@fairlead/contract'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Address } from '../../mail/message.ts'
import { makeAuthority } from '../../testing/make-authority.ts'
import { has } from '../../testing/needs.ts'
import { type MailServer, startMailServer } from '../../testing/start-mail-server.ts'
import { startTokenServer, type TokenServer } from '../../testing/start-token-server.ts'
import { a, type NameServer, startNameServer } from '../../transports/testing/name-server.ts'
import type { ChannelLink, CheckStage } from '../channel.ts'
import { sendOne as sendFrom } from '../testing/send-one.ts'
import { smtpChannel, smtpLink } from './testing/smtp-link.ts'

const user = 'ann@sender.test' as Address
const to = 'bob@rcpt.test' as Address
const host = 'mail.sender.test'
const imapHost = 'imap.sender.test'
const token = 'ya29.a-token-that-must-turn-up-nowhere'

describe.runIf(has('postfix', 'dovecot'))('signing in by token, and pinning', () => {
  let server: MailServer
  let tokens: TokenServer
  let names: NameServer
  /** Knows the authority of the servers. */
  let trusting: ReturnType<typeof smtpChannel>
  /** Knows no authority but those of the internet. */
  let strange: ReturnType<typeof smtpChannel>
  let sha256: string

  beforeAll(async () => {
    const authority = await makeAuthority()
    const certificate = await authority.issue([host, imapHost])
    sha256 = new X509Certificate(certificate).fingerprint256.replaceAll(':', '').toLowerCase()
    tokens = await startTokenServer()
    server = await startMailServer({
      ...{ users: { [user]: 'secret' }, certificate, domains: ['rcpt.test', 'sender.test'] },
      settings: `${tokens.dovecotSettings}\nauth_verbose = yes`,
    })
    names = await startNameServer({
      [`A ${host}`]: [a(host, server.postfix.address)],
      [`A ${imapHost}`]: [a(imapHost, server.dovecot.address)],
    })
    trusting = smtpChannel({ dnsServer: names.address, authority: authority.certificate })
    const other = await makeAuthority()
    strange = smtpChannel({ dnsServer: names.address, authority: other.certificate })
  })
  afterAll(async () => {
    await trusting?.close?.()
    await strange?.close?.()
    await names?.close()
    await server?.stop()
    await tokens?.close()
  })

  const imap = { host: imapHost, port: 993, encryption: 'tls', user } as const
  const soon = () => AbortSignal.timeout(30_000)
  const sendOne = (link: ChannelLink<SmtpLinkSettings>) =>
    sendFrom(trusting, link, to, { envelopeFrom: user })
  const lastOf = async (channel: typeof trusting, link: ChannelLink<SmtpLinkSettings>) => {
    let last: CheckStage | undefined
    for await (const stage of channel.check(link, soon())) if (stage.state !== 'skipped') last = stage
    return last
  }

  test('XOAUTH2 carries mail and opens the mailbox, until the token is taken back', async () => {
    tokens.issue(token, user)
    const link = smtpLink({ host, user, login: 'xoauth2', imap }, token)
    expect(await sendOne(link)).toMatchObject({ outcome: { is: 'accepted' } })
    expect(await trusting.observe?.(link, null, soon())).toMatchObject({ seen: [], isMore: false })
    await trusting.close?.()
    tokens.revoke(token)
    const { outcome } = await sendOne(link)
    expect(outcome).toMatchObject({ is: 'link-broken', reason: { code: 'link.login' } })
    const seen = await trusting.observe?.(link, null, soon())
    expect(seen).toMatchObject({ failed: { code: 'link.login' } })
    const stage = await lastOf(trusting, link)
    expect(stage).toMatchObject({
      ...{ stage: 'sign-in', state: 'failed', sentence: { code: 'sign-in.token' } },
      fixes: [{ code: 'renew-token' }, { code: 'change-login-method' }],
    })
    const told = JSON.stringify([outcome, seen, stage])
    expect(told).not.toContain(token)
    expect(told).not.toContain(Buffer.from(`user=${user}\x01auth=Bearer ${token}\x01\x01`).toString('base64'))
  })

  test.each(['tls', 'starttls'] as const)(
    'a mailbox over %s whose certificate nobody vouches for: shown, pinned, and no other is taken',
    async encryption => {
      const port = encryption === 'tls' ? 993 : 143
      const mailbox = { ...imap, port, encryption }
      const logins = () => server.dovecot.output().match(/imap-login: (?:Info: )?Login: user=/g)?.length ?? 0
      const settings = { host, user, certificateSha256: sha256 }
      const before = logins()
      const failed = await lastOf(strange, smtpLink({ ...settings, imap: mailbox }))
      expect(failed).toMatchObject({
        ...{ stage: 'mailbox', state: 'failed', reason: { code: 'link.certificate' } },
        certificate: { sha256, names: expect.arrayContaining([imapHost]) },
      })
      const pin = failed?.fixes?.find(({ code }) => code === 'pin-certificate')
      expect(pin?.change).toEqual({ 'imap.certificateSha256': sha256 })
      const wrong = { ...mailbox, certificateSha256: '0'.repeat(64) }
      expect(await lastOf(strange, smtpLink({ ...settings, imap: wrong }))).toMatchObject({
        ...{ stage: 'mailbox', state: 'failed', sentence: { code: 'encrypt.other-certificate' } },
        certificate: { sha256 },
      })
      const link = smtpLink({ ...settings, imap: wrong })
      expect(await strange.observe?.(link, null, soon())).toMatchObject({
        failed: { code: 'link.certificate' },
      })
      const pinned = smtpLink({ ...settings, imap: { ...mailbox, certificateSha256: sha256 } })
      expect(await lastOf(strange, pinned)).toMatchObject({ stage: 'mailbox', state: 'passed' })
      expect(await strange.observe?.(pinned, null, soon())).toMatchObject({ seen: [] })
      // Those two alone: no password left before the certificate was judged.
      await vi.waitFor(() => expect(logins()).toBe(before + 2), { timeout: 5_000 })
    },
  )
})
