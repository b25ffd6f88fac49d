import { request } from 'node:https'
import { rootCertificates } from 'node:tls'
import type { AddressGuard } from '../address-guard.ts'
import type { DnsClient } from '../dns/client.ts'
import { readStsPolicy, type StsPolicy } from './policy.ts'

export interface FetchParts {
  readonly dns: Pick<DnsClient, 'resolveAddresses'>
  /** The domain's owner chooses the address, so it may be one of our own network. */
  readonly guard: AddressGuard
  /** 443 in the real world. */
  readonly port?: number
  /** Authorities that are known beside Node's, as PEM. */
  readonly authorities?: readonly string[]
  /** For all of it, name and handshake included; default 5,000. */
  readonly timeoutMs?: number
}

const mostBytes = 64 * 1024
const mostAddresses = 3

/**
 * Fetches the policy of a domain over HTTPS: certificate valid for the name, no redirect, 64 KiB and five seconds at
 * most (RFC 8461 §3.3). Rejects with what was wrong.
 */
export async function fetchStsPolicy(domain: string, parts: FetchParts): Promise<StsPolicy> {
  const host = `mta-sts.${domain}`
  const signal = AbortSignal.timeout(parts.timeoutMs ?? 5_000)
  const found = await parts.dns.resolveAddresses(host)
  if (found.is !== 'found') throw new Error(`${host} has no address`)
  let failure: unknown = new Error(`${host} has no address`)
  for (const address of found.records.slice(0, mostAddresses)) {
    const port = parts.port ?? 443
    const refusal = parts.guard.refusal(address, port)
    try {
      if (refusal !== null) throw new Error(refusal)
      const text = await get({
        host,
        address,
        port,
        signal,
        authorities: parts.authorities ?? [],
      })
      const policy = readStsPolicy(text)
      if (policy === null) throw new Error(`What ${host} serves is no policy`)
      return policy
    } catch (error) {
      failure = error
    }
  }
  throw failure
}

function get(of: {
  readonly host: string
  readonly address: string
  readonly port: number
  readonly authorities: readonly string[]
  readonly signal: AbortSignal
}): Promise<string> {
  return new Promise((resolve, reject) => {
    const asking = request({
      // The very address that the guard has passed; the name is checked in the certificate.
      ...{ host: of.address, port: of.port, servername: of.host, path: '/.well-known/mta-sts.txt' },
      ...{ headers: { host: of.host }, agent: false, signal: of.signal, rejectUnauthorized: true },
      ...(of.authorities.length === 0 ? {} : { ca: [...rootCertificates, ...of.authorities] }),
    })
    asking.once('error', reject)
    asking.once('response', response => {
      if (response.statusCode !== 200) {
        asking.destroy(new Error(`${of.host} answers ${response.statusCode}`))
        return
      }
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (piece: string) => {
        text += piece
        if (text.length > mostBytes) asking.destroy(new Error(`The policy of ${of.host} is too large`))
      })
      response.once('error', reject)
      response.once('end', () => resolve(text))
    })
    asking.end()
  })
}
