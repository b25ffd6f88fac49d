import { createPrivateKey, generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import { sql } from 'kysely'
import type { DkimKey } from '../mail/message.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import type { Secrets } from '../platform/secrets.ts'
import type { PlatformHosts } from './platform-hosts.ts'

const platformWorkspace = '00000000-0000-0000-0000-000000000000'
const makeKeyPair = promisify(generateKeyPair)

/** The key that signs what the managed servers send, and the record that lets receivers check it. */
export interface PlatformKey {
  readonly key: DkimKey
  readonly record: { readonly name: string; readonly value: string }
}

/**
 * Reads the platform's signing key (RSA-2048: RFC 8301 §3.2 asks verifiers for it, Ed25519 not all know); makes it at
 * the first start. Several processes that start at once end up with the same one.
 */
export async function loadPlatformKey(db: Db, secrets: Secrets, hosts: PlatformHosts): Promise<PlatformKey> {
  const stored = (await readKey(db, hosts)) ?? (await makeKey(db, secrets, hosts))
  const pem = secrets.open(stored.privateKey, placeOf(hosts))
  return {
    key: {
      domain: hosts.mailDomain,
      selector: hosts.dkimSelector,
      algorithm: 'rsa-sha256',
      key: createPrivateKey(pem),
    },
    record: {
      name: `${hosts.dkimSelector}._domainkey.${hosts.mailDomain}`,
      value: `v=DKIM1; k=rsa; p=${stored.publicKey}`,
    },
  }
}

interface StoredKey {
  privateKey: string
  publicKey: string
}

const placeOf = (hosts: PlatformHosts) => ({
  column: 'dkim_key.private_key',
  row: `${hosts.mailDomain}/${hosts.dkimSelector}`,
})

async function readKey(db: Db, hosts: PlatformHosts): Promise<StoredKey | null> {
  const found = await asEngine(db, tx =>
    sql<StoredKey>`
      select private_key as "privateKey", public_key as "publicKey" from fairlead.dkim_key
      where workspace_id = ${platformWorkspace} and domain = ${hosts.mailDomain} and selector = ${hosts.dkimSelector}`.execute(
      tx,
    ),
  )
  return found.rows[0] ?? null
}

async function makeKey(db: Db, secrets: Secrets, hosts: PlatformHosts): Promise<StoredKey> {
  const pair = await makeKeyPair('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const sealed = secrets.seal(pair.privateKey, placeOf(hosts))
  const publicKey = pair.publicKey.toString('base64')
  await asEngine(db, tx =>
    sql`insert into fairlead.dkim_key (workspace_id, domain, selector, algorithm, private_key, public_key)
        values (${platformWorkspace}, ${hosts.mailDomain}, ${hosts.dkimSelector}, 'rsa-sha256', ${sealed}, ${publicKey})
        on conflict do nothing`.execute(tx),
  )
  const stored = await readKey(db, hosts)
  if (stored === null) throw new Error('the platform key was not written')
  return stored
}
