import { Resolver } from 'node:dns/promises'

/** Rows as node:dns gives them, by type; rejects as it does (ENOTFOUND, ENODATA, ESERVFAIL, ETIMEOUT). */
export type PlainResolver = (name: string, type: string) => Promise<string[] | string[][]>

/**
 * A resolver without a cache, in the form in which mailauth asks.
 * @param servers `address` or `address:port`; the system's when absent.
 */
export function createPlainResolver(servers?: readonly string[]): PlainResolver {
  const resolver = new Resolver({ timeout: 3_000, tries: 2 })
  if (servers && servers.length > 0) resolver.setServers([...servers])
  return async (name, type) => {
    if (type === 'TXT') return await resolver.resolveTxt(name)
    if (type === 'A') return await resolver.resolve4(name)
    if (type === 'AAAA') return await resolver.resolve6(name)
    if (type === 'PTR') return await resolver.resolvePtr(name)
    // SPF's mx mechanism reads the shapes of node:dns as they are.
    return (await resolver.resolve(name, type)) as unknown as string[]
  }
}
