import { parseAddress } from '../../mail/address.ts'
import type { AddressGuard } from '../../transports/address-guard.ts'
import type { DnsClient } from '../../transports/dns/client.ts'
import type { CheckStage, SendOutcome } from '../channel.ts'
import { type Connecting, connectRoute, outcomeOfFailures } from './connect-route.ts'
import { findMxRoute, type Route } from './find-route.ts'

interface Checking {
  readonly dns: DnsClient
  readonly guard: AddressGuard
  readonly mxPort: number
  readonly connecting: Connecting
}

/**
 * Tests the way out without a mail: is the server found, does it answer at its port, does it greet us. Many hosting
 * companies close port 25; then `connect` fails here and not with the first email.
 */
export async function* checkRoute(
  target: Route | string,
  checking: Checking,
  signal: AbortSignal,
): AsyncGenerator<CheckStage> {
  yield { stage: 'find', state: 'running' }
  const found = typeof target === 'string' ? await probeRoute(target, checking) : { route: target }
  if ('outcome' in found) {
    yield failed('find', found.outcome)
    return
  }
  yield { stage: 'find', state: 'passed' }
  yield { stage: 'connect', state: 'running' }
  const failures: SendOutcome[] = []
  for await (const { connection } of connectRoute(found.route, checking.connecting, failures, signal)) {
    connection.quit()
    yield { stage: 'connect', state: 'passed' }
    yield { stage: 'encrypt', state: connection.facts.tls ? 'passed' : 'skipped' }
    yield { stage: 'hello', state: 'passed' }
    if (found.route.smtp.login) yield { stage: 'sign-in', state: 'passed' }
    return
  }
  const outcome = outcomeOfFailures(found.route, failures)
  const isLogin = 'reason' in outcome && outcome.reason.code === 'link.login'
  yield failed(isLogin ? 'sign-in' : 'connect', outcome)
}

async function probeRoute(domain: string, { dns, mxPort }: Checking) {
  const probe = parseAddress(`postmaster@${domain}`)
  if (!probe) throw new Error(`Not a domain to probe: ${domain}`)
  return findMxRoute(probe, { dns, port: mxPort })
}

function failed(stage: CheckStage['stage'], outcome: SendOutcome): CheckStage {
  return { stage, state: 'failed', ...('reason' in outcome ? { reason: outcome.reason } : {}) }
}
