import { TLSSocket } from 'node:tls'
import { ImapFlow, type ImapFlowOptions } from 'imapflow'
import { type CertificateFacts, certificateOf } from '../smtp/certificate.ts'
import { ImapCertificateError } from './imap-certificate-error.ts'

/** imapflow's step between the encrypted connection and the login. */
interface BetweenTlsAndLogin {
  readonly socket: unknown
  authenticate(): Promise<unknown>
}

// Without that step nothing would be judged before the password leaves; another imapflow must not pass unseen.
if (!('authenticate' in ImapFlow.prototype))
  throw new Error('this imapflow cannot be stopped before its login')
const Imap = ImapFlow as unknown as new (options: ImapFlowOptions) => ImapFlow & BetweenTlsAndLogin

/** Shows the certificate to `judge` before anything secret is sent; a code that it answers ends the connection. */
export class JudgedImap extends Imap {
  readonly #judge: (certificate: CertificateFacts | null, fault: string | null) => string | null

  constructor(
    options: ImapFlowOptions,
    judge: (certificate: CertificateFacts | null, fault: string | null) => string | null,
  ) {
    super(options)
    this.#judge = judge
  }

  override async authenticate(): Promise<unknown> {
    const { socket } = this
    const isTls = socket instanceof TLSSocket
    const certificate = isTls ? certificateOf(socket) : null
    // Typed as Error, it is a code such as CERT_HAS_EXPIRED.
    const fault = isTls && !socket.authorized ? String(socket.authorizationError ?? 'UNVERIFIED') : null
    const refused = this.#judge(certificate, fault)
    if (refused !== null) throw new ImapCertificateError(refused, certificate)
    return super.authenticate()
  }
}
