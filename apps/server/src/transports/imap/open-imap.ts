import { isIP } from 'node:net'
import { rootCertificates } from 'node:tls'
import type { ImapFlow } from 'imapflow'

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
  /** Certificate authorities beside Node's, as PEM. */
  readonly authorities?: readonly string[]
  readonly connectMs?: number
}

const silenceMs = 60_000
/** A mail of 40 MB, and what a hostile server may add to it. */
const mostLiteral = 45_000_000

/**
 * Connects and signs in (RFC 9051). The certificate is always checked. Rejects with imapflow's error; whoever gets the
 * client ends it with `logout` or `close`. An abort closes it.
 */
export async function openImap(
  target: ImapTarget,
  options: ImapOptions,
  signal: AbortSignal,
): Promise<ImapFlow> {
  const { host, address, port } = target
  const { encryption, login, authorities, connectMs = 30_000 } = options
  // Few of those who start Fairlead watch a mailbox by IMAP, and imapflow is a tenth of all code to load.
  const imapflow = await import('imapflow')
  signal.throwIfAborted()
  const named = isIP(host) === 0 ? { servername: host } : {}
  const client = new imapflow.ImapFlow({
    ...{ host: address, port, secure: encryption === 'tls', ...named },
    ...(encryption === 'tls' ? {} : { doSTARTTLS: encryption === 'starttls' }),
    auth: 'password' in login ? { user: login.user, pass: login.password } : login,
    tls: {
      ...{ rejectUnauthorized: true, minVersion: 'TLSv1.2', ...named },
      ...(authorities ? { ca: [...rootCertificates, ...authorities] } : {}),
    },
    ...{ logger: false, disableAutoIdle: true, clientInfo: { name: 'Fairlead' } },
    ...{ connectionTimeout: connectMs, greetingTimeout: connectMs, socketTimeout: silenceMs },
    ...{ maxLineLength: 1_000_000, maxLiteralSize: mostLiteral, maxResponseSize: mostLiteral + 5_000_000 },
  })
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
