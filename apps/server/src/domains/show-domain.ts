import { fill, type SendingDomain } from '@fairlead/contract'
import { showId } from '../platform/ids.ts'
import { detectProvider } from './dns-providers.ts'
import type { DomainRow } from './domain-row.ts'
import { tagOf } from './judge-record.ts'
import type { PlatformHosts } from './platform-hosts.ts'
import { showRecords } from './record-view.ts'
import { switchTexts } from './texts.ts'
import { reportAddress } from './wanted-records.ts'

/** Mail that was signed with the old keys may be checked against them for as long as it is tried, and a day more. */
const oldKeysDays = 5

/** The row as the API shows it. */
export function showDomain(row: DomainRow, hosts: PlatformHosts): SendingDomain {
  const records = showRecords(row, hosts)
  const required = records.filter(record => record.isRequired)
  const { dmarc, nameServers = [] } = row.findings
  const address = reportAddress(row, hosts)
  return {
    id: showId('domain', row.id),
    domain: row.domain,
    createdAt: row.createdAt.toISOString(),
    checkedAt: row.checkedAt?.toISOString() ?? null,
    nextCheckAt: row.checkDueAt.toISOString(),
    recordsFound: required.filter(record => record.state === 'found').length,
    recordsRequired: required.length,
    records,
    signing: signingOf(row, hosts),
    envelope: envelopeOf(row, hosts),
    rotation: rotationOf(row),
    dmarc: dmarc ? { ...dmarc, reportsToUs: namesAddress(dmarc.record, address) } : null,
    isDmarcKnown: dmarc !== undefined,
    reportAddress: address,
    reportRecord: dmarc ? withAddress(dmarc.record, address) : null,
    provider: detectProvider(nameServers),
    nameServers: [...nameServers],
    identities: row.identities,
    before: lineOf(row, hosts, {
      isSigned: row.signingState !== 'off',
      isReturned: row.envelopeState === 'on',
    }),
    after: lineOf(row, hosts, { isSigned: true, isReturned: true }),
  }
}

const timeOf = (at: Date | null): string =>
  at?.toISOString().slice(0, 16).replace('T', ' ').concat(' UTC') ?? ''

function signingOf(row: DomainRow, hosts: PlatformHosts): SendingDomain['signing'] {
  const keys = row.signingState === 'off' ? [] : row.keys.filter(isUsed(row.signingState))
  const names = { domain: row.domain, platform: hosts.mailDomain, until: timeOf(row.signingUntil) }
  return {
    state: row.signingState,
    since: row.signingAt.toISOString(),
    until: row.signingUntil?.toISOString() ?? null,
    sentence: fill(switchTexts.signing[row.signingState], names),
    domain: row.signingState === 'off' ? null : row.domain,
    selectors: keys.map(key => key.selector),
    algorithms: keys.map(key => key.algorithm),
  }
}

/** Does a key sign? In the grace the first one goes on although its record is gone; the second one never does. */
export function isUsed(state: DomainRow['signingState']) {
  return (key: Pick<DomainRow['keys'][number], 'state' | 'isLive' | 'algorithm'>): boolean =>
    state !== 'off' &&
    key.state === 'signing' &&
    (key.isLive || (state === 'grace' && key.algorithm === 'rsa-sha256'))
}

function envelopeOf(row: DomainRow, hosts: PlatformHosts): SendingDomain['envelope'] {
  const names = { host: row.returnPathHost, platform: hosts.returnPathHost, until: timeOf(row.envelopeUntil) }
  return {
    state: row.envelopeState,
    since: row.envelopeAt.toISOString(),
    until: row.envelopeUntil?.toISOString() ?? null,
    sentence: fill(switchTexts.envelope[row.envelopeState], names),
    host: row.returnPathHost,
  }
}

function rotationOf({ keys }: DomainRow): SendingDomain['rotation'] {
  const old = keys.filter(key => key.state === 'old')
  const next = keys.find(key => key.state === 'next')
  const state = next !== undefined ? 'waiting' : old.length > 0 ? 'switched' : 'none'
  const since = next?.stateAt ?? old.at(-1)?.stateAt ?? null
  const mayGoAt =
    state === 'switched' && since !== null
      ? new Date(new Date(since).getTime() + oldKeysDays * 86_400_000)
      : null
  return {
    state,
    since: since === null ? null : new Date(since).toISOString(),
    oldSelectors: old.map(key => key.selector),
    oldMayGoAt: mayGoAt?.toISOString() ?? null,
    sentence: fill(switchTexts.rotation[state], { until: timeOf(mayGoAt) }),
  }
}

/** rua= names the address, with or without a size limit behind `!` (RFC 7489 §6.2). */
function namesAddress(record: string, address: string): boolean {
  const uris = (tagOf(record, 'rua') ?? '')
    .split(',')
    .map(uri => uri.trim().toLowerCase().replace(/!.*$/, ''))
  return uris.includes(`mailto:${address}`)
}

/** The record with the address among those that get reports; null where it is there already. */
function withAddress(record: string, address: string): string | null {
  if (namesAddress(record, address)) return null
  const rua = tagOf(record, 'rua')
  if (rua === null) return `${record.replace(/[;\s]*$/, '')}; rua=mailto:${address}`
  return record.replace(
    /(;\s*rua\s*=\s*)([^;]*)/i,
    (_, tag: string, uris: string) => `${tag}${uris.trim()},mailto:${address}`,
  )
}

/** What a recipient's client shows, by the two switches alone; facts only. */
function lineOf(
  row: DomainRow,
  hosts: PlatformHosts,
  now: { readonly isSigned: boolean; readonly isReturned: boolean },
): SendingDomain['before'] {
  const { dmarc } = row.findings
  // The return-path host lies below the domain: in alignment by relaxed rules, out of it by strict ones.
  const isSpfAligned = now.isReturned && dmarc?.spfAlignment !== 'strict'
  const passes = now.isSigned || isSpfAligned
  return {
    from: row.sampleAddress ?? `name@${row.domain}`,
    // Gmail shows "via" where neither the signature nor the return path is of the From domain.
    via: now.isSigned || now.isReturned ? null : hosts.mailDomain,
    signedBy: now.isSigned ? row.domain : hosts.mailDomain,
    mailedBy: now.isReturned ? row.returnPathHost : hosts.returnPathHost,
    dkim: now.isSigned ? 'aligned' : 'not-aligned',
    spf: isSpfAligned ? 'aligned' : 'not-aligned',
    dmarc: dmarc === undefined ? 'not-checked-yet' : dmarc === null ? 'no-policy' : passes ? 'pass' : 'fail',
  }
}
