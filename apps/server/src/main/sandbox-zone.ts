import type { PlatformHosts } from '../domains/platform-hosts.ts'
import type { ZoneRecord } from './join-simulator.ts'

/** What an operator would put into their DNS in live mode: who signs, who may send, who takes returned mail. */
export function sandboxZone(
  hosts: PlatformHosts,
  facts: { dkim: { readonly name: string; readonly value: string }; inboundPort: number | null },
): ZoneRecord[] {
  const { mailDomain, returnPathHost } = hosts
  const own: ZoneRecord[] = [
    { name: mailDomain, type: 'A', data: '127.0.0.1' },
    { name: mailDomain, type: 'TXT', data: 'v=spf1 a -all' },
    { name: `_dmarc.${mailDomain}`, type: 'TXT', data: 'v=DMARC1; p=none' },
    { name: returnPathHost, type: 'TXT', data: `v=spf1 a:${mailDomain} -all` },
    { name: facts.dkim.name, type: 'TXT', data: facts.dkim.value },
  ]
  if (facts.inboundPort === null) return own
  return [
    ...own,
    { name: mailDomain, type: 'MX', data: `10 ${mailDomain}` },
    { name: returnPathHost, type: 'MX', data: `10 ${mailDomain}` },
    { name: mailDomain, type: 'PORT', data: facts.inboundPort },
  ]
}
