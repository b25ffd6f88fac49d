import type { Reason } from '@fairlead/bounce'
import { domainOf } from '../../mail/address.ts'
import type { Address } from '../../mail/message.ts'
import type { Dane } from '../../transports/dane/find-tlsa.ts'
import type { TlsaRecord } from '../../transports/dane/tlsa.ts'
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
  readonly smtp: Pick<SmtpOptions, 'tls' | 'checksCertificate' | 'dane' | 'login'>
  /** What the recipient's domain asks of senders; absent: nothing. */
  readonly sts?: { readonly domain: string; readonly policy: StsPolicy }
  /** Looks up what DNS says of a host's certificate; absent: the recipient's domain is not secure in DNS, or nobody asks. */
  readonly dane?: { readonly domain: string; tlsaOf(host: string): Promise<Lookup<TlsaRecord>> }
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

export interface MxRouteParts {
  readonly dns: DnsClient
  readonly policies?: StsPolicies | undefined
  readonly dane?: Dane | undefined
  readonly port: number
}

/** Asks DNS who takes mail for the recipient's domain, and tells apart what its answers mean. */
export async function findMxRoute(
  to: Address,
  { dns, policies, dane, port }: MxRouteParts,
): Promise<RouteAnswer> {
  const domain = domainOf(to)
  const answer = await dns.resolveMx(domain)
  const [policy = null, secure] =
    answer.is === 'found' ? await Promise.all([policies?.policyFor(domain), dane?.isSecure(domain)]) : []
  // Not to know is not to be safe (RFC 7672 §2.1.1).
  if (secure?.is === 'temporary')
    return {
      outcome: { is: 'deferred', reason: daneReason({ domain, host: domain }, `DNS: ${secure.code}`) },
    }
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
          ...(dane !== undefined && secure?.is === 'found'
            ? { dane: { domain, tlsaOf: (host: string) => dane.tlsaOf(host, port) } }
            : {}),
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

/** Why a host that DNS vouches for did not get the mail (RFC 7672). */
export function daneReason(at: { readonly domain: string; readonly host: string }, why: string): Reason {
  return { code: 'transport.dane', params: { ...at }, reply: `DANE: ${why}`.slice(0, 4_000) }
}

/** Why a name did not resolve for now; codes are c-ares' (nodejs.org/api/dns.html#error-codes). */
export function dnsReason(name: string, code: string) {
  return { code: 'transport.network', params: { name }, reply: `DNS: ${code} for ${name}` } as const
}
