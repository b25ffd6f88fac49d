import { kindOfProvider, type OauthProvider, Problem } from '@fairlead/contract'
import { readOauthClient, type StoredClient } from '../links/oauth-clients.ts'
import {
  type AnsweredConnection,
  type ConnectionWarning,
  insertConnection,
  newState,
  saveConsent,
  takeAnswer,
} from '../links/oauth-connections.ts'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import { type ConnectionId, type MemberId, newId, type WorkspaceId } from '../platform/ids.ts'
import type { Secrets } from '../platform/secrets.ts'
import { newProofKey } from '../transports/rest/oauth.ts'
import { type AccountSettings, accountSettings } from './account-settings.ts'
import type { ConnectingClient, OauthDoor } from './oauth-door.ts'
import type { Channels } from './registry.ts'

/** What connecting stands on. */
export interface ConnectParts {
  readonly db: Db
  readonly secrets: Secrets
  readonly channels: Channels
  /** In the sandbox: the simulator's client, so that nobody has to set one up. */
  readonly simulatedClient: { readonly id: string; readonly secret: string } | null
}

export interface ConnectCaller {
  readonly workspaceId: WorkspaceId
  readonly memberId: MemberId
}

/** The door of a provider. Problem: link.kind-not-here. */
export function doorOf({ channels }: ConnectParts, provider: OauthProvider): OauthDoor<unknown> {
  const kind = kindOfProvider[provider]
  const door = channels.get(kind)?.oauth
  if (door === undefined) throw new Problem('link.kind-not-here', { kind })
  return door
}

/** The client to connect with, and whose accounts it may connect; null: none was set up. */
export async function clientFor(
  parts: ConnectParts,
  of: { readonly workspaceId: WorkspaceId; readonly provider: OauthProvider },
): Promise<(ConnectingClient & Pick<StoredClient, 'allowedDomains' | 'allowsSeveral'>) | null> {
  const stored = await asWeb(parts.db, of.workspaceId, tx => readOauthClient(tx, parts.secrets, of))
  if (parts.simulatedClient === null) return stored
  const { allowedDomains = [], allowsSeveral = false } = stored ?? {}
  return { ...parts.simulatedClient, tenant: null, allowedDomains, allowsSeveral }
}

export interface StartedConnection {
  readonly id: ConnectionId
  readonly authorizationUrl: string
  readonly state: string
}

/** Begins a connection: where its owner consents. Problems: oauth.client-missing, link.kind-not-here. */
export async function startConnection(
  parts: ConnectParts,
  caller: ConnectCaller,
  wanted: { readonly provider: OauthProvider; readonly redirectUri: string; readonly loginHint?: string },
): Promise<StartedConnection> {
  const { provider, redirectUri, loginHint } = wanted
  const door = doorOf(parts, provider)
  const client = await clientFor(parts, { ...caller, provider })
  if (client === null) throw new Problem('oauth.client-missing', { provider: door.providerName })
  const [id, state, proof] = [newId('connection'), newState(), newProofKey()]
  const isSimulated = parts.simulatedClient !== null
  await asWeb(parts.db, caller.workspaceId, tx =>
    insertConnection(tx, parts.secrets, {
      ...{ workspaceId: caller.workspaceId, memberId: caller.memberId, id, provider, state },
      ...{ verifier: proof.verifier, redirectUri, isSimulated },
    }),
  )
  const asked = { client, redirectUri, state, challenge: proof.challenge }
  const authorizationUrl = door.authorizationUrl(loginHint === undefined ? asked : { ...asked, loginHint })
  return { id, state, authorizationUrl }
}

/** What the provider leads back with (RFC 6749 §4.1.2). */
export interface ProviderAnswer {
  readonly state: string
  readonly code: string | null
  readonly error: string | null
}

