import { generateKeyPair, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { sql } from 'kysely'
import type { Tx } from '../platform/database/connect.ts'
import type { DomainId, WorkspaceId } from '../platform/ids.ts'
import type { SealedPlace, Secrets } from '../platform/secrets.ts'

const makePair = promisify(generateKeyPair)

/** A pair as it is stored: private half as PEM, public half as p= of its record. */
export interface MadeKey {
  readonly algorithm: 'rsa-sha256' | 'ed25519-sha256'
  readonly privatePem: string
  readonly publicKey: string
}

/**
 * RSA-2048, which every receiver reads, and Ed25519 beside it (RFC 8301 §3.2, RFC 8463). Made in libuv's threads: an
 * RSA pair takes some 100 ms.
 */
export async function makeKeys(): Promise<readonly MadeKey[]> {
  const [rsa, ed] = await Promise.all([
    makePair('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'der' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    }),
    makePair('ed25519', {
      publicKeyEncoding: { type: 'spki', format: 'der' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    }),
  ])
  return [
    { algorithm: 'rsa-sha256', privatePem: rsa.privateKey, publicKey: rsa.publicKey.toString('base64') },
    {
      algorithm: 'ed25519-sha256',
      privatePem: ed.privateKey,
      // RFC 8463 §4.2: the bare 32 octets, which stand at the end of the structure.
      publicKey: ed.publicKey.subarray(-32).toString('base64'),
    },
  ]
}

/** Where a sealed key stands: no other row opens it. */
export const placeOfKey = (domain: string, selector: string): SealedPlace => ({
  column: 'dkim_key.private_key',
  row: `${domain}/${selector}`,
})

export interface NewKeys {
  readonly workspaceId: WorkspaceId
  readonly domainId: DomainId
  readonly domain: string
  readonly tag: string
  readonly state: 'signing' | 'next'
}

/** Writes a pair of keys with selectors that nobody has had before. As the engine. */
export async function insertKeys(
  tx: Tx,
  of: NewKeys,
  { keys, secrets }: { keys: readonly MadeKey[]; secrets: Secrets },
): Promise<void> {
  const generation = randomBytes(2).toString('hex')
  for (const { algorithm, privatePem, publicKey } of keys) {
    const selector = `fl-${of.tag}-${generation}${algorithm === 'rsa-sha256' ? 'r' : 'e'}`
    const sealed = secrets.seal(privatePem, placeOfKey(of.domain, selector))
    await sql`
      insert into fairlead.dkim_key (workspace_id, domain, selector, algorithm, private_key, public_key, domain_id, state)
      values (${of.workspaceId}, ${of.domain}, ${selector}, ${algorithm}, ${sealed}, ${publicKey}, ${of.domainId}, ${of.state})`.execute(
      tx,
    )
  }
}
