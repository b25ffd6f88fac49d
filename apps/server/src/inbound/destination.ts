import { domainToASCII } from 'node:url'
import { type ReturnPathKey, readReturnPath, readRoundTripAddress } from '../mail/return-path.ts'
import type { DeliveryId, RoundTripId } from '../platform/ids.ts'

/** Where our inbound mail server takes mail, and for whom. */
export interface InboundHosts {
  /** A-label; postmaster@, abuse@ and fbl@ are read here too. */
  readonly mailDomain: string
  /** A-label behind the `@` of return paths; may be the mail domain itself. */
  readonly returnPathHost: string
  /** Those that verify return paths, expired ones included: their own date decides. */
  readonly keys: readonly ReturnPathKey[]
}

/** One accepted envelope recipient. `address` is in lower case: systems on the way change the case. */
export type Destination =
  | {
      readonly kind: 'return-path'
      readonly address: string
      readonly deliveryId: DeliveryId
      readonly round: number
    }
  | { readonly kind: 'role'; readonly address: string }
  /** Aggregate reports about a sending domain; whether the token is one of ours, the database knows. */
  | { readonly kind: 'dmarc-report'; readonly address: string; readonly token: string }
  /** A message that Fairlead sent itself, to see how it arrives. */
  | { readonly kind: 'round-trip'; readonly address: string; readonly roundTripId: RoundTripId }

/** Why a recipient is refused: nobody of that name here, or a host that is not ours. */
export type Refusal = 'unknown-user' | 'no-relay'

const roles = new Set(['postmaster', 'abuse', 'fbl'])
const reportLocalPart = /^dmarc-([a-z2-9]{16})$/

/**
 * Reads an envelope recipient. Needs no database: a return path proves itself, and so it is taken at whatever host led
 * it here: customers have return-path hosts of their own, and what is taken goes nowhere else. `at` is the moment at
 * which an expired key counts as expired.
 */
export function readDestination(
  recipient: string,
  hosts: InboundHosts,
  at: Date = new Date(),
): Destination | Refusal {
  // RFC 5321 §4.1.1.3: postmaster without a domain must be taken.
  if (recipient.toLowerCase() === 'postmaster')
    return { kind: 'role', address: `postmaster@${hosts.mailDomain}` }
  const cut = recipient.lastIndexOf('@')
  const local = recipient.slice(0, cut).toLowerCase()
  // The SMTP server hands out U-labels.
  const host = domainToASCII(recipient.slice(cut + 1)).toLowerCase()
  const address = `${local}@${host}`
  const isOurs = host === hosts.mailDomain || host === hosts.returnPathHost
  if (isOurs && roles.has(local)) return { kind: 'role', address }
  const takesTokens = host === hosts.returnPathHost || !isOurs
  const returnPath = takesTokens ? readReturnPath(local, hosts.keys, at) : null
  if (returnPath !== null) return { kind: 'return-path', address, ...returnPath }
  const roundTripId = host === hosts.returnPathHost ? readRoundTripAddress(local, hosts.keys, at) : null
  if (roundTripId !== null) return { kind: 'round-trip', address, roundTripId }
  const token = host === hosts.returnPathHost ? reportLocalPart.exec(local)?.[1] : undefined
  if (token !== undefined) return { kind: 'dmarc-report', address, token }
  return isOurs ? 'unknown-user' : 'no-relay'
}
