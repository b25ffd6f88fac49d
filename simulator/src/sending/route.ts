import type { SimulatorSettings } from '../settings.ts'
import type { Zone } from '../zone/zone.ts'

/** Where a letter goes: to a server outside, or into the mailbox the simulator keeps for the address. */
export type Route =
  | { readonly is: 'outside'; readonly address: string; readonly port: number }
  | { readonly is: 'inside' }
  | { readonly is: 'nowhere'; readonly why: string }

const isLoopback = (address: string): boolean => address.startsWith('127.') || address === '::1'

/**
 * A domain whose MX (or whose MX host's PORT) was put into the zone has a server outside; every other is simulated.
 * Only loopback addresses are ever reached.
 */
export function routeTo(
  recipient: string,
  { zone, settings }: { zone: Zone; settings: SimulatorSettings },
): Route {
  const domain = recipient.slice(recipient.lastIndexOf('@') + 1)
  const host = zone.exchangesOf(domain)[0]
  if (!host) return { is: 'nowhere', why: `${domain} takes no mail` }
  const port =
    zone.portOf(host) ?? zone.portOf(domain) ?? (zone.wasPut(domain, 'MX') ? settings.inboundPort : null)
  if (port === null) return { is: 'inside' }
  const address = zone.addressOf(host)
  if (!address || !isLoopback(address)) return { is: 'nowhere', why: `${host} is not on loopback` }
  return { is: 'outside', address, port }
}
