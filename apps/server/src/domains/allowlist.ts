import type { Allowlisted } from '@fairlead/contract'
import type { DnsClient } from '../transports/dns/client.ts'
import type { PlatformHosts } from './platform-hosts.ts'

export interface AllowlistParts {
  readonly dns: DnsClient
  readonly hosts: PlatformHosts
  /** Host name of the relay that takes all managed mail; null: none. */
  readonly smartHost: string | null
}

/** Of `smtp://login:password@host`: the name alone, because beside it stand a login and a password. */
export const smartHostName = (url: string | null): string | null =>
  url === null ? null : new URL(url).hostname

/** What a recipient's mail admin needs to let our mail in: the same names that `fairlead doctor` checks. */
export async function readAllowlist({ dns, hosts, smartHost }: AllowlistParts): Promise<Allowlisted> {
  const found = await dns.resolveAddresses(hosts.mailDomain)
  return {
    ehloNames: [hosts.mailDomain],
    addresses: found.is === 'found' ? [...found.records] : [],
    areAddressesKnown: found.is !== 'temporary',
    returnPathHosts: [hosts.returnPathHost],
    dkimDomains: [hosts.mailDomain],
    dkimSelectors: [hosts.dkimSelector],
    smartHost,
  }
}

/** The same as lines of `name: value`, for people and for scripts. */
export function allowlistText(list: Allowlisted): string {
  const lines = (name: string, values: readonly string[]) => values.map(value => `${name}: ${value}`)
  return [
    ...lines('ehlo', list.ehloNames),
    ...lines('address', list.addresses),
    ...(list.areAddressesKnown ? [] : ['# The addresses are not known: DNS gave no answer just now.']),
    ...lines('return-path', list.returnPathHosts),
    ...lines('dkim-domain', list.dkimDomains),
    ...lines('dkim-selector', list.dkimSelectors),
    ...lines('relay', list.smartHost === null ? [] : [list.smartHost]),
    '',
  ].join('\n')
}
