import { createHash, randomBytes } from 'node:crypto'
import type { Account, Grant, Vendor } from './account.ts'
import type { VendorAnswer, VendorCall, VendorParts } from './call.ts'

/** A client that needs no setting up, for the sandbox. */
export const sandboxClient = { id: 'fairlead-sandbox', secret: 'fairlead-sandbox-secret' } as const

interface Pending {
  readonly account: Account
  readonly clientId: string
  readonly redirectUri: string
  readonly challenge: string
  readonly scopes: readonly string[]
}

/** How a vendor's authorisation server differs from RFC 6749. */
export interface OauthManners {
  readonly vendor: Vendor
  /** Both give refresh tokens only where they are asked to. */
  isLasting(query: URLSearchParams, scopes: readonly string[]): boolean
  /** Does a refresh give another refresh token? */
  readonly rotates: boolean
  tokenFields(parts: VendorParts): Readonly<Record<string, unknown>>
  error(error: string, words: string): { status: number; json: unknown }
  accessToken(): string
  refreshToken(): string
}

/** The authorisation endpoint and the token endpoint of one vendor. */
export class AuthorizationServer {
  readonly #manners: OauthManners
  readonly #codes = new Map<string, Pending & { isLasting: boolean }>()

  constructor(manners: OauthManners) {
    this.#manners = manners
  }

  /** With `login_hint` its owner consents at once; without, a page asks for the address. */
  authorize({ query }: VendorCall, { world, clients }: VendorParts): VendorAnswer {
    const get = (name: string) => query.get(name) ?? ''
    if (!clients.has(get('client_id')) || !URL.canParse(get('redirect_uri'))) {
      return { status: 400, bytes: Buffer.from('Unknown client or redirect URI'), contentType: 'text/plain' }
    }
    const hint = get('login_hint')
    if (!/^[^@\s]+@[^@\s]+$/.test(hint)) return askForAddress(query)
    const target = new URL(get('redirect_uri'))
    target.searchParams.set('state', get('state'))
    if (get('code_challenge_method') !== 'S256') {
      target.searchParams.set('error', 'invalid_request')
      return { status: 302, headers: { location: target.href } }
    }
    const unticked = new Set(get('simulate_without').split(' '))
    const scopes = get('scope')
      .split(' ')
      .filter(scope => scope !== '' && !unticked.has(scope))
    const code = randomBytes(24).toString('base64url')
    this.#codes.set(code, {
      account: world.findOrMake(this.#manners.vendor, hint),
      ...{ clientId: get('client_id'), redirectUri: get('redirect_uri'), challenge: get('code_challenge') },
      ...{ scopes, isLasting: this.#manners.isLasting(query, scopes) },
    })
    target.searchParams.set('code', code)
    return { status: 302, headers: { location: target.href } }
  }

  token(call: VendorCall, parts: VendorParts): VendorAnswer {
    const form = new URLSearchParams(call.body.toString('utf8'))
    const get = (name: string) => form.get(name) ?? ''
    if (parts.clients.get(get('client_id')) !== get('client_secret')) {
      return this.#manners.error('invalid_client', 'The OAuth client was not found.')
    }
    if (get('grant_type') === 'authorization_code') return this.#redeem(get, parts)
    if (get('grant_type') === 'refresh_token') return this.#refresh(get, parts)
    return this.#manners.error('unsupported_grant_type', 'Invalid grant_type')
  }

  #redeem(get: (name: string) => string, parts: VendorParts): VendorAnswer {
    const pending = this.#codes.get(get('code'))
    this.#codes.delete(get('code'))
    const challenge = createHash('sha256').update(get('code_verifier')).digest('base64url')
    const isOurs = pending?.clientId === get('client_id') && pending.redirectUri === get('redirect_uri')
    if (!pending || !isOurs || pending.challenge !== challenge) {
      return this.#manners.error('invalid_grant', 'Malformed auth code.')
    }
    const { account, clientId, scopes } = pending
    const grant: Grant = { clientId, scopes, refreshTokens: [], accessTokens: [] }
    account.grants.push(grant)
    if (pending.isLasting) grant.refreshTokens.push(this.#manners.refreshToken())
    return this.#give(grant, parts, pending.isLasting)
  }

  #refresh(get: (name: string) => string, parts: VendorParts): VendorAnswer {
    const accounts = parts.world.accounts().filter(one => one.vendor === this.#manners.vendor)
    for (const account of accounts) {
      const grant = account.grants.find(one => one.refreshTokens.includes(get('refresh_token')))
      if (!grant || grant.clientId !== get('client_id')) continue
      if (account.isBlocked) return this.#manners.error('admin_policy_enforced', 'The admin blocks this app.')
      if (this.#manners.rotates)
        grant.refreshTokens = [...grant.refreshTokens.slice(-1), this.#manners.refreshToken()]
      return this.#give(grant, parts, this.#manners.rotates)
    }
    return this.#manners.error('invalid_grant', 'Token has been expired or revoked.')
  }

  #give(grant: Grant, parts: VendorParts, withRefresh: boolean): VendorAnswer {
    const token = this.#manners.accessToken()
    const { accessTokenMs } = parts.settings
    grant.accessTokens = [
      ...grant.accessTokens.slice(-20),
      { token, expiresAtMs: Date.now() + accessTokenMs },
    ]
    parts.world.save()
    return {
      status: 200,
      json: {
        access_token: token,
        expires_in: Math.max(1, Math.floor(accessTokenMs / 1_000)),
        token_type: 'Bearer',
        scope: grant.scopes.join(' '),
        ...(withRefresh
          ? { refresh_token: grant.refreshTokens.at(-1), ...this.#manners.tokenFields(parts) }
          : {}),
      },
    }
  }
}

/** Ends the grant of a token, whichever of its tokens it is. */
export function revokeToken(token: string, vendor: Vendor, { world }: VendorParts): boolean {
  for (const account of world.accounts().filter(one => one.vendor === vendor)) {
    const before = account.grants.length
    account.grants = account.grants.filter(
      grant =>
        !grant.refreshTokens.includes(token) && !grant.accessTokens.some(access => access.token === token),
    )
    if (account.grants.length < before) {
      world.save()
      return true
    }
  }
  return false
}

const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, letter => `&#${letter.charCodeAt(0)};`)

function askForAddress(query: URLSearchParams): VendorAnswer {
  const hidden = [...query].map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  )
  const page = `<!doctype html><title>Simulated sign-in</title><h1>Simulated sign-in</h1>
<p>This is Fairlead's simulator, not the real provider.</p>
<form>${hidden.join('')}<label>Address <input name="login_hint" type="email" required></label> <button>Allow</button></form>`
  return { status: 200, bytes: Buffer.from(page), contentType: 'text/html; charset=utf-8' }
}
