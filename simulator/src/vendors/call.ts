import type { SimulatorSettings } from '../settings.ts'
import type { Account, Vendor } from './account.ts'
import type { VendorWorld } from './world.ts'

/** Gives a message to its recipients' servers, as the vendor would by SMTP. */
export type Carry = (letter: {
  readonly vendor: Vendor
  readonly mailFrom: string
  readonly recipients: readonly string[]
  readonly raw: Buffer
}) => Promise<void>

export interface VendorParts {
  readonly world: VendorWorld
  readonly settings: SimulatorSettings
  readonly carry: Carry
  /** Clients that are registered, by id: the sandbox's own and those that a test put. */
  readonly clients: Map<string, string>
}

/** One request at a vendor. */
export interface VendorCall {
  readonly method: string
  /** Behind the vendor's base. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
  /** Of the simulator's own server, for addresses in answers. */
  readonly base: string
}

export interface VendorAnswer {
  readonly status: number
  readonly json?: unknown
  readonly bytes?: Buffer
  readonly contentType?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** A call whose bearer is known. */
export interface SignedCall extends VendorCall {
  readonly account: Account
  /** The variable parts of the path. */
  readonly parts: readonly string[]
}

export interface VendorRoute {
  readonly method: string
  readonly path: RegExp
  /** One of these must be granted; none: anybody with a token. */
  readonly scopes: readonly string[]
  readonly source: string
  readonly answer: (call: SignedCall, parts: VendorParts) => Promise<VendorAnswer> | VendorAnswer
}

export function jsonOf(call: VendorCall): Record<string, unknown> {
  try {
    const read: unknown = JSON.parse(call.body.toString('utf8'))
    return typeof read === 'object' && read !== null ? (read as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** The account and the scopes behind an access token; undefined where it is unknown or has expired. */
export function bearerOf(call: VendorCall, { world }: VendorParts, vendor: Vendor) {
  const token = /^bearer (\S+)$/i.exec(String(call.headers.authorization ?? ''))?.[1]
  if (token === undefined) return undefined
  for (const account of world.accounts().filter(one => one.vendor === vendor)) {
    const grant = account.grants.find(one =>
      one.accessTokens.some(access => access.token === token && access.expiresAtMs > Date.now()),
    )
    if (grant) return { account, scopes: grant.scopes }
  }
  return undefined
}
