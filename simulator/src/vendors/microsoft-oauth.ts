import { randomBytes, randomUUID } from 'node:crypto'
import type { VendorAnswer, VendorCall, VendorParts } from './call.ts'
import { AuthorizationServer } from './oauth.ts'

const codes: Readonly<Record<string, [status: number, code: number]>> = {
  invalid_client: [401, 7_000_215],
  invalid_grant: [400, 70_000],
  admin_policy_enforced: [400, 53_003],
}

/** Errors as in https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#error-response-1 */
function entraError(error: string, words: string): { status: number; json: unknown } {
  const [status, code] = codes[error] ?? [400, 900_144]
  return {
    status,
    json: {
      error: error === 'admin_policy_enforced' ? 'invalid_grant' : error,
      error_description: `AADSTS${code}: ${words} Trace ID: ${randomUUID()} Timestamp: ${new Date().toISOString()}`,
      error_codes: [code],
      ...(error === 'admin_policy_enforced' ? { suberror: 'message_only' } : {}),
    },
  }
}

const server = new AuthorizationServer({
  vendor: 'microsoft',
  isLasting: (_query, scopes) => scopes.includes('offline_access'),
  rotates: true,
  tokenFields: () => ({}),
  error: entraError,
  accessToken: () => `eyJ0eXAi.${randomBytes(48).toString('base64url')}`,
  refreshToken: () => `0.AXEA${randomBytes(48).toString('base64url')}`,
})

/** Entra ID's authorisation server, the part behind the tenant. It has no place to revoke at. */
export function answerMicrosoftOauth(call: VendorCall, parts: VendorParts): VendorAnswer | undefined {
  const route = `${call.method} ${call.path.replace(/^\/[^/]+/, '')}`
  if (route === 'GET /oauth2/v2.0/authorize') return server.authorize(call, parts)
  if (route === 'POST /oauth2/v2.0/token') return server.token(call, parts)
  return undefined
}
