import type { PublishedDmarc } from '@fairlead/contract'
import { getDomain } from 'tldts'
import type { AuthorityClient, Saying } from '../transports/dns/authority.ts'
import { isDmarc, tagOf } from './judge-record.ts'

export type DmarcAnswer =
  | { readonly is: 'found'; readonly policy: Omit<PublishedDmarc, 'reportsToUs'> }
  /** A look-up proved it, at the domain and at the one above it. */
  | { readonly is: 'none' }
  | { readonly is: 'unknown' }

/**
 * The DMARC policy that receivers apply to mail from this domain: its own, or that of the organisational domain
 * (RFC 7489 §6.6.3). Several records at one name are none.
 */
export async function lookUpDmarc(
  dns: Pick<AuthorityClient, 'askResolver'>,
  domain: string,
  signal?: AbortSignal,
): Promise<DmarcAnswer> {
  const above = getDomain(domain) ?? domain
  for (const at of new Set([domain, above])) {
    const name = `_dmarc.${at}`
    const said = await dns.askResolver({ name, type: 'TXT' }, signal)
    if (said.is === 'failed' || said.is === 'too-large') return { is: 'unknown' }
    const [record, ...others] = dmarcRecords(said)
    if (record !== undefined && others.length === 0) {
      const policy = readDmarc(record, { name, isOwn: at === domain })
      if (policy !== null) return { is: 'found', policy }
    }
  }
  return { is: 'none' }
}

export function dmarcRecords(said: Saying): string[] {
  return said.is === 'records' ? said.records.filter(isDmarc) : []
}

/** Reads a record; null where it has no usable policy. `isOwn` false: what it says for the domains below it counts. */
export function readDmarc(
  record: string,
  { name, isOwn }: { name: string; isOwn: boolean },
): Omit<PublishedDmarc, 'reportsToUs'> | null {
  const own = policyOf(tagOf(record, 'p'))
  const below = policyOf(tagOf(record, 'sp'))
  // RFC 7489 §6.6.3: without a usable p= but with rua= it is read as p=none.
  const policy = (isOwn ? own : (below ?? own)) ?? (tagOf(record, 'rua') === null ? null : 'none')
  if (policy === null) return null
  const alignment = (tag: string) => (tagOf(record, tag)?.toLowerCase() === 's' ? 'strict' : 'relaxed')
  const percent = Number(tagOf(record, 'pct') ?? 100)
  return {
    ...{ name, record, policy },
    dkimAlignment: alignment('adkim'),
    spfAlignment: alignment('aspf'),
    percent: Number.isInteger(percent) && percent >= 0 && percent <= 100 ? percent : 100,
  }
}

function policyOf(text: string | null): PublishedDmarc['policy'] | null {
  const policy = text?.toLowerCase()
  return policy === 'none' || policy === 'quarantine' || policy === 'reject' ? policy : null
}
