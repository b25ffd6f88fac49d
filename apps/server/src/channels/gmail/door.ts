import type { RestClient } from '../../transports/rest/client.ts'
import { askTokens, authorizationUrl, type Tokens } from '../../transports/rest/oauth.ts'
import type { AccountAddress, AccountSettings } from '../account-settings.ts'
import type { ConnectAnswer, MissingScope, OauthDoor } from '../oauth-door.ts'
import { redeemCode, writeGrant } from '../oauth-grant.ts'
import { visitAlone } from '../visit-alone.ts'
import { type GmailApi, type GmailSendAs, type GooglePlaces, gmailApi } from './gmail-api.ts'

const scope = (name: string): string => `https://www.googleapis.com/auth/gmail.${name}`
/** Restricted scopes both: https://developers.google.com/workspace/gmail/api/auth/scopes */
const needed: readonly MissingScope[] = [
  { scope: scope('compose'), effect: 'no mail can be sent.' },
  { scope: scope('readonly'), effect: 'replies, bounces and the fate of a lost hand-over cannot be seen.' },
]
const freeDomains = /@(?:gmail|googlemail)\.com$/i

const name = 'Google'
const refused = (reply: string): ConnectAnswer<never> => ({
  ...{ is: 'refused', code: 'oauth.refused', params: { provider: name, reply } },
})
const unreachable: ConnectAnswer<never> = {
  ...{ is: 'refused', code: 'oauth.unreachable', params: { provider: name } },
}

/** Google's consent: https://developers.google.com/identity/protocols/oauth2/web-server */
export function gmailDoor(rest: RestClient, places: GooglePlaces): OauthDoor<AccountSettings> {
  return {
    provider: 'google',
    providerName: name,
    scopes: needed.map(one => one.scope),
    authorizationUrl: ({ client, redirectUri, state, challenge, loginHint }) =>
      authorizationUrl(places.oauth, {
        ...{ clientId: client.id, redirectUri, state, challenge, scopes: needed.map(one => one.scope) },
        // Without the question Google gives no refresh token to whoever consented before.
        more: {
          access_type: 'offline',
          prompt: 'consent select_account',
          ...(loginHint ? { login_hint: loginHint } : {}),
        },
      }),
    visit: (url, signal) => visitAlone(rest, url, signal),
    async connect(consent, signal) {
      const answer = await redeemCode(rest, places.oauth, consent, signal)
      if (answer.is === 'unavailable') return unreachable
      if (answer.is === 'refused') return refused(answer.description)
      const { tokens } = answer
      const missing = needed.find(one => !tokens.scopes.includes(one.scope))
      if (missing) {
        await revokeGrant(rest, places, tokens.accessToken, signal)
        return {
          is: 'refused',
          code: 'oauth.missing-scope',
          params: { scope: missing.scope, effect: missing.effect },
        }
      }
      const { refreshToken } = tokens
      if (refreshToken === undefined)
        return { is: 'refused', code: 'oauth.no-refresh', params: { provider: name } }
      const settings = await accountOf(gmailApi(rest, places, tokens.accessToken, signal))
      if (settings === null) return unreachable
      const secret = writeGrant({ client: consent.client, refresh: refreshToken, access: tokens.accessToken })
      return { is: 'connected', settings, secret, grantEndsInSeconds: endOf(tokens), missing: [] }
    },
    async checkClient(client, redirectUri, signal) {
      const form = {
        grant_type: 'authorization_code',
        code: 'none',
        redirect_uri: redirectUri,
        client_id: client.id,
        client_secret: client.secret,
      }
      const answer = await askTokens(rest, places.oauth, form, signal)
      if (answer.is === 'unavailable') return { is: 'unreachable' }
      const isKnown = answer.is === 'tokens' || answer.error === 'invalid_grant'
      return isKnown ? { is: 'known' } : { is: 'refused', reply: answer.description }
    },
  }
}

/** Clients in Testing mode: the grant ends after 7 days (https://developers.google.com/identity/protocols/oauth2#expiration). */
const endOf = ({ refreshExpiresInSeconds }: Tokens): number | null => refreshExpiresInSeconds ?? null

async function accountOf(api: GmailApi): Promise<AccountSettings | null> {
  const [profile, listed] = [await api.profile(), await api.sendAs()]
  if (profile.is === 'trouble' || listed.is === 'trouble') return null
  const address = profile.value.emailAddress
  const addresses = addressesIn(listed.value)
  const own = addresses.find(one => one.kind === 'account')
  return {
    ...{ address, name: own?.name ?? '', addresses, isFree: freeDomains.test(address) },
    ...{ isSimulated: false, grantEndsAt: null },
  }
}

/** Send-as aliases: https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.settings.sendAs */
export function addressesIn({ sendAs }: GmailSendAs): AccountAddress[] {
  return sendAs.map(one => ({
    ...{ address: one.sendAsEmail, name: one.displayName },
    kind: one.isPrimary ? 'account' : 'alias',
    isConfirmed: one.isPrimary || one.verificationStatus === 'accepted',
  }))
}

/** Gives a grant back (RFC 7009); false: Google did not confirm it. */
export async function revokeGrant(
  rest: RestClient,
  places: GooglePlaces,
  token: string,
  signal: AbortSignal,
): Promise<boolean> {
  if (places.oauth.revoke === null) return false
  try {
    const answer = await rest.call({
      ...{
        method: 'POST',
        url: places.oauth.revoke,
        signal,
        body: new URLSearchParams({ token }).toString(),
      },
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    // 400: it was no grant any more.
    return answer.status === 200 || answer.status === 400
  } catch {
    return false
  }
}
