import { createHash, X509Certificate } from 'node:crypto'

/** What a domain says of its server's certificate in DNS (RFC 6698 §2.1). */
export interface TlsaRecord {
  readonly usage: number
  readonly selector: number
  readonly matchingType: number
  readonly data: Buffer
}

const digestBytes: Readonly<Record<number, number>> = { 1: 32, 2: 64 }

/**
 * May it authenticate a mail server? Usages 2 and 3 alone (RFC 7672 §3.1.3), in a form that we know; others are as if they
 * were not there, but for that the server has to encrypt (§2.2).
 */
export function isUsable({ usage, selector, matchingType, data }: TlsaRecord): boolean {
  if ((usage !== 2 && usage !== 3) || (selector !== 0 && selector !== 1) || data.length === 0) return false
  return matchingType === 0 || digestBytes[matchingType] === data.length
}

/** A server as it showed itself. */
export interface ShownChain {
  /** DER, the server's own certificate first. */
  readonly chain: readonly Uint8Array[]
  /** Names that the certificate may be for: the mail host, or the recipient's domain (RFC 7672 §3.2.2). */
  readonly names: readonly string[]
}

/** Null: the certificate is one that the records name. Otherwise why it is none, for people. */
export function refusalByTlsa(records: readonly TlsaRecord[], shown: ShownChain): string | null {
  const usable = records.filter(isUsable)
  if (usable.length === 0) return null
  const chain = shown.chain.map(der => new X509Certificate(der))
  const [own] = chain
  if (own === undefined) return 'The server showed no certificate'
  // §3.1.1: neither names nor dates count, the record alone does.
  if (usable.some(record => record.usage === 3 && matches(record, own))) return null
  const anchored = usable.filter(record => record.usage === 2)
  const at = chain.findIndex((one, n) => n > 0 && anchored.some(record => matches(record, one)))
  if (at < 0) return 'No TLSA record is of the certificate that the server shows'
  return refusalOfPath(chain.slice(0, at + 1), shown.names)
}

/** The chain up to the certificate that DNS vouches for: signed step by step, in time, and for the right name. */
function refusalOfPath(path: readonly X509Certificate[], names: readonly string[]): string | null {
  const now = Date.now()
  for (const [n, one] of path.entries()) {
    if (Date.parse(one.validFrom) > now || Date.parse(one.validTo) < now)
      return `A certificate of the chain is out of date: ${one.subject}`.slice(0, 300)
    const issuer = path[n + 1]
    if (issuer !== undefined && !(issuer.ca && one.checkIssued(issuer) && one.verify(issuer.publicKey)))
      return 'The chain of certificates does not lead to the one that the TLSA record names'
  }
  const [own] = path
  return names.some(name => own?.checkHost(name) !== undefined)
    ? null
    : `The certificate is not for ${names.join(' or ')}`
}

function matches({ selector, matchingType, data }: TlsaRecord, certificate: X509Certificate): boolean {
  const content =
    selector === 0 ? certificate.raw : certificate.publicKey.export({ type: 'spki', format: 'der' })
  if (matchingType === 0) return data.equals(content)
  return data.equals(
    createHash(matchingType === 1 ? 'sha256' : 'sha512')
      .update(content)
      .digest(),
  )
}
