import { createHmac, timingSafeEqual } from 'node:crypto'
import type { DeliveryId, LinkId, RoundTripId } from '../platform/ids.ts'
import { parseAddress } from './address.ts'
import type { Address } from './message.ts'

/** A key that signs return paths; its id travels in the token. */
export interface ReturnPathKey {
  /** 0 to 255, never used for another secret. */
  readonly id: number
  readonly secret: Uint8Array
  /** A key that no longer signs goes on verifying until here (30 days after its replacement). */
  readonly expiresAt?: Date
}

export interface ReturnPathParts {
  readonly key: ReturnPathKey
  readonly deliveryId: DeliveryId
  /** 1 to 255. */
  readonly round: number
  /** A-label host that takes our returned mail. */
  readonly host: string
}

// key id 1, delivery id 16, round 1, MAC 10: 224 bits in 45 letters of 5, so that the last bit is spare and zero.
const macAt = 18
const tokenBytes = 28
const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'
// Without the flag u, so that no letter beyond ASCII counts as one of ours.
const returnPaths = { prefix: 'b-', shape: /^b-([a-z2-7]{45})$/i, purpose: 'return-path' } as const
const probes = { prefix: 'probe-', shape: /^probe-([a-z2-7]{45})$/i, purpose: 'probe' } as const
const trips = { prefix: 'trip-', shape: /^trip-([a-z2-7]{45})$/i, purpose: 'round-trip' } as const
type Sort = typeof returnPaths | typeof probes | typeof trips

/** The envelope sender of one delivery in one round (VERP): 47 characters, `@`, host. Throws on values out of range. */
export function makeReturnPath(parts: ReturnPathParts): Address {
  return makeTokenAddress(returnPaths, parts, parts.deliveryId)
}

/** What a probe proves: that bounces of a link come back. */
export interface ProbeParts {
  readonly key: ReturnPathKey
  readonly linkId: LinkId
  /** 1 to 255, to tell a link's probes apart. */
  readonly round: number
  readonly host: string
}

/** An address that our listener refuses, so that the link's own server has to return the mail: 51 characters, `@`, host. */
export function makeProbeAddress(parts: ProbeParts): Address {
  return makeTokenAddress(probes, parts, parts.linkId)
}

/** Where a message that Fairlead sends itself arrives (links/round-trips.ts): 50 characters, `@`, host. */
export function makeRoundTripAddress(parts: {
  readonly key: ReturnPathKey
  readonly roundTripId: RoundTripId
  readonly host: string
}): Address {
  return makeTokenAddress(trips, { ...parts, round: 1 }, parts.roundTripId)
}

function makeTokenAddress(
  sort: Sort,
  { key, round, host }: Pick<ReturnPathParts, 'key' | 'round' | 'host'>,
  uuid: string,
): Address {
  const id = Buffer.from(uuid.replaceAll('-', ''), 'hex')
  if (id.length !== 16) throw new Error('A return path needs a UUID')
  if (!isByte(key.id) || !isByte(round) || round < 1) throw new Error('Key id and round must fit into a byte')
  const bytes = Buffer.alloc(tokenBytes)
  bytes[0] = key.id
  id.copy(bytes, 1)
  bytes[17] = round
  macOf(bytes, key, sort).copy(bytes, macAt)
  const address = parseAddress(`${sort.prefix}${toBase32(bytes)}@${host}`)
  if (!address) throw new Error(`Not a host for return paths: ${host}`)
  return address
}

/**
 * Reads the local part of a return path, in any case: systems on the way change it. Null for everything that no
 * key of ours made, or that only an expired key made.
 */
export function readReturnPath(
  text: string,
  keys: readonly ReturnPathKey[],
  at: Date = new Date(),
): { readonly deliveryId: DeliveryId; readonly round: number } | null {
  const token = readToken(returnPaths, text, { keys, at })
  return token && { deliveryId: token.uuid as DeliveryId, round: token.round }
}

/** Reads the local part of a probe's address, as readReturnPath does that of a return path. */
export function readProbeAddress(
  text: string,
  keys: readonly ReturnPathKey[],
  at: Date = new Date(),
): { readonly linkId: LinkId; readonly round: number } | null {
  const token = readToken(probes, text, { keys, at })
  return token && { linkId: token.uuid as LinkId, round: token.round }
}

/** Reads the local part of a round trip's address, as readReturnPath does that of a return path. */
export function readRoundTripAddress(
  text: string,
  keys: readonly ReturnPathKey[],
  at: Date = new Date(),
): RoundTripId | null {
  return (readToken(trips, text, { keys, at })?.uuid ?? null) as RoundTripId | null
}

function readToken(
  sort: Sort,
  text: string,
  { keys, at }: { keys: readonly ReturnPathKey[]; at: Date },
): { uuid: string; round: number } | null {
  const letters = sort.shape.exec(text)?.[1]
  const bytes = letters ? fromBase32(letters.toLowerCase()) : null
  const key = keys.find(candidate => candidate.id === bytes?.[0])
  if (!bytes || !key || (key.expiresAt && key.expiresAt <= at)) return null
  if (!timingSafeEqual(macOf(bytes, key, sort), bytes.subarray(macAt))) return null
  const hex = bytes.toString('hex', 1, 17)
  const uuid = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join(
    '-',
  )
  return { uuid, round: bytes.readUInt8(17) }
}

function macOf(bytes: Buffer, key: ReturnPathKey, { purpose }: Sort): Buffer {
  const mac = createHmac('sha256', key.secret)
    .update(`${purpose}\0`)
    .update(bytes.subarray(0, macAt))
    .digest()
  return mac.subarray(0, tokenBytes - macAt)
}

function isByte(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 255
}

function toBase32(bytes: Buffer): string {
  let text = ''
  let held = 0
  let bits = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += alphabet.charAt((held >> bits) & 31)
    }
    held &= (1 << bits) - 1
  }
  return bits > 0 ? text + alphabet.charAt((held << (5 - bits)) & 31) : text
}

/** Null where the spare bit is set: one token must have one spelling. */
function fromBase32(letters: string): Buffer | null {
  const bytes = Buffer.alloc(tokenBytes)
  let held = 0
  let bits = 0
  let at = 0
  for (const letter of letters) {
    held = (held << 5) | alphabet.indexOf(letter)
    bits += 5
    if (bits >= 8) {
      bits -= 8
      bytes[at++] = (held >> bits) & 255
    }
    held &= (1 << bits) - 1
  }
  return held === 0 ? bytes : null
}
