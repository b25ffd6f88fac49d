import type { SandboxInternet } from '../conversations/sandbox-internet.ts'
import type { PlatformHosts } from '../domains/platform-hosts.ts'
import type { PlatformKey } from '../domains/platform-key.ts'
import { createSenderDirectory, type SenderDirectory } from '../domains/sender-directory.ts'
import type { ReturnPathKey } from '../mail/return-path.ts'
import { DueHints } from '../platform/database/due-hints.ts'
import type { Metrics } from '../platform/metrics.ts'
import type { MailParts } from './mail-parts.ts'
import type { Core } from './open-core.ts'
import type { Stops } from './stops.ts'

/** What every role is made from. */
export interface RoleParts {
  readonly core: Core
  readonly hosts: PlatformHosts
  readonly mail: MailParts
  readonly platformKey: PlatformKey
  /** Null outside of the sandbox. */
  readonly sandbox: SandboxInternet | null
  readonly metrics: Metrics
  readonly stops: Stops
}

// Together with the database's own end this stays below the 25 seconds that a stop may take.
export const graceMs = { http: 3_000, worker: 10_000, jobs: 4_000 }

/** Says to all processes that something was recorded. */
export function liveHints({ db, log }: Core): DueHints {
  return new DueHints(db, error => log.warn({ err: error }, 'A hint about news was lost'), 'live')
}

/** Senders on the internet find port 25 alone; in the sandbox the simulator knows ours. */
export function receivesMail({ mode, inbound }: Core['config']): boolean {
  return mode === 'sandbox' || inbound.port === 25
}

/** Who signs, and where mail comes back to. */
export function senderDirectory({ core, hosts, platformKey }: RoleParts): SenderDirectory {
  const { db, secrets } = core
  const platform = { keys: [platformKey.key], returnPathHost: hosts.returnPathHost }
  return createSenderDirectory({ db, secrets, platform })
}

/** The key that signs new return paths. */
export function returnPathKeyOf({ secrets }: Core): ReturnPathKey {
  const [key] = secrets.macKeys('return-path')
  if (key === undefined) throw new Error('There is no key for return paths')
  return key
}
