import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/**
 * Decides which addresses a transport may connect to. A name from outside may resolve to our own network, so a
 * name is resolved once, every address is asked here, and the connection goes to that very address.
 */
export interface AddressGuard {
  /** Null when the connection may be made, else a sentence that says why not. */
  refusal(address: string, port: number): string | null
  /** True: only the simulator is reachable, for everybody. */
  readonly isSandbox: boolean
}

export interface AddressGuardOptions {
  /** CIDR blocks that are reachable although they are private, e.g. 10.0.0.0/8. */
  readonly allow?: readonly string[]
  /** Sandbox: these and nothing else, whatever `allow` says. */
  readonly only?: readonly { readonly address: string; readonly port: number }[]
}

/** Throws on a CIDR that is none. */
export function addressGuard(options: AddressGuardOptions = {}): AddressGuard {
  const allowed = (options.allow ?? []).map(readCidr)
  const only = options.only?.map(place => `${place.address} ${place.port}`)
  return {
    isSandbox: only !== undefined,
    refusal(address, port) {
      if (only) {
        if (only.includes(`${address} ${port}`)) return null
        return `This is the sandbox: ${address} port ${port} is outside of it, and nothing leaves it.`
      }
      if (isIP(address) === 0) return `${address} is no IP address.`
      const parsed = ipaddr.parse(address)
      if (allowed.some(([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits)))
        return null
      // Everything else has a name of its own: private, loopback, linkLocal, ipv4Mapped, rfc6052 (NAT64), 6to4 …
      const range = parsed.range()
      if (range === 'unicast') return null
      return `${address} is not a public address (${range}). FAIRLEAD_ALLOW_PRIVATE_HOSTS lists exceptions.`
    },
  }
}

/** A host as IPv4 or IPv6 with its prefix length; a bare address is a block of one. */
function readCidr(text: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  const [address = '', bits, ...others] = text.split('/')
  const longest = isIP(address) === 4 ? 32 : 128
  const prefix = bits === undefined ? longest : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN
  // ipaddr.js alone would read 10.0.0 as 10.0.0.0 and 10 as 0.0.0.10.
  if (isIP(address) === 0 || others.length > 0 || !(prefix <= longest)) {
    throw new Error(`Not a network in CIDR notation, e.g. 10.0.0.0/8: ${text}`)
  }
  return [ipaddr.parse(address), prefix]
}
