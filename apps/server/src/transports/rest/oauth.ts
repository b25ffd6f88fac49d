import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { RestClient } from './client.ts'
import { readJson } from './json.ts'
import { RestError } from './rest-error.ts'

/** Where an authorisation server stands (RFC 6749 §3; revoke: RFC 7009). */
export interface OauthPlaces {
  readonly authorize: string
  readonly token: string
  /** Null: it has no such place. */
  readonly revoke: string | null
}

export interface OauthClient {
  readonly id: string
  readonly secret: string
}

export interface Tokens {
  readonly accessToken: string
  /** Absent: the one there was stays good. */
  readonly refreshToken?: string
  readonly expiresInSeconds: number
  readonly scopes: readonly string[]
  /** Google says it where the grant itself has an end. */
  readonly refreshExpiresInSeconds?: number
}

/** What a token request ends with. `error`: RFC 6749 §5.2, in the server's own words, without any token. */
export type TokenAnswer =
  | { readonly is: 'tokens'; readonly tokens: Tokens }
  | { readonly is: 'refused'; readonly error: string; readonly description: string; readonly subtype: string }
  | { readonly is: 'unavailable'; readonly message: string }

/** A proof key (RFC 7636 §4): the verifier stays here, the challenge travels. */
export function newProofKey(): { readonly verifier: string; readonly challenge: string } {
  const verifier = randomBytes(48).toString('base64url')
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}

/** The page where the account's owner consents (RFC 6749 §4.1.1). */
export function authorizationUrl(
  places: OauthPlaces,
  asked: {
    readonly clientId: string
    readonly redirectUri: string
    readonly scopes: readonly string[]
    readonly state: string
    readonly challenge: string
    readonly more: Readonly<Record<string, string>>
  },
): string {
  const url = new URL(places.authorize)
  const query = {
    response_type: 'code',
    client_id: asked.clientId,
    redirect_uri: asked.redirectUri,
    scope: asked.scopes.join(' '),
    state: asked.state,
    code_challenge: asked.challenge,
    code_challenge_method: 'S256',
    ...asked.more,
  }
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  return url.href
}

const tokenBody = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
  expires_in: z.coerce.number().positive().default(3_600),
  scope: z.string().default(''),
  refresh_token_expires_in: z.coerce.number().positive().optional(),
})
const errorBody = z.object({
  error: z.string(),
  error_description: z.string().optional(),
  error_subtype: z.string().optional(),
})

/** One token request: a code for tokens, or a refresh (RFC 6749 §4.1.3, §6). Never rejects. */
export async function askTokens(
  rest: RestClient,
  places: OauthPlaces,
  form: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<TokenAnswer> {
  try {
    const answer = await rest.call({
      method: 'POST',
      url: places.token,
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams(form).toString(),
      signal,
    })
    const tokens = answer.status === 200 ? readJson(answer, tokenBody) : null
    if (tokens) return { is: 'tokens', tokens: tokensOf(tokens) }
    const refusal = readJson(answer, errorBody)
    if (refusal && answer.status < 500 && answer.status !== 429) {
      return {
        is: 'refused',
        error: refusal.error.slice(0, 100),
        description: (refusal.error_description ?? refusal.error).split('\n', 1)[0]?.slice(0, 300) ?? '',
        subtype: refusal.error_subtype ?? '',
      }
    }
    return { is: 'unavailable', message: `${answer.host} answered ${answer.status}` }
  } catch (error) {
    if (error instanceof RestError) return { is: 'unavailable', message: error.message }
    throw error
  }
}

function tokensOf(body: z.output<typeof tokenBody>): Tokens {
  return {
    accessToken: body.access_token,
    expiresInSeconds: body.expires_in,
    scopes: body.scope.split(/\s+/).filter(scope => scope !== ''),
    ...(body.refresh_token === undefined ? {} : { refreshToken: body.refresh_token }),
    ...(body.refresh_token_expires_in === undefined
      ? {}
      : { refreshExpiresInSeconds: body.refresh_token_expires_in }),
  }
}
