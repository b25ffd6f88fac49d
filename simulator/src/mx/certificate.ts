import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** Tags of DER (X.690 §8), as far as a certificate needs them. */
const integer = 0x02
const bitString = 0x03
const octetString = 0x04
const objectId = 0x06
const utf8String = 0x0c
const utcTime = 0x17
const sequenceTag = 0x30
const setTag = 0x31

function der(tag: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body])
  const size = Buffer.from([body.length >> 8, body.length & 0xff])
  return Buffer.concat([Buffer.from([tag, 0x82]), size, body])
}

const sequence = (...parts: Buffer[]): Buffer => der(sequenceTag, ...parts)
const bits = (bytes: Buffer): Buffer => der(bitString, Buffer.from([0]), bytes)

/** ecdsa-with-SHA256 (RFC 5758 §3.2), id-at-commonName, id-ce-subjectAltName and id-ce-basicConstraints (RFC 5280). */
const ecdsaWithSha256 = Buffer.from('2a8648ce3d040302', 'hex')
const commonName = Buffer.from('550403', 'hex')
const subjectAltName = Buffer.from('551d11', 'hex')
const basicConstraints = Buffer.from('551d13', 'hex')

function time(at: Date): Buffer {
  const digits = at.toISOString().replace(/[-:T]/g, '').slice(2, 14)
  return der(utcTime, Buffer.from(`${digits}Z`))
}

export interface MadeCertificate {
  readonly key: string
  readonly cert: string
}

/** Who signs others' certificates. */
export interface Authority extends MadeCertificate {
  readonly name: string
  readonly privateKey: KeyObject
}

interface Wanted {
  readonly host: string
  /** Absent: it signs itself. */
  readonly issuer?: Authority
  readonly isExpired?: boolean
}

/**
 * A certificate made anew at each start (RFC 5280 §4.1), self-signed unless an issuer is given. Senders of server to
 * server take it because MX TLS is opportunistic (RFC 7435): there is no name to check it against.
 */
export function makeCertificate(host: string, options: Omit<Wanted, 'host'> = {}): MadeCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const dnsName = der(0x82, Buffer.from(host))
  const extension = sequence(der(objectId, subjectAltName), der(octetString, sequence(dnsName)))
  const cert = write(
    { host, ...options },
    { publicKey, signer: options.issuer?.privateKey ?? privateKey },
    extension,
  )
  return { key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(), cert }
}

/** A certificate authority of the small internet: whoever trusts it can check the names of its servers. */
export function makeAuthority(name: string): Authority {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  // cA TRUE (RFC 5280 §4.2.1.9), critical.
  const isAuthority = der(octetString, sequence(der(0x01, Buffer.from([0xff]))))
  const extension = sequence(der(objectId, basicConstraints), der(0x01, Buffer.from([0xff])), isAuthority)
  const cert = write({ host: name }, { publicKey, signer: privateKey }, extension)
  const key = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
  return { name, privateKey, key, cert }
}

function nameOf(host: string): Buffer {
  return sequence(der(setTag, sequence(der(objectId, commonName), der(utf8String, Buffer.from(host)))))
}

function write(
  { host, issuer, isExpired = false }: Wanted,
  keys: { readonly publicKey: KeyObject; readonly signer: KeyObject },
  extension: Buffer,
): string {
  const algorithm = sequence(der(objectId, ecdsaWithSha256))
  const dayMs = 86_400_000
  const shift = isExpired ? -400 * dayMs : 0
  const validity = sequence(
    time(new Date(Date.now() - dayMs + shift)),
    time(new Date(Date.now() + 365 * dayMs + shift)),
  )
  const serial = Buffer.concat([Buffer.from([1]), randomBytes(8)])
  const toBeSigned = sequence(
    der(0xa0, der(integer, Buffer.from([2]))),
    der(integer, serial),
    algorithm,
    nameOf(issuer?.name ?? host),
    validity,
    nameOf(host),
    keys.publicKey.export({ format: 'der', type: 'spki' }),
    der(0xa3, sequence(extension)),
  )
  const certificate = sequence(toBeSigned, algorithm, bits(sign('sha256', toBeSigned, keys.signer)))
  const lines = certificate.toString('base64').replace(/.{64}/g, '$&\n').trimEnd()
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
}
