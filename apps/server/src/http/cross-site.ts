import type { FastifyRequest } from 'fastify'

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * What the browser says about where a request comes from: `Sec-Fetch-Site` (Fetch Metadata; browsers send it over
 * https and to localhost), else `Origin` (RFC 6454) against the host that was asked. `silent`: neither, no browser.
 */
export function originOf(
  request: Pick<FastifyRequest, 'headers' | 'host'>,
  publicUrl: string | null,
): 'same' | 'foreign' | 'silent' {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin' ? 'same' : 'foreign'
  const { origin } = request.headers
  if (origin === undefined) return 'silent'
  if (publicUrl !== null && origin === new URL(publicUrl).origin) return 'same'
  return hostOf(origin) === request.host.toLowerCase() ? 'same' : 'foreign'
}

/** Does the request change something? */
export function isChange(request: Pick<FastifyRequest, 'method'>): boolean {
  return !safeMethods.has(request.method)
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null
}
