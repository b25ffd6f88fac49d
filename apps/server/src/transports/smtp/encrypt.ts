import { isIP } from 'node:net'
import {
  connect as connectTls,
  createSecureContext,
  rootCertificates,
  type SecureContext,
  type TLSSocket,
} from 'node:tls'
import { refusalByTlsa, type TlsaRecord } from '../dane/tlsa.ts'
import { type CertificateFacts, certificateOf, chainOf } from './certificate.ts'
import type { SmtpConnection } from './connection.ts'
import { SmtpError } from './reply.ts'

export interface EncryptOptions {
  /** Must the certificate be valid for the host, by a known authority? */
  readonly checksCertificate?: boolean
  /** This very certificate and no other, whoever signed it and whatever name it holds. */
  readonly pinnedSha256?: string
  /** What DNS says of the certificate (RFC 7672): it decides, and no authority does. Without a usable record nothing does. */
  readonly dane?: { readonly records: readonly TlsaRecord[]; readonly names: readonly string[] }
  /** Authorities that are known beside Node's, as PEM. */
  readonly authorities?: readonly string[]
}

let looseContext: SecureContext | undefined

/**
 * Wraps the connection's socket in TLS. Nothing is sent before the certificate was judged. Rejects with stage
 * encrypt; the error holds the certificate, where one was shown.
 */
export async function encrypt(connection: SmtpConnection, options: EncryptOptions): Promise<void> {
  const plain = connection.releaseForTls()
  plain.removeAllListeners('data')
  const { host } = connection.facts
  const isStrict =
    options.checksCertificate === true || options.pinnedSha256 !== undefined || options.dane !== undefined
  // Opportunistic encryption with an old server is better than none at all, so nothing old is switched off there.
  looseContext ??= createSecureContext({ minVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0' })
  const socket = connectTls({
    socket: plain,
    host,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    // Judged below, where the certificate can still be read.
    rejectUnauthorized: false,
    ...(isStrict ? {} : { secureContext: looseContext }),
    ...(options.authorities ? { ca: [...rootCertificates, ...options.authorities] } : {}),
  })
  await handshake(socket, connection.timeouts.tlsMs)
  const certificate = certificateOf(socket)
  const refusal = isStrict ? judge(socket, certificate, options) : null
  if (refusal) {
    socket.on('error', () => {})
    socket.destroy()
    const at = { trouble: 'certificate', stage: 'encrypt', ...(certificate ? { certificate } : {}) } as const
    throw new SmtpError({ ...at, code: refusal.code }, refusal.message)
  }
  const cipher = socket.getCipher()
  const tls = `${socket.getProtocol() ?? 'TLS'} ${cipher.name}`
  const isVerified = socket.authorized && isIP(host) === 0
  connection.adopt(socket, { tls, isVerified, isByDane: options.dane !== undefined }, certificate)
}

function judge(
  socket: TLSSocket,
  certificate: CertificateFacts | null,
  { pinnedSha256, dane }: EncryptOptions,
): { readonly code: string; readonly message: string } | null {
  if (pinnedSha256 !== undefined) {
    if (certificate?.sha256 === pinnedSha256.toLowerCase()) return null
    return { code: 'PIN_MISMATCH', message: 'The certificate is not the one that was pinned' }
  }
  if (dane !== undefined) {
    const why = refusalByTlsa(dane.records, { chain: chainOf(socket), names: dane.names })
    return why === null ? null : { code: 'DANE_MISMATCH', message: why }
  }
  if (socket.authorized) return null
  // Typed as Error, it is a code such as CERT_HAS_EXPIRED or ERR_TLS_CERT_ALTNAME_INVALID.
  const code = String(socket.authorizationError ?? 'UNVERIFIED')
  return { code, message: `The certificate is not valid: ${code}` }
}

function handshake(socket: TLSSocket, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (error: Error & { readonly code?: string }) => {
      clearTimeout(timer)
      socket.removeAllListeners()
      socket.on('error', () => {})
      socket.destroy()
      const code = error.code === undefined ? {} : { code: error.code }
      reject(new SmtpError({ trouble: 'tls', stage: 'encrypt', ...code }, error.message))
    }
    const timer = setTimeout(() => end(new Error(`No handshake within ${timeoutMs / 1000} s`)), timeoutMs)
    socket.once('error', end)
    socket.once('close', () => end(new Error('The server hung up during the handshake')))
    socket.once('secureConnect', () => {
      clearTimeout(timer)
      socket.removeAllListeners('error')
      socket.removeAllListeners('close')
      resolve()
    })
  })
}
