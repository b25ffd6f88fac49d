import { request } from 'node:https'
import { isIP } from 'node:net'
import type { AddressGuard } from './address-guard.ts'
import type { DnsClient } from './dns/client.ts'

export interface GuardedFetchParts {
  readonly dns: DnsClient
  readonly guard: AddressGuard
  /** Certificate authorities beside Node's, as PEM. */
  readonly authorities?: readonly string[]
  /** Of the far side; default 443. */
  readonly port?: number
}

const mostBytes = 65_536
const longestMs = 5_000

/**
 * Reads a small text over HTTPS from a host that somebody named: the name is resolved once, the address passes the
 * guard and is the one that is connected to, redirects are not followed. Null: there is none, in time and in size.
 */
export async function guardedFetch(
  place: { readonly host: string; readonly path: string },
  parts: GuardedFetchParts,
  signal: AbortSignal,
): Promise<string | null> {
  const { dns, guard, port = 443, authorities } = parts
  const { host, path } = place
  const found = await dns.resolveAddresses(host)
  const address =
    found.is === 'found' ? found.records.find(one => guard.refusal(one, port) === null) : undefined
  if (address === undefined || isIP(host) !== 0) return null
  const until = AbortSignal.any([signal, AbortSignal.timeout(longestMs)])
  return await new Promise(resolve => {
    const asked = request(
      {
        ...{ host: address, port, path, servername: host, signal: until, agent: false },
        headers: { host: port === 443 ? host : `${host}:${port}`, accept: 'text/xml, application/xml' },
        ...(authorities ? { ca: [...authorities] } : {}),
      },
      answer => {
        if (answer.statusCode !== 200) {
          answer.destroy()
          return resolve(null)
        }
        let text = ''
        answer.setEncoding('utf8')
        answer.on('data', (chunk: string) => {
          text += chunk
          if (text.length > mostBytes) answer.destroy(new Error('too large'))
        })
        answer.on('end', () => resolve(text))
        answer.on('error', () => resolve(null))
      },
    )
    asked.on('error', () => resolve(null))
    asked.end()
  })
}
