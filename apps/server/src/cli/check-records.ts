import { Resolver } from 'node:dns/promises'
import ipaddr from 'ipaddr.js'
import type { PlatformHosts } from '../domains/platform-hosts.ts'
import type { DnsClient } from '../transports/dns/client.ts'
import { type Check, checkOf } from './check-health.ts'
import { say, texts } from './texts.ts'

const { doctor } = texts

export interface RecordsToCheck {
  readonly dns: DnsClient
  /** Names of addresses; null: those of the system's resolvers. */
  readonly dnsServers: readonly string[] | null
  readonly hosts: PlatformHosts
  /** The signing key's record. */
  readonly dkim: { readonly name: string; readonly value: string }
}

/** Fairlead's own records in DNS (spec 13), each with the record to make where it is missing. */
export async function checkRecords(records: RecordsToCheck): Promise<Check[]> {
  const { mailDomain } = records.hosts
  const found = await records.dns.resolveAddresses(mailDomain)
  const addresses = found.is === 'found' ? found.records : []
  return [
    checkOf(
      say(doctor.address, { host: mailDomain }),
      addresses.length > 0,
      say(doctor.addressFix, { host: mailDomain }),
    ),
    ...(await Promise.all(addresses.map(address => checkReverseName(records, address)))),
    await checkReturnPath(records),
    await checkSpf(records),
    await checkDkim(records),
    await checkDmarc(records),
  ]
}

/** Many receivers refuse an address whose reverse name is not the name in EHLO. */
async function checkReverseName({ dnsServers, hosts }: RecordsToCheck, address: string): Promise<Check> {
  const resolver = new Resolver({ timeout: 3_000, tries: 2 })
  if (dnsServers !== null) resolver.setServers([...dnsServers])
  const names = await resolver.resolvePtr(reverseNameOf(address)).catch(() => [])
  const isGood = names.some(name => name.toLowerCase().replace(/\.$/, '') === hosts.mailDomain)
  return checkOf(
    say(doctor.ptr, { address, host: hosts.mailDomain }),
    isGood,
    say(doctor.ptrFix, { found: listed(names), host: hosts.mailDomain }),
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

async function checkReturnPath({ dns, hosts }: RecordsToCheck): Promise<Check> {
  const names = { host: hosts.returnPathHost, target: hosts.mailDomain }
  const answer = await dns.resolveMx(hosts.returnPathHost)
  const mx = answer.is === 'found' && !answer.isImplicit ? answer.hosts.map(one => one.host) : []
  const isGood = mx.includes(hosts.mailDomain)
  return checkOf(say(doctor.mx, names), isGood, say(doctor.mxFix, { ...names, found: listed(mx) }))
}

async function checkSpf({ dns, hosts }: RecordsToCheck): Promise<Check> {
  const host = hosts.returnPathHost
  const wanted = `v=spf1 a:${hosts.mailDomain} -all`
  const spf = (await textsAt(dns, host)).filter(text => /^v=spf1( |$)/i.test(text))
  // Other mechanisms may let our addresses send as well; only what can be told without evaluating it all.
  const isGood = spf.length === 1 && /(^| )[+]?(a:|ip4:|ip6:|include:|mx|a )/i.test(spf[0] ?? '')
  return checkOf(say(doctor.spf, { host }), isGood, say(doctor.spfFix, { host, wanted, found: listed(spf) }))
}

async function checkDkim({ dns, dkim }: RecordsToCheck): Promise<Check> {
  const found = await textsAt(dns, dkim.name)
  const isGood = found.some(text => publicKeyOf(text) === publicKeyOf(dkim.value))
  const fix = say(doctor.dkimFix, { name: dkim.name, wanted: dkim.value, found: listed(found) })
  return checkOf(say(doctor.dkim, { name: dkim.name }), isGood, fix)
}

/** The p= of a DKIM record (RFC 6376 §3.6.1); white space inside it means nothing. */
function publicKeyOf(record: string): string {
  return /(?:^|;)\s*p=([^;]*)/.exec(record)?.[1]?.replace(/\s/g, '') ?? ''
}

async function checkDmarc({ dns, hosts }: RecordsToCheck): Promise<Check> {
  const host = hosts.mailDomain
  const found = (await textsAt(dns, `_dmarc.${host}`)).filter(text => /^v=DMARC1\s*(;|$)/.test(text))
  return checkOf(
    say(doctor.dmarc, { host }),
    found.length === 1,
    say(doctor.dmarcFix, { host, found: listed(found) }),
  )
}

async function textsAt(dns: DnsClient, name: string): Promise<readonly string[]> {
  const answer = await dns.resolveTxt(name)
  return answer.is === 'found' ? answer.records : []
}

function listed(found: readonly string[]): string {
  return found.length === 0 ? doctor.nothing : found.join(' | ')
}
