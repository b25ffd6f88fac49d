import { randomBytes } from 'node:crypto'
import type { VendorAnswer, VendorCall, VendorParts } from './call.ts'
import { AuthorizationServer, revokeToken } from './oauth.ts'

/**
 * Google's authorisation server: https://developers.google.com/identity/protocols/oauth2/web-server and, for clients in
 * Testing mode, https://developers.google.com/identity/protocols/oauth2#expiration.
 */
const server = new AuthorizationServer({
  vendor: 'google',
  isLasting: query => query.get('access_type') === 'offline',
  rotates: false,
  tokenFields: ({ settings }) =>
    settings.grantDays === 0 ? {} : { refresh_token_expires_in: settings.grantDays * 86_400 - 1 },
  error: (error, words) => ({
    status: error === 'invalid_client' ? 401 : 400,
    json: { error, error_description: words },
  }),
  accessToken: () => `ya29.${randomBytes(32).toString('base64url')}`,
  refreshToken: () => `1//0${randomBytes(32).toString('base64url')}`,
})

export function answerGoogleOauth(call: VendorCall, parts: VendorParts): VendorAnswer | undefined {
  const route = `${call.method} ${call.path}`
  if (route === 'GET /o/oauth2/v2/auth') return server.authorize(call, parts)
  if (route === 'POST /token') return server.token(call, parts)
  if (route !== 'POST /revoke') return undefined
  const token = new URLSearchParams(call.body.toString('utf8')).get('token') ?? ''
  return revokeToken(token, 'google', parts)
    ? { status: 200, json: {} }
    : { status: 400, json: { error: 'invalid_token', error_description: 'Token expired or revoked' } }
}
