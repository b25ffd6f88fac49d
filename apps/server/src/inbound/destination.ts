import { domainToASCII } from 'node:url'
import { type ReturnPathKey, readReturnPath } from '../mail/return-path.ts'
import type { DeliveryId } from '../platform/ids.ts'

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

/** Why a recipient is refused: nobody of that name here, or a host that is not ours. */
export type Refusal = 'unknown-user' | 'no-relay'

const roles = new Set(['postmaster', 'abuse', 'fbl'])

/**
 * Reads an envelope recipient. Needs no database: a return path proves itself. `at` is the moment at which an
 * expired key counts as expired.
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
  if (host !== hosts.mailDomain && host !== hosts.returnPathHost) return 'no-relay'
  const address = `${local}@${host}`
  if (roles.has(local)) return { kind: 'role', address }
  const token = host === hosts.returnPathHost ? readReturnPath(local, hosts.keys, at) : null
  return token === null ? 'unknown-user' : { kind: 'return-path', address, ...token }
}
