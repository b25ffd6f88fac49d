import type { DomainRecord } from '@fairlead/contract'
import type { DomainRow, KeyRow } from './domain-row.ts'
import type { PlatformHosts } from './platform-hosts.ts'

/** A record that should stand in DNS. */
export interface WantedRecord {
  readonly purpose: DomainRecord['purpose']
  readonly place: DomainRecord['place']
  readonly isRequired: boolean
  readonly type: 'TXT' | 'MX'
  readonly name: string
  readonly expected: string
}

type Domain = Pick<DomainRow, 'domain' | 'returnPathHost' | 'reportToken' | 'keys'>

/**
 * The records of spec 5.1 in the order in which they are shown. No change of the root SPF record is asked, because the
 * return path is a host of its own. The DMARC advice is always among them; whether it is shown depends on what was
 * found (record-view.ts).
 */
export function wantedRecords(of: Domain, hosts: PlatformHosts): WantedRecord[] {
  const yours = { place: 'your-dns', isRequired: true } as const
  return [
    ...keyRecords(of),
    {
      purpose: 'return-path-mx',
      ...yours,
      type: 'MX',
      name: of.returnPathHost,
      expected: `10 ${hosts.mailDomain}`,
    },
    {
      purpose: 'return-path-spf',
      ...yours,
      type: 'TXT',
      name: of.returnPathHost,
      expected: returnPathSpf(hosts),
    },
    {
      ...{ purpose: 'dmarc-advice', place: 'your-dns', isRequired: false, type: 'TXT' },
      name: `_dmarc.${of.domain}`,
      expected: `v=DMARC1; p=none; rua=mailto:${reportAddress(of, hosts)}`,
    },
    {
      // RFC 8460 §3. The reports are about mail to the domain: they go to its owner, and not to us.
      ...{ purpose: 'tls-report-advice', place: 'your-dns', isRequired: false, type: 'TXT' },
      name: `_smtp._tls.${of.domain}`,
      expected: `v=TLSRPTv1; rua=mailto:postmaster@${of.domain}`,
    },
    {
      // RFC 7489 §7.1: a receiver sends reports to another domain only where that domain agrees.
      ...{ purpose: 'report-authorisation', place: 'our-dns', isRequired: false, type: 'TXT' },
      name: `${of.domain}._report._dmarc.${hosts.returnPathHost}`,
      expected: 'v=DMARC1',
    },
  ]
}

/** By reference, so that our addresses can change without a change in customers' DNS. */
export const returnPathSpf = (hosts: PlatformHosts): string => `v=spf1 include:${hosts.returnPathHost} -all`

export const reportAddress = (of: Pick<Domain, 'reportToken'>, hosts: PlatformHosts): string =>
  `dmarc-${of.reportToken}@${hosts.returnPathHost}`

export function dkimRecordOf({ algorithm, publicKey }: Pick<KeyRow, 'algorithm' | 'publicKey'>): string {
  return `v=DKIM1; k=${algorithm === 'rsa-sha256' ? 'rsa' : 'ed25519'}; p=${publicKey}`
}

function keyRecords(of: Domain): WantedRecord[] {
  const record = (purpose: WantedRecord['purpose'], key: KeyRow): WantedRecord => ({
    ...{ purpose, place: 'your-dns', isRequired: true, type: 'TXT' },
    name: `${key.selector}._domainkey.${of.domain}`,
    expected: dkimRecordOf(key),
  })
  const [signing, next] = (['signing', 'next'] as const).map(state =>
    of.keys.filter(key => key.state === state),
  )
  const purposes = ['dkim-1', 'dkim-2'] as const
  const nextPurposes = ['dkim-next-1', 'dkim-next-2'] as const
  return [
    ...purposes.flatMap((purpose, at) => (signing?.[at] ? [record(purpose, signing[at])] : [])),
    ...nextPurposes.flatMap((purpose, at) => (next?.[at] ? [record(purpose, next[at])] : [])),
  ]
}
