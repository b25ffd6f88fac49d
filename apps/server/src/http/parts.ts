import type { Channels } from '../channels/registry.ts'
import type { AcceptParts } from '../compose/accept-email.ts'
import type { LiveFeed } from '../conversations/live-feed.ts'
import type { SandboxInternet } from '../conversations/sandbox-internet.ts'
import type { AllowlistParts } from '../domains/allowlist.ts'
import type { LookUpParts } from '../domains/look-up-records.ts'
import type { PolicyReader } from '../domains/policy-reader.ts'
import type { Address } from '../mail/message.ts'
import type { RoundTripParts } from '../outbox/send-round-trip.ts'
import type { Db } from '../platform/database/connect.ts'
import type { Log } from '../platform/log.ts'
import type { Metrics } from '../platform/metrics.ts'
import type { Secrets } from '../platform/secrets.ts'
import type { Auth } from '../team/auth.ts'
import type { Caller } from '../team/caller.ts'
import type { KeyRing } from '../team/key-ring.ts'
import type { Visit } from '../team/session-desk.ts'

/** What the API stands on; main.ts gives it. */
export interface HttpParts {
  readonly db: Db
  readonly keyRing: KeyRing
  readonly auth: Auth
  /** The ways out that this installation has. */
  readonly channels: Channels
  /** Which DMARC policy holds for a From domain. */
  readonly policies: PolicyReader
  /** What sending domains need: who looks into DNS, and our own hosts. */
  readonly domains: LookUpParts & AllowlistParts
  /** Where people reach this installation; null: where it listens. */
  readonly publicUrl: string | null
  /** How an email is accepted and released; `onDue` is called after every commit that made something due. */
  readonly accept: AcceptParts
  /** New facts for those who watch; its close() ends their streams. */
  readonly live: LiveFeed
  /** What the simulated internet received; null outside of the sandbox. */
  readonly sandbox: SandboxInternet | null
  readonly log: Log
  readonly metrics: Metrics
  /** Seals what links keep. */
  readonly secrets: Secrets
  /** The simulator's OAuth client, so that accounts are connected without setting one up; null outside of the sandbox. */
  readonly simulatedClient: { readonly id: string; readonly secret: string } | null
  /** Can mail from outside reach the inbound listener, as far as the settings tell? */
  readonly receivesMail: boolean
  /** How Fairlead sends itself a message, to see how it arrives. */
  readonly roundTrips: RoundTripParts
  /** A return path of ours that nobody waits for: does a server take it as MAIL FROM? */
  probeReturnPath(): Address
  readonly mode: 'sandbox' | 'live'
  readonly http: { readonly host: string; readonly port: number; readonly trustedProxies: readonly string[] }
  /** Shown in the OpenAPI document. */
  readonly version: string
  /** Of the worker in this process; absent where none runs here. */
  readonly isWorkerAlive?: () => boolean
  /** Where the built web app is; absent: the API alone. */
  readonly webFolder?: string
  /** Requests per minute. */
  readonly rates?: Partial<Rates>
}

export interface Rates {
  readonly perKey: number
  /** Requests of one address that show no valid key. */
  readonly perAddress: number
}

/** What a handler knows of its request. */
export interface RequestContext {
  /** Null only below publicApi. */
  readonly caller: Caller | null
  readonly requestId: string
  readonly visit: Omit<Visit, 'workspaceId'>
  /** Begins links in mail; no slash at the end. */
  readonly publicUrl: string
  /** A header of the answer, whatever the answer is. */
  setHeader(name: string, value: string): void
  /** Set-Cookie lines of the answer. */
  setCookies(lines: readonly string[]): void
}
