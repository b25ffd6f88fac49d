import type { DnsClient } from '../dns/client.ts'
import { type FetchParts, fetchStsPolicy } from './fetch-policy.ts'
import { readStsId, type StsPolicy } from './policy.ts'

/** A policy as it is kept: by the id that it was fetched under, for as long as its age lasts. */
export interface KeptPolicy extends StsPolicy {
  readonly id: string
  readonly leftMs: number
}

/** Where policies outlive a restart, so that nobody can take one away by cutting us off for a moment. */
export interface PolicyStore {
  load(domain: string): Promise<KeptPolicy | null>
  save(domain: string, policy: KeptPolicy): Promise<void>
}

export interface StsPolicies {
  /** The policy that holds for mail to this domain; null: none. Never rejects, and waits at most some seconds. */
  policyFor(domain: string): Promise<StsPolicy | null>
}

export interface PoliciesOptions extends FetchParts {
  readonly dns: Pick<DnsClient, 'resolveAddresses' | 'resolveTxt'>
  readonly store?: PolicyStore
  readonly onError?: (error: unknown, domain: string) => void
  /** A policy that could not be fetched is asked for again after this; default 300,000 (RFC 8461 §3.3). */
  readonly againMs?: number
}

const mostDomains = 10_000

/**
 * Policies by domain: one fetch at a time for each, none while the id stands, and none again for five minutes after one
 * failed. A policy that is known holds until its age is over, whatever DNS and its host say meanwhile (RFC 8461 §5.1).
 */
export function createStsPolicies(options: PoliciesOptions): StsPolicies {
  const known = new Map<string, { readonly policy: KeptPolicy | null; readonly untilMs: number }>()
  const underway = new Map<string, Promise<StsPolicy | null>>()
  const failedUntilMs = new Map<string, number>()

  async function find(domain: string): Promise<StsPolicy | null> {
    const kept = await keptFor(domain)
    const said = await options.dns.resolveTxt(`_mta-sts.${domain}`)
    const id = said.is === 'found' ? readStsId(said.records) : null
    if (id === null || id === kept?.id || (failedUntilMs.get(domain) ?? 0) > performance.now()) return kept
    try {
      const policy = await fetchStsPolicy(domain, options)
      const fresh = { ...policy, id, leftMs: policy.maxAgeSeconds * 1_000 }
      keep(domain, fresh)
      await options.store?.save(domain, fresh)
      return fresh
    } catch (error) {
      failedUntilMs.set(domain, performance.now() + (options.againMs ?? 300_000))
      if (failedUntilMs.size > mostDomains) failedUntilMs.delete(failedUntilMs.keys().next().value ?? '')
      options.onError?.(error, domain)
      return kept
    }
  }

  async function keptFor(domain: string): Promise<KeptPolicy | null> {
    const own = known.get(domain)
    if (own === undefined) return load(domain)
    if (own.policy === null || own.untilMs > performance.now()) return own.policy
    keep(domain, null)
    return null
  }

  async function load(domain: string): Promise<KeptPolicy | null> {
    try {
      const policy = (await options.store?.load(domain)) ?? null
      keep(domain, policy)
      return policy
    } catch (error) {
      options.onError?.(error, domain)
      return null
    }
  }

  function keep(domain: string, policy: KeptPolicy | null): void {
    known.delete(domain)
    known.set(domain, { policy, untilMs: performance.now() + (policy?.leftMs ?? 0) })
    if (known.size > mostDomains) known.delete(known.keys().next().value ?? '')
  }

  return {
    policyFor(domain) {
      const asked = underway.get(domain)
      if (asked !== undefined) return asked
      const asking = find(domain).finally(() => underway.delete(domain))
      underway.set(domain, asking)
      return asking
    },
  }
}
