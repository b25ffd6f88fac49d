import type { SmtpDetection } from '@fairlead/contract'

type Settings = NonNullable<SmtpDetection['settings']>

/**
 * Reads an autoconfiguration file (https://www.bucksch.org/1/projects/thunderbird/autoconfiguration/config-file-format.html):
 * the first outgoing server that encrypts, and the mailbox beside it. Null: it names none that can be used.
 */
export function readAutoconfig(xml: string, address: string): Settings | null {
  const smtp = serversIn(xml, 'outgoingServer', 'smtp').find(server => server.encryption !== 'none')
  if (!smtp) return null
  const imap = serversIn(xml, 'incomingServer', 'imap').find(server => server.encryption !== 'none')
  const user = userFrom(smtp.user, address)
  return {
    host: smtp.host,
    port: smtp.port,
    encryption: smtp.encryption,
    login: smtp.isOauth ? 'xoauth2' : 'auto',
    user,
    imap: imap
      ? {
          host: imap.host,
          port: imap.port,
          encryption: imap.encryption,
          user: userFrom(imap.user, address) || user || address,
        }
      : null,
  }
}

interface Server {
  readonly host: string
  readonly port: number
  readonly encryption: 'tls' | 'starttls' | 'none'
  readonly user: string
  readonly isOauth: boolean
}

const encryptions: Readonly<Record<string, Server['encryption']>> = { SSL: 'tls', STARTTLS: 'starttls' }

function serversIn(xml: string, tag: string, type: string): Server[] {
  const blocks = xml.matchAll(new RegExp(`<${tag}\\b([^>]{0,200})>([\\s\\S]{0,4000}?)</${tag}>`, 'g'))
  return [...blocks].flatMap(([, attributes = '', inner = '']) => {
    if (!new RegExp(`type=["']${type}["']`).test(attributes)) return []
    const host = textOf(inner, 'hostname').toLowerCase()
    const port = Number(textOf(inner, 'port'))
    const isUsable = /^[a-z0-9][a-z0-9.-]{0,251}[a-z0-9]$/.test(host) && port > 0 && port < 65_536
    if (!isUsable || !Number.isInteger(port)) return []
    const logins = [...inner.matchAll(/<authentication>\s*([^<]{1,40})</g)].map(([, login = '']) =>
      login.trim(),
    )
    return [
      {
        ...{ host, port, user: textOf(inner, 'username') },
        encryption: encryptions[textOf(inner, 'socketType').toUpperCase()] ?? 'none',
        isOauth: logins.length > 0 && logins.every(login => login === 'OAuth2'),
      },
    ]
  })
}

function textOf(xml: string, tag: string): string {
  return new RegExp(`<${tag}>\\s*([^<]{1,300}?)\\s*</${tag}>`).exec(xml)?.[1] ?? ''
}

/** Its placeholders: https://wiki.mozilla.org/Thunderbird:Autoconfiguration:ConfigFileFormat. */
function userFrom(pattern: string, address: string): string {
  const at = address.lastIndexOf('@')
  return pattern
    .replaceAll('%EMAILADDRESS%', address)
    .replaceAll('%EMAILLOCALPART%', address.slice(0, at))
    .replaceAll('%EMAILDOMAIN%', address.slice(at + 1))
    .slice(0, 320)
}
