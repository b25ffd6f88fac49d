import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { PlainError } from './plain-error.ts'

/**
 * Secrets at rest: AES-256-GCM under keys derived per purpose (HKDF, RFC 5869), bound to the row they stand in, so
 * that a sealed text copied into another row or column does not open. Text form:
 * `v1:<key id>:<iv>:<ciphertext>:<tag>`, the last three in base64url.
 */
export interface Secrets {
  seal(plain: string, at: SealedPlace): string
  /** Throws a PlainError when no key of FAIRLEAD_APP_KEYS made it, an Error when it was changed or moved. */
  open(sealed: string, at: SealedPlace): string
  /** Sealed anew with the first key, or null when it already is. */
  reseal(sealed: string, at: SealedPlace): string | null
  /**
   * Keys for message authentication codes, the signing one first, one for each app key. They verify as long as the
   * app key stays in FAIRLEAD_APP_KEYS: keep an old one for 30 days after its replacement.
   */
  macKeys(purpose: string): readonly MacKey[]
}

/** The column (`link.secret`) and the row's id, or whatever else finds the row again. */
export interface SealedPlace {
  readonly column: string
  readonly row: string
}

export interface MacKey {
  /** 0 to 255, from the app key. */
  readonly id: number
  readonly secret: Uint8Array
}

interface AppKey {
  readonly id: string
  readonly derive: (purpose: string) => Buffer
}

/** @param appKeys as in FAIRLEAD_APP_KEYS: the first seals, all open. */
export function createSecrets(appKeys: readonly string[]): Secrets {
  const keys = appKeys.map(readAppKey)
  const [first] = keys
  if (!first) throw new Error('Secrets need at least one app key')
  const open = (sealed: string, at: SealedPlace) => openWith(keys, sealed, at)
  const seal = (plain: string, at: SealedPlace) => sealWith(first, plain, at)
  return {
    seal,
    open,
    reseal: (sealed, at) => (sealed.startsWith(`v1:${first.id}:`) ? null : seal(open(sealed, at), at)),
    macKeys: purpose => keys.map(key => ({ id: byteOf(key.id), secret: key.derive(`mac ${purpose}`) })),
  }
}

/** Two keys whose return paths could not be told apart, or the same key twice. */
export function keyIdsCollide(appKeys: readonly string[]): boolean {
  return new Set(appKeys.map(key => byteOf(readAppKey(key).id))).size < appKeys.length
}

function readAppKey(text: string): AppKey {
  const derived = new Map<string, Buffer>()
  const derive = (purpose: string) => {
    const known = derived.get(purpose)
    if (known) return known
    const made = Buffer.from(hkdfSync('sha256', text, 'fairlead', purpose, 32))
    derived.set(purpose, made)
    return made
  }
  return { id: derive('key id').toString('hex', 0, 4), derive }
}

function byteOf(keyId: string): number {
  return Number.parseInt(keyId.slice(0, 2), 16)
}

function sealWith(key: AppKey, plain: string, at: SealedPlace): string {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key.derive(`seal ${at.column}`), iv).setAAD(placeBytes(at))
  const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
  return ['v1', key.id, ...[iv, text, cipher.getAuthTag()].map(part => part.toString('base64url'))].join(':')
}

function openWith(keys: readonly AppKey[], sealed: string, at: SealedPlace): string {
  const [version, keyId, iv, text, tag, ...more] = sealed.split(':')
  if (version !== 'v1' || iv === undefined || text === undefined || tag === undefined || more.length > 0) {
    throw new Error(`Not a sealed secret in ${at.column} of ${at.row}`)
  }
  const key = keys.find(candidate => candidate.id === keyId)
  if (!key) {
    throw new PlainError(
      `A stored secret (${at.column}) was sealed with a key that is not in FAIRLEAD_APP_KEYS any more. Add the old key after the new one: new,old.`,
    )
  }
  const authTag = Buffer.from(tag, 'base64url')
  if (authTag.length !== 16) throw new Error(`Not a sealed secret in ${at.column} of ${at.row}`)
  const decipher = createDecipheriv(
    'aes-256-gcm',
    key.derive(`seal ${at.column}`),
    Buffer.from(iv, 'base64url'),
  )
  decipher.setAAD(placeBytes(at)).setAuthTag(authTag)
  return decipher.update(Buffer.from(text, 'base64url'), undefined, 'utf8') + decipher.final('utf8')
}

function placeBytes(at: SealedPlace): Buffer {
  return Buffer.from(`${at.column}/${at.row}`, 'utf8')
}
