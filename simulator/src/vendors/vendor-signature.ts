import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import { vendorSpf, type Zone } from '../zone/zone.ts'

const selector = 'simulated'
const makePair = promisify(generateKeyPair)
/** Made when the first vendor's mail leaves; most simulators never need it. */
let made: Promise<{ readonly publicKey: Buffer; readonly privateKey: string }> | undefined

function vendorKey() {
  made ??= makePair('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  return made
}

/**
 * A message as a vendor lets it leave: signed for the account's own domain, as Google
 * (https://support.google.com/a/answer/174124) and Microsoft
 * (https://learn.microsoft.com/en-us/defender-office-365/email-authentication-dkim-configure) do. The key stands in the zone,
 * and so does the SPF record that they ask their customers for, unless the domain has TXT records of its own.
 */
export async function signAsVendor(raw: Buffer, domain: string, zone: Zone): Promise<Buffer> {
  const { dkimSign } = await import('mailauth')
  const { publicKey, privateKey } = await vendorKey()
  const name = `${selector}._domainkey.${domain}`
  zone.put([{ name, type: 'TXT', data: `v=DKIM1; k=rsa; p=${publicKey.toString('base64')}` }])
  if (zone.resolve(domain, 'TXT').records.length === 0)
    zone.put([{ name: domain, type: 'TXT', data: vendorSpf }])
  const signed = await dkimSign(raw, {
    ...{ canonicalization: 'relaxed/relaxed', algorithm: 'rsa-sha256' },
    // What stands beside the list is for ARC alone, whatever its types say.
    ...{ signingDomain: domain, selector, privateKey },
    signatureData: [{ signingDomain: domain, selector, privateKey }],
  })
  return Buffer.concat([Buffer.from(signed.signatures), raw])
}
