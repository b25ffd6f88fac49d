import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { Lookup } from '../../transports/dns/lookup-cache.ts'
import type { SmtpOptions } from '../../transports/smtp/open.ts'

/** A relay that takes everything instead of the recipients' own servers. */
export interface SmartHost {
  readonly host: string
  readonly port: number
  readonly smtp: Pick<SmtpOptions, 'tls' | 'checksCertificate' | 'login'>
}

/**
 * Reads `smtp://user:password@host:port` (STARTTLS where offered, required with a password unless the host is this
 * machine) or `smtps://…` (TLS from the first byte, certificate checked). Throws with a sentence that holds no
 * password.
 */
export function readSmartHost(text: string): SmartHost {
  const url = URL.parse(text)
  const isTls = url?.protocol === 'smtps:'
  if (!url || (url.protocol !== 'smtp:' && !isTls) || url.hostname === '') {
    throw new Error('A smart host is written as smtp://host:port or smtps://user:password@host:port')
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const isThisMachine = host === 'localhost' || host === '::1' || /^127\./.test(host)
  const login =
    url.username === ''
      ? {}
      : {
          login: {
            user: decodeURIComponent(url.username),
            password: decodeURIComponent(url.password),
            allowsClearText: isThisMachine,
          },
        }
  const startTls = url.username === '' || isThisMachine ? 'opportunistic' : 'required'
  return {
    host,
    port: url.port === '' ? (isTls ? 465 : 25) : Number(url.port),
    smtp: { tls: isTls ? 'implicit' : startTls, checksCertificate: isTls, ...login },
  }
}

/** A smart host is named in this machine's own terms: /etc/hosts and container names count, MX records do not. */
export async function addressesOfSmartHost(host: string): Promise<Lookup<string>> {
  if (isIP(host) !== 0) return { is: 'found', records: [host] }
  try {
    const found = await lookup(host, { all: true })
    return { is: 'found', records: found.map(({ address }) => address) }
  } catch (error) {
    return {
      is: 'temporary',
      code: error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN',
    }
  }
}
