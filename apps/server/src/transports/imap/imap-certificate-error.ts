import type { CertificateFacts } from '../smtp/certificate.ts'

/** The server's certificate is not good enough; nothing secret was sent. */
export class ImapCertificateError extends Error {
  override readonly name = 'ImapCertificateError'
  readonly code: string
  readonly certificate: CertificateFacts | null

  constructor(code: string, certificate: CertificateFacts | null) {
    super(`The certificate is not valid: ${code}`)
    this.code = code
    this.certificate = certificate
  }
}
