import { type SmtpLinkSettings, smtpLinkSettings } from '@fairlead/contract'
import { type LinkId, newId } from '../../../platform/ids.ts'
import { addressGuard } from '../../../transports/address-guard.ts'
import { createDnsClient } from '../../../transports/dns/client.ts'
import type { ChannelLink } from '../../channel.ts'
import { createSmtpChannel, type SmtpChannelOptions } from '../channel.ts'

/** A link with these settings; the password can be changed while it is in use. */
export function smtpLink(
  settings: Partial<SmtpLinkSettings> & { readonly host: string },
  password: string | { readonly current: string } = 'secret',
): ChannelLink<SmtpLinkSettings> {
  return {
    id: newId('link') as LinkId,
    settings: smtpLinkSettings.parse(settings),
    async withSecret(use) {
      const now = typeof password === 'string' ? password : password.current
      const answer = await use(JSON.stringify({ password: now }))
      if (answer === 'expired') throw new Error('a password does not expire')
      return answer as Exclude<typeof answer, 'expired'>
    },
  }
}

/** The channel as it runs, with test servers in reach. */
export function smtpChannel(options: {
  readonly dnsServer: string
  readonly authority: string
  readonly timeouts?: SmtpChannelOptions['timeouts']
}) {
  return createSmtpChannel({
    dns: createDnsClient({ servers: [options.dnsServer], timeoutMs: 500 }),
    guard: addressGuard({ allow: ['127.0.0.0/8'] }),
    ehloName: 'out.sender.test',
    authorities: [options.authority],
    timeouts: { connectMs: 2_000, ...options.timeouts },
  })
}
