import { isIP } from 'node:net'
import { rootCertificates } from 'node:tls'
import type { ImapFlow, ImapFlowOptions } from 'imapflow'
import type { CertificateFacts } from '../smtp/certificate.ts'
import { ImapCertificateError } from './imap-certificate-error.ts'

/** One address of one host; the guard has passed it. */
export interface ImapTarget {
  readonly host: string
  readonly address: string
  readonly port: number
}

export interface ImapOptions {
  /** tls: from the first byte; starttls: or nothing; none: in the clear, the password too. */
  readonly encryption: 'tls' | 'starttls' | 'none'
  readonly login:
    | { readonly user: string; readonly password: string }
    | { readonly user: string; readonly accessToken: string }
  /** This very certificate and no other, whoever signed it and whatever name it holds. */
  readonly pinnedSha256?: string
  /** Certificate authorities beside Node's, as PEM. */
  readonly authorities?: readonly string[]
  readonly connectMs?: number
  /** A connection that waits for an answer this long is lost; one that idles is asked for a sign of life. */
  readonly silenceMs?: number
}

/** A mail of 40 MB, and what a hostile server may add to it. */
const mostLiteral = 45_000_000

/**
 * Connects and signs in (RFC 9051). The certificate is always checked, against the authorities or the pin. Rejects
 * with imapflow's error or ImapCertificateError; whoever gets the client ends it with `logout` or `close`. An abort
 * closes it.
 */
export async function openImap(
  target: ImapTarget,
  options: ImapOptions,
  signal: AbortSignal,
): Promise<ImapFlow> {
  const client = await clientFor(target, options)
  signal.throwIfAborted()
  // Whoever waits for an answer is told by that; without a listener the process would end.
  client.on('error', () => undefined)
  const abort = () => client.close()
  signal.addEventListener('abort', abort, { once: true })
  client.once('close', () => signal.removeEventListener('abort', abort))
  try {
    await client.connect()
    return client
  } catch (error) {
    client.close()
    throw error
  }
}

/** The certificate that a server shows, whatever it is worth; null: none could be had. Nothing secret is sent. */
export async function readImapCertificate(
  target: ImapTarget,
  options: Omit<ImapOptions, 'login' | 'pinnedSha256'>,
  signal: AbortSignal,
): Promise<CertificateFacts | null> {
  if (options.encryption === 'none') return null
  const settings = settingsOf(target, { ...options, login: { user: 'nobody', password: 'none' } })
  const { JudgedImap } = await import('./judged-imap.ts')
  signal.throwIfAborted()
  const client = new JudgedImap(unjudged(settings), (_certificate, fault) => fault ?? 'ONLY_LOOKED_AT')
  client.on('error', () => undefined)
  const abort = () => client.close()
  signal.addEventListener('abort', abort, { once: true })
  try {
    await client.connect()
    return null
  } catch (error) {
    return error instanceof ImapCertificateError ? error.certificate : null
  } finally {
    signal.removeEventListener('abort', abort)
    client.close()
  }
}

type Settings = ImapFlowOptions

// Few of those who start Fairlead watch a mailbox by IMAP, and imapflow is a tenth of all code to load.
async function clientFor(target: ImapTarget, options: ImapOptions): Promise<ImapFlow> {
  const { pinnedSha256: pin } = options
  if (pin === undefined) {
    const imapflow = await import('imapflow')
    return new imapflow.ImapFlow(settingsOf(target, options))
  }
  const { JudgedImap } = await import('./judged-imap.ts')
  return new JudgedImap(unjudged(settingsOf(target, options)), certificate =>
    options.encryption === 'none' || certificate?.sha256 === pin ? null : 'PIN_MISMATCH',
  )
}

function settingsOf({ host, address, port }: ImapTarget, options: ImapOptions) {
  const { encryption, login, authorities, connectMs = 30_000, silenceMs = 60_000 } = options
  const named = isIP(host) === 0 ? { servername: host } : {}
  return {
    ...{ host: address, port, secure: encryption === 'tls', ...named },
    ...(encryption === 'tls' ? {} : { doSTARTTLS: encryption === 'starttls' }),
    auth: 'password' in login ? { user: login.user, pass: login.password } : login,
    tls: {
      ...{ rejectUnauthorized: true, minVersion: 'TLSv1.2' as const, ...named },
      ...(authorities ? { ca: [...rootCertificates, ...authorities] } : {}),
    },
    ...{ logger: false as const, disableAutoIdle: true, clientInfo: { name: 'Fairlead' } },
    ...{ connectionTimeout: connectMs, greetingTimeout: connectMs, socketTimeout: silenceMs },
    ...{ maxLineLength: 1_000_000, maxLiteralSize: mostLiteral, maxResponseSize: mostLiteral + 5_000_000 },
  } satisfies Settings
}

/** For JudgedImap alone, which judges before the login, where the certificate can still be read. */
function unjudged(settings: ReturnType<typeof settingsOf>): Settings {
  return { ...settings, tls: { ...settings.tls, rejectUnauthorized: false } }
}
