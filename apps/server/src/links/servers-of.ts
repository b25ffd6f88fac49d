import { Problem } from '@fairlead/contract'
import type { LinkCaller } from './link-caller.ts'

/** Which servers a link's settings name, and as whom it signs in there: whatever of them has a host. */
export interface NamedServers {
  /** Host names in lower case, sorted. */
  readonly hosts: readonly string[]
  /** Hosts with users: another value is another mailbox. */
  readonly accounts: string
}

/** Reads settings of any kind, looking one level into what they hold. */
export function serversOf(settings: unknown): NamedServers {
  const found = [settings, ...Object.values(asRecord(settings))].flatMap(value => {
    const { host, user } = asRecord(value)
    return typeof host === 'string' ? [{ host: host.toLowerCase(), user }] : []
  })
  return {
    hosts: found.map(({ host }) => host).toSorted(),
    accounts: JSON.stringify([asRecord(settings).account, ...found.map(({ host, user }) => [host, user])]),
  }
}

/** A host that only the newer settings name: the stored secret was not meant for it. */
export function newHost(before: unknown, after: unknown): string | null {
  const known = new Set(serversOf(before).hosts)
  return serversOf(after).hosts.find(host => !known.has(host)) ?? null
}

/** Pinning is an admin's act: a certificate that nobody vouches for is trusted from then on. Problem: link.pin-needs-admin. */
export function requireMayPin({ role }: Pick<LinkCaller, 'role'>, before: unknown, after: unknown): void {
  if (role === 'admin') return
  const known = new Set(pinsOf(before))
  if (pinsOf(after).some(pin => !known.has(pin))) throw new Problem('link.pin-needs-admin')
}

/** Each with the server that it stands for. */
function pinsOf(settings: unknown): string[] {
  return [settings, ...Object.values(asRecord(settings))].flatMap(value => {
    const { host, certificateSha256 } = asRecord(value)
    return typeof certificateSha256 === 'string' ? [`${String(host)} ${certificateSha256}`] : []
  })
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
