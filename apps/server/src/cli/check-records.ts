import { randomBytes } from 'node:crypto'
import { Resolver } from 'node:dns/promises'
import type { Allowlisted } from '@fairlead/contract'
import ipaddr from 'ipaddr.js'
import { isDmarcRecord } from '../mail/authentication/dmarc-record.ts'
import type { DnsClient } from '../transports/dns/client.ts'
import { type Check, checkOf } from './check-health.ts'
import { say, texts } from './texts.ts'

const { doctor } = texts

export interface RecordsToCheck {
  readonly dns: DnsClient
  /** Names of addresses; null: those of the system's resolvers. */
  readonly dnsServers: readonly string[] | null
  /** What recipients' mail admins are told to let in: those names are checked, so that the page is true. */
  readonly list: Allowlisted
  /** Where our mail is taken. */
  readonly mailDomain: string
  /** The signing key's record. */
  readonly dkim: string
}

/** Fairlead's own records in DNS (spec 13), each with the record to make where it is missing. */
export async function checkRecords(records: RecordsToCheck): Promise<Check[]> {
  const { addresses, ehloNames, returnPathHosts, dkimDomains, dkimSelectors } = records.list
  const keyNames = dkimDomains.flatMap(domain =>
    dkimSelectors.map(selector => `${selector}._domainkey.${domain}`),
  )
  const named = ehloNames.map(host =>
    checkOf(say(doctor.address, { host }), addresses.length > 0, say(doctor.addressFix, { host })),
  )
  const asked = await Promise.all([
    ...ehloNames.flatMap(host => addresses.map(address => checkReverseName(records, { address, host }))),
    ...returnPathHosts.flatMap(host => [checkReturnPath(records, host), checkSpf(records, host)]),
    ...keyNames.map(name => checkDkim(records, name)),
    ...dkimDomains.map(host => checkDmarc(records, host)),
    ...returnPathHosts.map(host => checkReports(records, host)),
  ])
  return [...named, ...asked]
}

/** Many receivers refuse an address whose reverse name is not the name in EHLO. */
async function checkReverseName(
  { dnsServers }: RecordsToCheck,
  { address, host }: { readonly address: string; readonly host: string },
): Promise<Check> {
  const resolver = new Resolver({ timeout: 3_000, tries: 2 })
  if (dnsServers !== null) resolver.setServers([...dnsServers])
  const names = await resolver.resolvePtr(reverseNameOf(address)).catch(() => [])
  const isGood = names.some(name => name.toLowerCase().replace(/\.$/, '') === host)
  return checkOf(
    say(doctor.ptr, { address, host }),
    isGood,
    say(doctor.ptrFix, { found: listed(names), host }),
  )
}

/** RFC 1035 §3.5, RFC 3596 §2.5. Asked by name, because `reverse` would answer from this machine's own hosts file. */
function reverseNameOf(address: string): string {
  const bytes = ipaddr.parse(address).toByteArray()
  if (bytes.length === 4) return `${bytes.toReversed().join('.')}.in-addr.arpa`
  const nibbles = bytes.flatMap(byte => [byte >> 4, byte & 15])
  return `${nibbles
    .map(nibble => nibble.toString(16))
    .toReversed()
    .join('.')}.ip6.arpa`
}

async function checkReturnPath({ dns, mailDomain }: RecordsToCheck, host: string): Promise<Check> {
  const names = { host, target: mailDomain }
  const answer = await dns.resolveMx(host)
  const mx = answer.is === 'found' && !answer.isImplicit ? answer.hosts.map(one => one.host) : []
  const isGood = mx.includes(mailDomain)
  return checkOf(say(doctor.mx, names), isGood, say(doctor.mxFix, { ...names, found: listed(mx) }))
}

async function checkSpf({ dns, mailDomain }: RecordsToCheck, host: string): Promise<Check> {
  const wanted = `v=spf1 a:${mailDomain} -all`
  const spf = (await textsAt(dns, host)).filter(text => /^v=spf1( |$)/i.test(text))
  // Other mechanisms may let our addresses send as well; only what can be told without evaluating it all.
  const isGood = spf.length === 1 && /(^| )[+]?(a:|ip4:|ip6:|include:|mx|a )/i.test(spf[0] ?? '')
  return checkOf(say(doctor.spf, { host }), isGood, say(doctor.spfFix, { host, wanted, found: listed(spf) }))
}

async function checkDkim({ dns, dkim }: RecordsToCheck, name: string): Promise<Check> {
  const found = await textsAt(dns, name)
  const isGood = found.some(text => publicKeyOf(text) === publicKeyOf(dkim))
  const fix = say(doctor.dkimFix, { name, wanted: dkim, found: listed(found) })
  return checkOf(say(doctor.dkim, { name }), isGood, fix)
}

/** The p= of a DKIM record (RFC 6376 §3.6.1); white space inside it means nothing. */
function publicKeyOf(record: string): string {
  return /(?:^|;)\s*p=([^;]*)/.exec(record)?.[1]?.replace(/\s/g, '') ?? ''
}

async function checkDmarc({ dns }: RecordsToCheck, host: string): Promise<Check> {
  const found = (await textsAt(dns, `_dmarc.${host}`)).filter(isDmarcRecord)
  const fix = say(doctor.dmarcFix, { host, found: listed(found) })
  return checkOf(say(doctor.dmarc, { host }), found.length === 1, fix)
}

/**
 * RFC 7489 §7.1: about another domain, a receiver reports only where we agree, asked as <domain>._report._dmarc.<host>.
 * A wildcard agrees for all; whether it stands, a name shows that nobody would make by hand.
 */
async function checkReports({ dns }: RecordsToCheck, host: string): Promise<Check> {
  const any = `x${randomBytes(8).toString('hex')}.example`
  const found = await textsAt(dns, `${any}._report._dmarc.${host}`)
  const fix = say(doctor.reportsFix, { host, found: listed(found) })
  return checkOf(say(doctor.reports, { host }), found.some(isDmarcRecord), fix)
}

async function textsAt(dns: DnsClient, name: string): Promise<readonly string[]> {
  const answer = await dns.resolveTxt(name)
  return answer.is === 'found' ? answer.records : []
}

function listed(found: readonly string[]): string {
  return found.length === 0 ? doctor.nothing : found.join(' | ')
}
