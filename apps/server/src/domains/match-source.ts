import type { ChannelKind } from '@fairlead/contract'
import { providerOf } from '../transports/dns/client.ts'
import type { ReportRow } from './read-aggregate-report.ts'

/** What tells our own mail from others' in a report. */
export interface OwnMail {
  /** Part of this domain's selectors. */
  readonly tag: string
  readonly mailDomain: string
  /** Ours and the domain's own. */
  readonly returnPathHosts: readonly string[]
  /** Of the managed servers. */
  readonly addresses: readonly string[]
  /** Of the workspace's links. */
  readonly kinds: ReadonlySet<ChannelKind>
  /** Hosts of its custom SMTP servers. */
  readonly smtpHosts: readonly string[]
}

export interface MatchedSource {
  readonly organisation: string
  readonly channel: ChannelKind | null
}

/**
 * Whose mail a row counts. Only what passed counts as a mark: anybody can write a selector or a return path. Google and
 * Microsoft are known by the names that their own signatures bear.
 */
export function matchSource(row: ReportRow, own: OwnMail): MatchedSource {
  const signs = (test: (signer: ReportRow['signers'][number]) => boolean) => row.signers.some(test)
  const isManaged =
    own.addresses.includes(row.source) ||
    signs(one => one.domain === own.mailDomain || one.selector.startsWith(`fl-${own.tag}-`)) ||
    own.returnPathHosts.includes(row.spfDomain ?? '')
  if (isManaged) return { organisation: own.mailDomain, channel: 'managed' }
  const ours = (kind: ChannelKind) => (own.kinds.has(kind) ? kind : null)
  // https://support.google.com/a/answer/174124: the default selector; gappssmtp.com signs for domains without a key.
  if (
    signs(
      one => one.domain.endsWith('.gappssmtp.com') || one.domain === 'gmail.com' || one.selector === 'google',
    )
  )
    return { organisation: 'Google', channel: ours('gmail') }
  // https://learn.microsoft.com/defender-office-365/email-authentication-dkim-configure
  if (signs(one => one.domain.endsWith('.onmicrosoft.com') || /^selector[12]$/.test(one.selector)))
    return { organisation: 'Microsoft', channel: ours('microsoft') }
  const names = [...row.signers.map(one => one.domain), ...(row.spfDomain === null ? [] : [row.spfDomain])]
  const relays = own.smtpHosts.map(providerOf)
  const relay = names.map(providerOf).find(name => relays.includes(name))
  if (relay !== undefined) return { organisation: relay, channel: ours('smtp') }
  return { organisation: names[0] === undefined ? 'unknown' : providerOf(names[0]), channel: null }
}
