import { domainOf } from '../../mail/address.ts'
import type { Address } from '../../mail/message.ts'
import type { DnsClient } from '../../transports/dns/client.ts'
import type { Lookup } from '../../transports/dns/lookup-cache.ts'
import type { StsPolicies } from '../../transports/mta-sts/policies.ts'
import type { StsPolicy } from '../../transports/mta-sts/policy.ts'
import type { SmtpOptions } from '../../transports/smtp/open.ts'
import type { SendOutcome } from '../channel.ts'
import { addressesOfSmartHost, type SmartHost } from './smart-host.ts'

/** Where a recipient's mail goes: hosts in the order in which they are tried. */
export interface Route {
  readonly lane: string
  readonly hosts: readonly string[]
  readonly port: number
  /** Is the server at its end the recipient's own? */
  readonly isFinalHop: boolean
  readonly smtp: Pick<SmtpOptions, 'tls' | 'checksCertificate' | 'login'>
  /** What the recipient's domain asks of senders; absent: nothing. */
  readonly sts?: { readonly domain: string; readonly policy: StsPolicy }
  addressesOf(host: string): Promise<Lookup<string>>
}

export type RouteAnswer = { readonly route: Route } | { readonly outcome: SendOutcome }

export const smartHostLane = 'smart-host'

/** The one route that every recipient shares. */
export function routeToSmartHost(smartHost: SmartHost): Route {
  const { host, port, smtp } = smartHost
  return {
    lane: smartHostLane,
    hosts: [host],
    port,
    isFinalHop: false,
    smtp,
    addressesOf: addressesOfSmartHost,
  }
}

/** Asks DNS who takes mail for the recipient's domain, and tells apart what its answers mean. */
export async function findMxRoute(
  to: Address,
  { dns, policies, port }: { dns: DnsClient; policies?: StsPolicies | undefined; port: number },
): Promise<RouteAnswer> {
  const domain = domainOf(to)
  const answer = await dns.resolveMx(domain)
  const policy = answer.is === 'found' ? ((await policies?.policyFor(domain)) ?? null) : null
  switch (answer.is) {
    case 'found':
      return {
        route: {
          lane: answer.provider,
          hosts: answer.hosts.map(({ host }) => host),
          port,
          isFinalHop: true,
          // RFC 8461 §4.2: encrypted, with a certificate that holds for the host, or not at all.
          smtp:
            policy?.mode === 'enforce'
              ? { tls: 'required', checksCertificate: true }
              : { tls: 'opportunistic' },
          ...(policy === null || policy.mode === 'none' ? {} : { sts: { domain, policy } }),
          addressesOf: host => dns.resolveAddresses(host),
        },
      }
    case 'unknown-domain':
      return { outcome: { is: 'refused', reason: { code: 'domain.unknown', params: { domain } } } }
    case 'no-mail':
      return { outcome: { is: 'refused', reason: { code: 'domain.no-mail', params: { domain } } } }
    case 'temporary':
      return { outcome: { is: 'deferred', reason: dnsReason(domain, answer.code) } }
  }
}

/** Why a name did not resolve for now; codes are c-ares' (nodejs.org/api/dns.html#error-codes). */
export function dnsReason(name: string, code: string) {
  return { code: 'transport.network', params: { name }, reply: `DNS: ${code} for ${name}` } as const
}
