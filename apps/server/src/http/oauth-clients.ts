import {
  kindOfProvider,
  type OauthClient,
  type OauthProvider,
  oauthClientWarnings,
  Problem,
} from '@fairlead/contract'
import { doorOf } from '../channels/connect-account.ts'
import { readOauthClient, type StoredClient, saveOauthClient } from '../links/oauth-clients.ts'
import { checkDomain } from '../mail/address.ts'
import { asWeb } from '../platform/database/as-role.ts'
import type { Caller } from '../team/caller.ts'
import { api } from './api.ts'
import type { HttpParts } from './parts.ts'

/** Where a provider leads back to; registered there in exactly this form. */
export const redirectUriOf = (publicUrl: string, provider: OauthProvider): string =>
  `${publicUrl}/oauth/callback/${provider}`

const checkMs = 20_000

export function oauthClientRoutes(parts: HttpParts) {
  const read = (caller: Caller, provider: OauthProvider) =>
    asWeb(parts.db, caller.workspaceId, tx => readOauthClient(tx, parts.secrets, { ...caller, provider }))
  return {
    get: api.oauthClients.get.handler(async ({ input: { provider }, context: { caller, publicUrl } }) =>
      show(parts, { provider, publicUrl, stored: await read(caller, provider) }),
    ),
    put: api.oauthClients.put.handler(async ({ input, context: { caller, publicUrl } }) => {
      const { provider, clientId: id, secret: given, tenant = null, allowsSeveral } = input
      const stored = await read(caller, provider)
      const kept = stored?.id === id ? stored.secret : undefined
      const secret = given ?? kept
      const { providerName } = doorOf(parts, provider)
      if (secret === undefined) throw new Problem('oauth.client-incomplete', { provider: providerName })
      const allowedDomains = input.allowedDomains.map(requireDomain)
      await requireKnown(parts, { provider, client: { id, secret, tenant }, publicUrl })
      const { workspaceId, memberId } = caller
      const wanted = { workspaceId, memberId, provider, id, secret, tenant, allowedDomains, allowsSeveral }
      await asWeb(parts.db, workspaceId, tx => saveOauthClient(tx, parts.secrets, wanted))
      return show(parts, { provider, publicUrl, stored: await read(caller, provider) })
    }),
  }
}

function requireDomain(text: string): string {
  const checked = checkDomain(text)
  if ('problem' in checked)
    throw new Problem('request.invalid', { field: 'allowedDomains', rule: `${text} is no domain` })
  return checked.domain
}

/** Problems: oauth.client-refused, oauth.unreachable. */
async function requireKnown(
  parts: HttpParts,
  asked: {
    provider: OauthProvider
    client: { id: string; secret: string; tenant: string | null }
    publicUrl: string
  },
): Promise<void> {
  const door = doorOf(parts, asked.provider)
  const redirectUri = redirectUriOf(asked.publicUrl, asked.provider)
  const check = await door.checkClient(asked.client, redirectUri, AbortSignal.timeout(checkMs))
  const provider = door.providerName
  if (check.is === 'unreachable') throw new Problem('oauth.unreachable', { provider })
  if (check.is === 'refused') throw new Problem('oauth.client-refused', { provider, reply: check.reply })
}

function show(
  parts: HttpParts,
  {
    provider,
    publicUrl,
    stored,
  }: { provider: OauthProvider; publicUrl: string; stored: StoredClient | null },
): OauthClient {
  const warning = provider === 'google' ? [{ ...oauthClientWarnings.google, params: {} }] : []
  return {
    ...{ provider, kind: kindOfProvider[provider] },
    state: parts.simulatedClient ? 'simulated' : stored ? 'ready' : 'missing',
    ...{ clientId: stored?.id ?? null, hasSecret: stored !== null, tenant: stored?.tenant ?? null },
    ...{ allowedDomains: [...(stored?.allowedDomains ?? [])], allowsSeveral: stored?.allowsSeveral ?? false },
    redirectUri: redirectUriOf(publicUrl, provider),
    scopes: [...doorOf(parts, provider).scopes],
    warnings: warning,
    changedAt: stored?.changedAt.toISOString() ?? null,
  }
}