/**
 * The provider led back: the code is redeemed and the consent waits for its confirmation. Nothing happens without the
 * state that this very member began with. Problems: oauth.stale, oauth.denied, oauth.refused, oauth.no-refresh,
 * oauth.missing-scope, oauth.wrong-domain, oauth.unreachable, oauth.client-missing.
 */
export async function finishConsent(
  parts: ConnectParts,
  caller: ConnectCaller,
  provider: OauthProvider,
  answer: ProviderAnswer,
  signal: AbortSignal,
): Promise<ConnectionId> {
  const { workspaceId, memberId } = caller
  const begun = await asWeb(parts.db, workspaceId, tx =>
    takeAnswer(tx, parts.secrets, { workspaceId, memberId, provider, state: answer.state }),
  )
  if (begun === null) throw new Problem('oauth.stale')
  if (answer.code === null) throw refusalOf(doorOf(parts, provider), answer.error)
  await redeem(parts, { caller, provider, begun, code: answer.code }, signal)
  return begun.id
}

function refusalOf({ providerName }: OauthDoor<unknown>, error: string | null): Problem {
  if (error === 'access_denied') return new Problem('oauth.denied')
  return new Problem('oauth.refused', { provider: providerName, reply: (error ?? 'no code').slice(0, 100) })
}

async function redeem(
  parts: ConnectParts,
  of: {
    readonly caller: ConnectCaller
    readonly provider: OauthProvider
    readonly begun: AnsweredConnection
    readonly code: string
  },
  signal: AbortSignal,
): Promise<void> {
  const { workspaceId } = of.caller
  const { verifier, redirectUri, id, isSimulated } = of.begun
  const door = doorOf(parts, of.provider)
  const client = await clientFor(parts, { workspaceId, provider: of.provider })
  if (client === null) throw new Problem('oauth.client-missing', { provider: door.providerName })
  const { id: clientId, secret, tenant } = client
  const answer = await door.connect(
    { client: { id: clientId, secret, tenant }, redirectUri, verifier, code: of.code },
    signal,
  )
  if (answer.is === 'refused') throw new Problem(answer.code, answer.params)
  const settings = accountSettings.parse(answer.settings)
  const problem = wrongDomain(settings.address, client.allowedDomains)
  if (problem !== null) {
    await giveBack(parts, of.provider, { settings: answer.settings, secret: answer.secret }, signal)
    throw problem
  }
  const consented = {
    settings: { ...settings, isSimulated },
    secret: answer.secret,
    grantEndsInSeconds: answer.grantEndsInSeconds,
    warnings: warningsOf(settings, answer),
  }
  await asWeb(parts.db, workspaceId, tx => saveConsent(tx, parts.secrets, { workspaceId, id, consented }))
}

function wrongDomain(address: string, allowed: readonly string[]): Problem | null {
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase()
  if (allowed.length === 0 || allowed.includes(domain)) return null
  return new Problem('oauth.wrong-domain', { address, domains: allowed.join(', ') })
}

function warningsOf(
  settings: AccountSettings,
  answer: {
    readonly grantEndsInSeconds: number | null
    readonly missing: readonly { scope: string; effect: string }[]
  },
): ConnectionWarning[] {
  return [
    ...(answer.grantEndsInSeconds === null ? [] : [{ code: 'testing-mode' as const, params: {} }]),
    ...answer.missing.map(({ scope, effect }) => ({
      code: 'missing-scope' as const,
      params: { scope, effect },
    })),
    ...(settings.isFree ? [{ code: 'free-address' as const, params: { address: settings.address } }] : []),
  ]
}

/** A grant that is not wanted any more; whether the provider takes it back cannot be helped here. */
export async function giveBack(
  { channels }: Pick<ConnectParts, 'channels'>,
  provider: OauthProvider,
  grant: { readonly settings: unknown; readonly secret: string },
  signal: AbortSignal,
): Promise<boolean> {
  const channel = channels.get(kindOfProvider[provider])
  return (await channel?.revoke?.(grant.settings, grant.secret, signal)) ?? false
}
