import type { Reason } from '@fairlead/bounce'
import { z } from 'zod'
import type { RestClient } from '../transports/rest/client.ts'
import { askTokens, type OauthPlaces, type TokenAnswer } from '../transports/rest/oauth.ts'
import type { ConnectingClient, Consent } from './oauth-door.ts'

/** The secret of a link to an account. It holds the client, because a refresh token is bound to it (RFC 6749 §6). */
const grant = z.strictObject({
  client: z.strictObject({ id: z.string(), secret: z.string(), tenant: z.string().nullable() }),
  refresh: z.string(),
  access: z.string(),
})
export type Grant = z.output<typeof grant>

/** Throws on what writeGrant did not write. */
export function readGrant(secret: string): Grant {
  return grant.parse(JSON.parse(secret))
}

export function writeGrant(value: Grant): string {
  return JSON.stringify(value)
}

const clientForm = ({ id, secret }: ConnectingClient) => ({ client_id: id, client_secret: secret })

/** A code for tokens (RFC 6749 §4.1.3). */
export function redeemCode(
  rest: RestClient,
  places: OauthPlaces,
  { client, code, redirectUri, verifier }: Consent,
  signal: AbortSignal,
): Promise<TokenAnswer> {
  const form = {
    ...{ grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier },
    ...clientForm(client),
  }
  return askTokens(rest, places, form, signal)
}

/** What renewing a secret ends with: `broken` is for a person to mend, `later` passes by itself. */
export type RenewedSecret =
  | { readonly secret: string }
  | { readonly broken: Reason }
  | { readonly later: Reason }

/** Another access token, and the other refresh token where the provider gives one: the old one ends then. */
export async function renewGrant(
  rest: RestClient,
  places: OauthPlaces,
  secret: string,
  signal: AbortSignal,
): Promise<RenewedSecret> {
  const present = readGrant(secret)
  const form = { grant_type: 'refresh_token', refresh_token: present.refresh, ...clientForm(present.client) }
  const answer = await askTokens(rest, places, form, signal)
  if (answer.is === 'unavailable') return { later: { code: 'transport.network', reply: answer.message } }
  if (answer.is === 'refused') return { broken: endedBecause(answer) }
  const { accessToken, refreshToken } = answer.tokens
  return { secret: writeGrant({ ...present, access: accessToken, refresh: refreshToken ?? present.refresh }) }
}

/**
 * Revoked, ended, or blocked by a rule of the organisation: told apart by `cause`, because different people mend them.
 * Google: https://developers.google.com/identity/protocols/oauth2/web-server#authorization-errors-admin-policy-enforced;
 * Entra ID: https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
function endedBecause(refusal: TokenAnswer & { is: 'refused' }): Reason {
  const { error, description, subtype } = refusal
  const said = `${error} ${subtype} ${description}`
  const cause =
    /admin_policy_enforced|invalid_rapt|AADSTS(?:5300\d|65001|90094|50105|50158|50076|50079)\b/.test(said)
      ? 'policy'
      : /invalid_client|unauthorized_client|AADSTS(?:7000215|7000222|700016)\b/.test(said)
        ? 'client'
        : /AADSTS(?:700082|70043|700084|50173|50132|50133)\b/.test(said)
          ? 'expired'
          : 'revoked'
  return {
    code: cause === 'client' ? 'link.gone' : 'link.login',
    params: { cause },
    reply: `${error}: ${description}`,
  }
}
