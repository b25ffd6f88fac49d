import { type SmtpDetection, type SmtpPreset, smtpPresets } from '@fairlead/contract'
import { domainOf } from '../../mail/address.ts'
import type { Address } from '../../mail/message.ts'
import type { AddressGuard } from '../../transports/address-guard.ts'
import type { DnsClient, SrvTarget } from '../../transports/dns/client.ts'
import { guardedFetch } from '../../transports/guarded-fetch.ts'
import { readAutoconfig } from './read-autoconfig.ts'

interface DetectParts {
  readonly dns: DnsClient
  readonly guard: AddressGuard
  readonly authorities?: readonly string[]
}

type Settings = NonNullable<SmtpDetection['settings']>

/** Whose mail servers these are, by the end of the first MX host’s name. */
const byMailServer: readonly (readonly [RegExp, string])[] = [
  [/\.(?:google|googlemail)\.com$/, 'google'],
  [/\.(?:protection\.outlook\.com|mx\.microsoft)$/, 'microsoft-365'],
  [/\.outlook\.com$/, 'microsoft-365'],
  [/\.zoho\.[a-z.]+$/, 'zoho'],
  [/\.messagingengine\.com$/, 'fastmail'],
  [/\.yahoodns\.net$/, 'yahoo'],
  [/\.mail\.icloud\.com$/, 'icloud'],
]

const nothing: SmtpDetection = { foundBy: null, presetId: null, connectWith: null, settings: null }

/**
 * Looks for the server of an address: whose mail servers the domain has, then what the domain itself says. Providers
 * with a channel of their own are found first, because that is where people are pointed.
 */
export async function detectServer(
  address: Address,
  parts: DetectParts,
  signal: AbortSignal,
): Promise<SmtpDetection> {
  const domain = domainOf(address)
  const preset = await presetByMailServer(domain, parts.dns)
  if (preset?.connectWith) return fromPreset(preset, address)
  const bySrv = await settingsBySrv(address, domain, parts.dns)
  if (bySrv) return { ...nothing, foundBy: 'srv', settings: bySrv }
  const byFile = await settingsByFile(address, domain, parts, signal)
  if (byFile) return { ...nothing, foundBy: 'autoconfig', settings: byFile }
  return preset ? fromPreset(preset, address) : nothing
}

async function presetByMailServer(domain: string, dns: DnsClient): Promise<SmtpPreset | undefined> {
  const answer = await dns.resolveMx(domain)
  if (answer.is !== 'found' || answer.isImplicit) return undefined
  const id = answer.hosts.flatMap(({ host }) => byMailServer.find(([end]) => end.test(host))?.[1] ?? [])[0]
  return smtpPresets.find(preset => preset.id === id)
}

function fromPreset(preset: SmtpPreset, address: Address): SmtpDetection {
  const { settings, id, connectWith } = preset
  const imap = settings.imap ? { ...settings.imap, user: address } : null
  return {
    ...{ foundBy: 'mail-servers', presetId: id, connectWith },
    settings: { ...settings, user: settings.user || address, imap },
  }
}

/** RFC 6186 and RFC 8314 §5.1: TLS from the first byte is preferred. */
async function settingsBySrv(address: Address, domain: string, dns: DnsClient): Promise<Settings | null> {
  const [submissions, submission, imaps, imap] = await Promise.all(
    ['_submissions', '_submission', '_imaps', '_imap'].map(service =>
      firstTarget(`${service}._tcp.${domain}`, dns),
    ),
  )
  const smtp = submissions ?? submission
  if (!smtp) return null
  const mailbox = imaps ?? imap
  return {
    ...smtp,
    encryption: submissions ? 'tls' : 'starttls',
    login: 'auto',
    user: address,
    imap: mailbox ? { ...mailbox, encryption: imaps ? 'tls' : 'starttls', user: address } : null,
  }
}

/** A target of "." says that the service is not offered. */
async function firstTarget(name: string, dns: DnsClient): Promise<SrvTarget | null> {
  const answer = await dns.resolveSrv(name)
  const [best] = answer.is === 'found' ? answer.records : []
  return best && best.host !== '' && best.port > 0 ? best : null
}

async function settingsByFile(
  address: Address,
  domain: string,
  parts: DetectParts,
  signal: AbortSignal,
): Promise<Settings | null> {
  const places = [
    { host: `autoconfig.${domain}`, path: '/mail/config-v1.1.xml' },
    { host: domain, path: '/.well-known/autoconfig/mail/config-v1.1.xml' },
  ]
  for (const place of places) {
    const xml = await guardedFetch(place, parts, signal)
    const settings = xml === null ? null : readAutoconfig(xml, address)
    if (settings) return settings
  }
  return null
}
