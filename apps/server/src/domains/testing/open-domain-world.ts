import type { SendingDomain } from '@fairlead/contract'
import { type Bind, startBind } from '../../testing/start-bind.ts'
import { addressGuard } from '../../transports/address-guard.ts'
import { createAuthorityClient } from '../../transports/dns/authority.ts'
import type { LookUpParts } from '../look-up-records.ts'
import { platformHosts } from '../platform-hosts.ts'

/** A BIND that speaks for a customer's zone and for ours, and what looks into it. */
export interface DomainWorld {
  readonly bind: Bind
  readonly lookUp: LookUpParts
  /** Publishes these lines of a zone file in the customer's zone, and nothing else. */
  publish(...lines: readonly string[]): Promise<void>
  close(): Promise<void>
}

export const ourHosts = platformHosts('mail.ours.test')
const ours = ['bounces.mail TXT "v=spf1 a:mail.ours.test -all"', 'mail A 192.0.2.10']

export async function openDomainWorld(options: { readonly signed?: boolean } = {}): Promise<DomainWorld> {
  const bind = await startBind(
    { 'acme.test': [], 'ours.test': ours },
    options.signed === true ? { signed: ['acme.test'] } : {},
  )
  const [, port = ''] = bind.address.split(':')
  return {
    bind,
    lookUp: {
      hosts: ourHosts,
      authority: createAuthorityClient({
        ...{ servers: [bind.address], serverPort: Number(port), timeoutMs: 1_000 },
        guard: addressGuard({ allow: ['127.0.0.0/8'] }),
      }),
    },
    publish: (...lines) => bind.change('acme.test', lines),
    close: () => bind.stop(),
  }
}

/** The lines of the zone file that the domain's own page offers, of these purposes or of all. */
export function linesOf(domain: SendingDomain, purposes?: readonly string[]): string[] {
  return domain.records
    .filter(({ place, purpose }) => place === 'your-dns' && (purposes?.includes(purpose) ?? true))
    .map(
      ({ name, type, expected }) => `${name}. ${type} ${type === 'TXT' ? quoted(expected) : `${expected}.`}`,
    )
}

const quoted = (text: string): string => (text.match(/.{1,200}/g) ?? []).map(part => `"${part}"`).join(' ')
