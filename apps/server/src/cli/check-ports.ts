import type { PlatformHosts } from '../domains/platform-hosts.ts'
import type { Config } from '../platform/config.ts'
import type { DnsClient } from '../transports/dns/client.ts'
import { type Check, checkOf } from './check-health.ts'
import { probeSmtp } from './probe-smtp.ts'
import { say, texts } from './texts.ts'

const { doctor } = texts

export interface PortsToCheck {
  readonly config: Config
  readonly dns: DnsClient
  readonly hosts: PlatformHosts
  /** A domain whose mail servers answer everybody, to see whether port 25 leads out. */
  readonly outside: string
}

/** The ways in and out: returned mail, port 25 or the smart host, and the app's encryption. */
export async function checkPorts(ports: PortsToCheck): Promise<Check[]> {
  const { smartHost } = ports.config.mail
  return [
    await checkInbound(ports),
    smartHost === null ? await checkOutbound(ports) : await checkSmartHost(smartHost),
    ...checkEncryption(ports.config),
  ]
}

async function checkInbound({ config, dns, hosts }: PortsToCheck): Promise<Check> {
  const found = await dns.resolveAddresses(hosts.mailDomain)
  const address = (found.is === 'found' ? found.records[0] : undefined) ?? '127.0.0.1'
  const { port } = config.inbound
  const problem = await probeSmtp({ host: address, port }, `postmaster@${hosts.mailDomain}`)
  const fix = say(doctor.inboundFix, { address, port, problem: problem ?? '' })
  return checkOf(say(doctor.inbound, { port }), problem === null, fix)
}

async function checkOutbound({ config, dns, outside }: PortsToCheck): Promise<Check> {
  const mx = await dns.resolveMx(outside)
  const host = mx.is === 'found' ? (mx.hosts[0]?.host ?? outside) : outside
  const found = await dns.resolveAddresses(host)
  const address = found.is === 'found' ? found.records[0] : undefined
  const problem =
    address === undefined
      ? `no address for ${host}`
      : await probeSmtp({ host: address, port: config.mail.mxPort ?? 25 }, null)
  return checkOf(doctor.outbound, problem === null, say(doctor.outboundFix, { host, problem: problem ?? '' }))
}

async function checkSmartHost(smartHost: string): Promise<Check> {
  const { hostname, port, protocol } = new URL(smartHost)
  const isEncrypted = protocol === 'smtps:'
  const host = hostname.replace(/^\[|\]$/g, '')
  // Behind TLS there is no greeting to read; that somebody listens says enough here.
  const problem = await probeSmtp({ host, port: Number(port || (isEncrypted ? 465 : 25)) }, null)
  const isThere = problem === null || (isEncrypted && !/^E[A-Z]+$/.test(problem))
  const fix = say(doctor.smartHostFix, { host, problem: problem ?? '' })
  return checkOf(say(doctor.smartHost, { host }), isThere, fix)
}

function checkEncryption({ publicUrl }: Config): Check[] {
  if (publicUrl === null) return []
  return [checkOf(say(doctor.tls, { url: publicUrl }), publicUrl.startsWith('https://'), doctor.tlsFix)]
}
