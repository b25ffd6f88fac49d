import type { OauthProvider, ProblemCode } from '@fairlead/contract'
import type { OauthClient } from '../transports/rest/oauth.ts'

/** The client of an admin: id and secret, and for Microsoft the directory. */
export interface ConnectingClient extends OauthClient {
  /** Entra ID: organizations, common, or one directory; null elsewhere. */
  readonly tenant: string | null
}

/** What is asked for at the provider's page. */
export interface Asked {
  readonly client: ConnectingClient
  /** Registered at the provider in exactly this form. */
  readonly redirectUri: string
  readonly state: string
  /** Of the proof key (RFC 7636). */
  readonly challenge: string
  /** The account that is probably meant; absent: its owner chooses. */
  readonly loginHint?: string
}

/** What came back from there. */
export interface Consent {
  readonly client: ConnectingClient
  readonly redirectUri: string
  readonly code: string
  readonly verifier: string
}

export type ConnectAnswer<S> =
  | {
      readonly is: 'connected'
      readonly settings: S
      /** To be sealed: JSON of a grant (oauth-grant.ts). */
      readonly secret: string
      /** The provider ends the grant by itself after this long; null: not that it said. */
      readonly grantEndsInSeconds: number | null
      /** Permissions that were asked for and not given, which are not indispensable. */
      readonly missing: readonly MissingScope[]
    }
  | { readonly is: 'refused'; readonly code: ProblemCode; readonly params: Readonly<Record<string, string>> }

export interface MissingScope {
  readonly scope: string
  /** What will not work, as the rest of a sentence: "mail cannot be sent." */
  readonly effect: string
}

export type ClientCheck =
  | { readonly is: 'known' }
  | { readonly is: 'refused'; readonly reply: string }
  | { readonly is: 'unreachable' }

/** How accounts of a kind are connected: authorisation code with a proof key (RFC 6749, RFC 7636). */
export interface OauthDoor<S> {
  readonly provider: OauthProvider
  /** What the provider calls itself. */
  readonly providerName: string
  /** Asked for at the provider's page. */
  readonly scopes: readonly string[]
  authorizationUrl(asked: Asked): string
  /** Opens the provider's page without a person, as the simulator allows it: where it leads; null: nowhere. */
  visit(authorizationUrl: string, signal: AbortSignal): Promise<string | null>
  /** Redeems the code, sees what was granted and whose account it is. A grant that cannot be used is given back. */
  connect(consent: Consent, signal: AbortSignal): Promise<ConnectAnswer<S>>
  /** Does the provider know this client? Asked with a code that is none, which only a known client is told. */
  checkClient(client: ConnectingClient, redirectUri: string, signal: AbortSignal): Promise<ClientCheck>
}
