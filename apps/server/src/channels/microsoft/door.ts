import type { RestClient } from '../../transports/rest/client.ts'
import { askTokens, authorizationUrl, type OauthPlaces } from '../../transports/rest/oauth.ts'
import type { AccountAddress, AccountSettings } from '../account-settings.ts'
import type { ConnectAnswer, ConnectingClient, MissingScope, OauthDoor } from '../oauth-door.ts'
import { redeemCode, writeGrant } from '../oauth-grant.ts'
import { visitAlone } from '../visit-alone.ts'
import { type GraphMe, graphApi, type MicrosoftPlaces } from './graph-api.ts'

/** https://learn.microsoft.com/graph/permissions-reference */
const needed: readonly MissingScope[] = [
  { scope: 'Mail.ReadWrite', effect: 'no draft can be made, and replies and bounces cannot be seen.' },
  { scope: 'Mail.Send', effect: 'no mail can be sent.' },
  { scope: 'User.Read', effect: 'nobody can say whose account it is.' },
]
const wished: readonly MissingScope[] = [
  { scope: 'Mail.Send.Shared', effect: 'mail cannot be sent as a shared mailbox.' },
]
const scopes = ['offline_access', ...[...needed, ...wished].map(one => one.scope)]

const name = 'Microsoft'
const unreachable: ConnectAnswer<never> = {
  ...{ is: 'refused', code: 'oauth.unreachable', params: { provider: name } },
}

/** Entra ID's endpoints of a directory: https://learn.microsoft.com/entra/identity-platform/v2-protocols */
export function entraPlaces({ login }: MicrosoftPlaces, tenant: string | null): OauthPlaces {
  const base = `${login}/${tenant ?? 'organizations'}/oauth2/v2.0`
  return { authorize: `${base}/authorize`, token: `${base}/token`, revoke: null }
}

/** https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow */
export function microsoftDoor(rest: RestClient, places: MicrosoftPlaces): OauthDoor<AccountSettings> {
  const placesOf = ({ tenant }: ConnectingClient): OauthPlaces => entraPlaces(places, tenant)
  return {
    provider: 'microsoft',
    providerName: name,
    scopes,
    authorizationUrl: ({ client, redirectUri, state, challenge, loginHint }) =>
      authorizationUrl(placesOf(client), {
        ...{ clientId: client.id, redirectUri, state, challenge, scopes },
        more: {
          response_mode: 'query',
          prompt: 'select_account',
          ...(loginHint ? { login_hint: loginHint } : {}),
        },
      }),
    visit: (url, signal) => visitAlone(rest, url, signal),
    async connect(consent, signal) {
      const answer = await redeemCode(rest, placesOf(consent.client), consent, signal)
      if (answer.is === 'unavailable') return unreachable
      if (answer.is === 'refused') {
        return { is: 'refused', code: 'oauth.refused', params: { provider: name, reply: answer.description } }
      }
      const { accessToken: access, refreshToken: refresh, scopes: granted } = answer.tokens
      const has = (wanted: MissingScope) =>
        granted.some(scope => scope.split('/').at(-1)?.toLowerCase() === wanted.scope.toLowerCase())
      const missing = needed.find(one => !has(one))
      if (missing) return { is: 'refused', code: 'oauth.missing-scope', params: { ...missing } }
      if (refresh === undefined)
        return { is: 'refused', code: 'oauth.no-refresh', params: { provider: name } }
      const me = await graphApi(rest, places, access, signal).me()
      if (me.is === 'trouble') return unreachable
      const secret = writeGrant({ client: consent.client, refresh, access })
      return {
        is: 'connected',
        settings: accountOf(me.value),
        secret,
        grantEndsInSeconds: null,
        missing: wished.filter(one => !has(one)),
      }
    },
    async checkClient(client, redirectUri, signal) {
      const form = {
        grant_type: 'authorization_code',
        code: 'none',
        redirect_uri: redirectUri,
        client_id: client.id,
        client_secret: client.secret,
        scope: scopes.join(' '),
      }
      const answer = await askTokens(rest, placesOf(client), form, signal)
      if (answer.is === 'unavailable') return { is: 'unreachable' }
      // The secret is checked before the code is.
      const isKnown =
        answer.is === 'tokens' ||
        (answer.error === 'invalid_grant' && !/AADSTS(?:700016|90002)\b/.test(answer.description))
      return isKnown ? { is: 'known' } : { is: 'refused', reply: answer.description }
    },
  }
}

const freeDomains = /@(?:outlook|hotmail|live|msn)\.[a-z.]+$/i

function accountOf(me: GraphMe): AccountSettings {
  const address = me.mail ?? me.userPrincipalName
  return {
    ...{ address, name: me.displayName ?? '', addresses: addressesIn(me), isFree: freeDomains.test(address) },
    ...{ isSimulated: false, grantEndsAt: null },
  }
}

/** `SMTP:` is the main address, `smtp:` another (https://learn.microsoft.com/graph/api/resources/user#properties). */
export function addressesIn(me: GraphMe): AccountAddress[] {
  const own = me.mail ?? me.userPrincipalName
  const others = (me.proxyAddresses ?? [])
    .filter(proxy => /^smtp:/i.test(proxy))
    .map(proxy => proxy.slice('smtp:'.length))
    .filter(address => address.toLowerCase() !== own.toLowerCase())
  const display = me.displayName ?? ''
  return [
    { address: own, name: display, kind: 'account', isConfirmed: true },
    ...others.map(address => ({ address, name: display, kind: 'proxy' as const, isConfirmed: true })),
  ]
}
