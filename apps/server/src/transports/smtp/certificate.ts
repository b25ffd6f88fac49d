import type { DetailedPeerCertificate, PeerCertificate, TLSSocket } from 'node:tls'

/** What a certificate says, for people and for pinning. */
export interface CertificateFacts {
  readonly subject: string
  readonly issuer: string
  /** Hosts that it is for, at most 50. */
  readonly names: readonly string[]
  readonly validFrom: Date
  readonly validTo: Date
  /** Lower-case hexadecimal. */
  readonly sha256: string
  readonly isSelfSigned: boolean
}

const mostNames = 50

/** The certificate that the far side showed; null where it showed none. */
export function certificateOf(socket: TLSSocket): CertificateFacts | null {
  const shown: Partial<DetailedPeerCertificate> = socket.getPeerCertificate(true)
  const { fingerprint256, valid_from: from, valid_to: to } = shown
  if (fingerprint256 === undefined || from === undefined || to === undefined) return null
  return {
    subject: nameOf(shown.subject),
    issuer: nameOf(shown.issuer),
    names: (shown.subjectaltname ?? '')
      .split(', ')
      .map(name => name.replace(/^(?:DNS|IP Address):/, ''))
      .filter(Boolean)
      .slice(0, mostNames),
    validFrom: new Date(from),
    validTo: new Date(to),
    sha256: fingerprint256.replaceAll(':', '').toLowerCase(),
    isSelfSigned: shown.issuerCertificate?.fingerprint256 === fingerprint256,
  }
}

const longestChain = 10

/** All certificates that the far side showed, as DER, its own first. */
export function chainOf(socket: TLSSocket): readonly Uint8Array[] {
  const chain: Uint8Array[] = []
  let one: Partial<DetailedPeerCertificate> | undefined = socket.getPeerCertificate(true)
  while (one?.raw !== undefined && chain.length < longestChain) {
    chain.push(one.raw)
    // A root names itself.
    one = one.issuerCertificate === one ? undefined : one.issuerCertificate
  }
  return chain
}

function nameOf(name: PeerCertificate['subject'] | undefined): string {
  const parts = name ? [name.CN, name.O].flat() : []
  return [...new Set(parts.filter(part => part !== undefined && part !== ''))].join(', ').slice(0, 300)
}
