import { type DmarcPolicyFound, discoverPolicy, dmarcNames } from '../mail/authentication/dmarc-record.ts'
import type { DnsClient } from '../transports/dns/client.ts'

/** Looks up which DMARC policy holds for a From domain. */
export interface PolicyReader {
  /**
   * Null: no answer within the bound, or none at all. The look-up goes on, so that the next question may be answered from
   * the cache of the DNS client. Never rejects.
   */
  policyOf(fromDomain: string): Promise<DmarcPolicyFound | null>
}

/** Longest time that a page waits for DNS. */
const pageWaitsMs = 700

/** @param dns its cache decides how long an answer holds: 5 minutes, 30 seconds where nothing stands. */
export function createPolicyReader(
  dns: Pick<DnsClient, 'resolveTxt'>,
  boundMs: number = pageWaitsMs,
): PolicyReader {
  return {
    async policyOf(fromDomain) {
      const asked = Promise.all(dmarcNames(fromDomain).map(name => textsAt(dns, `_dmarc.${name}`)))
      const { promise: late, resolve } = Promise.withResolvers<null>()
      const timer = setTimeout(resolve, boundMs, null)
      const texts = await Promise.race([asked, late])
      clearTimeout(timer)
      return texts === null ? null : discoverPolicy(fromDomain, texts)
    },
  }
}

async function textsAt(dns: Pick<DnsClient, 'resolveTxt'>, name: string): Promise<readonly string[] | null> {
  const answer = await dns.resolveTxt(name)
  if (answer.is === 'found') return answer.records
  return answer.is === 'temporary' ? null : []
}
