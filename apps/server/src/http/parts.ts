import type { AcceptParts } from '../compose/accept-email.ts'
import type { Db } from '../platform/database/connect.ts'
import type { Log } from '../platform/log.ts'
import type { Metrics } from '../platform/metrics.ts'
import type { Caller, KeyRing } from '../team/key-ring.ts'

/** What the API stands on; main.ts gives it. */
export interface HttpParts {
  readonly db: Db
  readonly keyRing: KeyRing
  /** How an email is accepted and released; `onDue` is called after every commit that made something due. */
  readonly accept: AcceptParts
  readonly log: Log
  readonly metrics: Metrics
  readonly mode: 'sandbox' | 'live'
  readonly http: { readonly host: string; readonly port: number; readonly trustedProxies: readonly string[] }
  /** Shown in the OpenAPI document. */
  readonly version: string
  /** Of the worker in this process; absent where none runs here. */
  readonly isWorkerAlive?: () => boolean
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
  readonly caller: Caller
  readonly requestId: string
}
