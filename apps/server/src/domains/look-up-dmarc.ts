import type { PublishedDmarc } from '@fairlead/contract'
import { discoverPolicy, dmarcNames } from '../mail/authentication/dmarc-record.ts'
import type { AuthorityClient, Saying } from '../transports/dns/authority.ts'

export type DmarcAnswer =
  | { readonly is: 'found'; readonly policy: Omit<PublishedDmarc, 'reportsToUs'> }
  /** Look-ups proved that receivers apply none: nothing stands there, or what stands there voids itself. */
  | { readonly is: 'none' }
  | { readonly is: 'unknown' }

/** The DMARC policy that receivers apply to mail from this domain, asked afresh, by the rules that the card goes by. */
export async function lookUpDmarc(
  dns: Pick<AuthorityClient, 'askResolver'>,
  domain: string,
  signal?: AbortSignal,
): Promise<DmarcAnswer> {
  const said = await Promise.all(
    dmarcNames(domain).map(at => dns.askResolver({ name: `_dmarc.${at}`, type: 'TXT' }, signal)),
  )
  const found = discoverPolicy(domain, said.map(textsIn))
  if (found === null) return { is: 'unknown' }
  if (found.is === 'none') return { is: 'none' }
  const { record, at, applies } = found
  return {
    is: 'found',
    policy: {
      ...{ name: `_dmarc.${at}`, record: record.text, policy: applies, percent: record.percent },
      ...{ dkimAlignment: record.dkimMode, spfAlignment: record.spfMode },
    },
  }
}

/** Null: nobody can say what stands there. */
function textsIn(said: Saying): readonly string[] | null {
  if (said.is === 'failed' || said.is === 'too-large') return null
  return said.is === 'records' ? said.records : []
}
