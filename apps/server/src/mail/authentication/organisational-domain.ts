import { getDomain, getPublicSuffix } from 'tldts'

/** A domain name for comparison: lower case, without a final dot. */
export const foldDomain = (domain: string): string => domain.toLowerCase().replace(/\.$/, '')

/** The domain behind the last `@` of an address, folded. */
export const domainOf = (address: string): string => foldDomain(address.slice(address.lastIndexOf('@') + 1))

/**
 * The organisational domain by the public suffix list: one label below the longest suffix (RFC 7489 §3.2). Private
 * suffixes count, as receivers use the whole list. A name that is itself a suffix has none above it: it stands alone.
 */
export function organisationalDomain(domain: string): string {
  const name = foldDomain(domain)
  return getDomain(name, { allowPrivateDomains: true, validateHostname: false }) ?? name
}

/** Is the name itself one under which anybody may register (`co.uk`, `github.io`)? */
export function isPublicSuffix(domain: string): boolean {
  const name = foldDomain(domain)
  return getPublicSuffix(name, { allowPrivateDomains: true, validateHostname: false }) === name
}

export type AlignmentMode = 'relaxed' | 'strict'

/** Identifier alignment (RFC 7489 §3.1): the same name, or in relaxed mode the same organisational domain. */
export function isAligned(from: string, other: string, mode: AlignmentMode): boolean {
  const [one, two] = [foldDomain(from), foldDomain(other)]
  if (one === two) return true
  return mode === 'relaxed' && organisationalDomain(one) === organisationalDomain(two)
}
