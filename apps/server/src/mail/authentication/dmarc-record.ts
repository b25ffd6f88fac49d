import { type AlignmentMode, organisationalDomain } from './organisational-domain.ts'

export const dmarcPolicies = ['none', 'quarantine', 'reject'] as const
export type DmarcPolicy = (typeof dmarcPolicies)[number]

/** What a policy record asks of receivers, with the defaults of RFC 7489 §6.3 filled in. */
export interface DmarcRecord {
  readonly text: string
  readonly policy: DmarcPolicy
  /** For domains below the one that publishes it. */
  readonly subdomainPolicy: DmarcPolicy
  readonly dkimMode: AlignmentMode
  readonly spfMode: AlignmentMode
  /** Share of failing mail that the policy is applied to; the rest gets the next milder one (§6.6.4). */
  readonly percent: number
}

/** TXT at one name, read as policy records. Several void each other (§6.6.3). */
export type DmarcAtName =
  | { readonly is: 'record'; readonly record: DmarcRecord }
  | { readonly is: 'none' }
  | { readonly is: 'several' }
  /** Begins as a record, but says nothing that a receiver could apply. */
  | { readonly is: 'unusable'; readonly text: string }

/** Does a TXT record claim to be a policy? Others at the name are discarded (§6.6.3). */
export const isDmarcRecord = (text: string): boolean => /^v\s*=\s*DMARC1\s*(;|$)/.test(text)

/** Reads the TXT records at `_dmarc.<domain>` (RFC 7489 §6.3, §6.6.3). */
export function readDmarcAt(texts: readonly string[]): DmarcAtName {
  const ours = texts.filter(isDmarcRecord)
  const [text] = ours
  if (text === undefined) return { is: 'none' }
  if (ours.length > 1) return { is: 'several' }
  const record = readRecord(text)
  return record === null ? { is: 'unusable', text } : { is: 'record', record }
}

function readRecord(text: string): DmarcRecord | null {
  const tags = new Map<string, string>()
  for (const part of text.split(';')) {
    const cut = part.indexOf('=')
    if (cut < 0) continue
    const name = part.slice(0, cut).trim().toLowerCase()
    if (!tags.has(name)) tags.set(name, part.slice(cut + 1).trim())
  }
  const policy = policyOf(tags.get('p'))
  const below = tags.get('sp')
  const subdomainPolicy = below === undefined ? policy : policyOf(below)
  // §6.6.3: without a valid p, or with a bad sp, a record that names where reports go counts as p=none, another as none.
  if (policy === null || subdomainPolicy === null) {
    if (!/^\s*mailto:/i.test(tags.get('rua') ?? '')) return null
    return { text, policy: 'none', subdomainPolicy: 'none', ...modesOf(tags), percent: percentOf(tags) }
  }
  return { text, policy, subdomainPolicy, ...modesOf(tags), percent: percentOf(tags) }
}

function policyOf(word: string | undefined): DmarcPolicy | null {
  const said = word?.toLowerCase()
  return dmarcPolicies.find(policy => policy === said) ?? null
}

const modeOf = (word: string | undefined): AlignmentMode =>
  word?.toLowerCase() === 's' ? 'strict' : 'relaxed'

const modesOf = (tags: ReadonlyMap<string, string>) => ({
  dkimMode: modeOf(tags.get('adkim')),
  spfMode: modeOf(tags.get('aspf')),
})

function percentOf(tags: ReadonlyMap<string, string>): number {
  const said = tags.get('pct') ?? '100'
  return /^\d{1,3}$/.test(said) ? Math.min(100, Number(said)) : 100
}

/** The policy that receivers apply to a From domain, and where it stands. */
export type DmarcPolicyFound =
  | {
      readonly is: 'found'
      readonly record: DmarcRecord
      /** Whose `_dmarc` record it is: the From domain, or its organisational domain. */
      readonly at: string
      /** p, or sp where the record is the organisational domain's. */
      readonly applies: DmarcPolicy
    }
  | { readonly is: 'none'; readonly why: 'no-record' | 'several' | 'unusable' }

/** The names to ask for the policy of a From domain, in order: itself, then its organisational domain (§6.6.3). */
export function dmarcNames(fromDomain: string): readonly string[] {
  const organisation = organisationalDomain(fromDomain)
  return organisation === fromDomain ? [fromDomain] : [fromDomain, organisation]
}

/**
 * Policy discovery (RFC 7489 §6.6.3) over what stands at each of `dmarcNames`, in that order; null: that name could not
 * be looked up. Null: a look-up that decides is missing, so that nobody may say what applies.
 */
export function discoverPolicy(
  fromDomain: string,
  textsAt: readonly (readonly string[] | null)[],
): DmarcPolicyFound | null {
  for (const [index, at] of dmarcNames(fromDomain).entries()) {
    const texts = textsAt[index] ?? null
    if (texts === null) return null
    const found = readDmarcAt(texts)
    if (found.is === 'none') continue
    if (found.is !== 'record') return { is: 'none', why: found.is }
    const { record } = found
    return { is: 'found', record, at, applies: index === 0 ? record.policy : record.subdomainPolicy }
  }
  return { is: 'none', why: 'no-record' }
}
