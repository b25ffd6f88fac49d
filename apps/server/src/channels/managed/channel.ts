import { z } from 'zod'
import { domainOf } from '../../mail/address.ts'
import type { DeliveryId } from '../../platform/ids.ts'
import type { AddressGuard } from '../../transports/address-guard.ts'
import type { Dane } from '../../transports/dane/find-tlsa.ts'
import type { DnsClient } from '../../transports/dns/client.ts'
import type { StsPolicies } from '../../transports/mta-sts/policies.ts'
import type { SmtpTimeouts } from '../../transports/smtp/connection.ts'
import { createConnectionPool, type PoolOptions } from '../../transports/smtp/connection-pool.ts'
import { deliver, type RecipientAnswer, type SmtpMail } from '../../transports/smtp/deliver.ts'
import type {
  ChannelTraits,
  DeliveryChannel,
  Handoff,
  HandoffDelivery,
  HandoffResult,
  SendOutcome,
} from '../channel.ts'
import { localReason, outcomeOf } from '../reply-outcomes.ts'
import { signedMail } from '../signed-mail.ts'
import { checkRoute } from './check-route.ts'
import {
  type Connecting,
  connectRoute,
  type OpenedConnection,
  outcomeOfFailures,
  sourceOf,
  testedFailure,
} from './connect-route.ts'
import { findMxRoute, type Route, type RouteAnswer, routeToSmartHost } from './find-route.ts'
import { readSmartHost } from './smart-host.ts'

export interface ManagedOptions {
  readonly dns: DnsClient
  readonly guard: AddressGuard
  /** Port of the recipients' servers; 25 in the real world. */
  readonly mxPort: number
  /** Our own name: its address should have it as reverse name, or receivers mistrust us. */
  readonly ehloName: string
  /** `smtp://user:password@host:port`: everything goes there instead of to the recipients' servers. */
  readonly smartHost?: string
  /** MTA-STS policies of recipients' domains; absent: nobody asks for them. */
  readonly policies?: StsPolicies
  /** What DNS says of recipients' servers' certificates; absent: nobody asks, because no resolver here is trusted. */
  readonly dane?: Dane
  /** Mail went although a policy in testing would have held it up. */
  readonly onTested?: (failure: { readonly domain: string; readonly why: string }) => void
  /** Authorities that are known beside Node's, as PEM. */
  readonly authorities?: readonly string[]
  readonly timeouts?: Partial<SmtpTimeouts>
  readonly pool?: PoolOptions
  /** Connections that one lane may have open over all processes; default 20, as Postfix has it, 50 to a smart host. */
  readonly connectionsPerLane?: number
  /** Whose mail servers `check` connects to, to see whether port 25 is open; default gmail.com. */
  readonly probeDomain?: string
}

const managedSettings = z.strictObject({})
export type ManagedSettings = z.output<typeof managedSettings>

/** 25 MB as encoded: what the large receivers take. */
const maxBytes = 25 * 1024 * 1024

/**
 * Fairlead's own servers: each recipient's mail goes to the recipient's own server, with a return path of its own.
 * Throws on a smart host that cannot be read.
 */
export function createManagedChannel(options: ManagedOptions): DeliveryChannel<ManagedSettings> {
  const smartRoute =
    options.smartHost === undefined ? null : routeToSmartHost(readSmartHost(options.smartHost))
  const pool = createConnectionPool(options.pool)
  const connecting: Connecting = {
    guard: options.guard,
    pool,
    smtp: {
      ehloName: options.ehloName,
      ...(options.timeouts ? { timeouts: options.timeouts } : {}),
      ...(options.authorities === undefined ? {} : { authorities: options.authorities }),
    },
    silent: new Map(),
  }
  const routeOf = async (to: HandoffDelivery['to']): Promise<RouteAnswer> =>
    smartRoute
      ? { route: smartRoute }
      : findMxRoute(to, {
          dns: options.dns,
          policies: options.policies,
          dane: options.dane,
          port: options.mxPort,
        })
  const traits = traitsOf(options)

  return {
    kind: 'managed',
    settings: managedSettings,
    traits: () => traits,
    async lane(to) {
      const found = await routeOf(to)
      return 'route' in found ? { lane: found.route.lane } : found
    },
    async send(handoff, _link, mark, signal) {
      const [first] = handoff.deliveries
      if (!first) return { outcomes: new Map() }
      const found = await routeOf(first.to)
      if ('outcome' in found) return sameForAll(handoff, found.outcome)
      return sendOnRoute(
        handoff,
        { route: found.route, connecting, mark, onTested: options.onTested },
        signal,
      )
    },
    async *check(_link, signal) {
      yield* checkRoute(smartRoute ?? options.probeDomain ?? 'gmail.com', { ...options, connecting }, signal)
    },
    async close() {
      pool.close()
    },
  }
}

function traitsOf(options: ManagedOptions): ChannelTraits {
  return {
    handsOver: 'per-recipient',
    fromAddress: 'identity',
    sentCopy: 'none',
    bounces: 'return-path',
    replies: 'identity-mailbox',
    returnPath: 'ours',
    signsDkim: true,
    isOurs: true,
    ...(options.smartHost === undefined ? {} : { isRelay: true }),
    maxBytes,
    connectionsPerLane: options.connectionsPerLane ?? (options.smartHost === undefined ? 20 : 50),
  }
}

interface Sending {
  readonly route: Route
  readonly connecting: Connecting
  readonly mark: () => Promise<void>
  readonly onTested: ManagedOptions['onTested']
}

async function sendOnRoute(handoff: Handoff, sending: Sending, signal: AbortSignal): Promise<HandoffResult> {
  const { route, connecting } = sending
  const carried = carriedTogether(handoff, route)
  let isMarked = false
  const mark = () => {
    isMarked = true
    return sending.mark()
  }
  let mail: SmtpMail
  try {
    mail = await signedMail(handoff, carried, mark, signal)
  } catch (error) {
    return sameForAll(handoff, { is: 'deferred', reason: localReason(error) })
  }
  const failures: SendOutcome[] = []
  for await (const opened of connectRoute(route, connecting, failures, signal)) {
    const answers = await deliver(opened.connection, mail)
    connecting.pool.give(route.lane, opened.connection)
    const source = sourceOf(route, opened.connection.facts.host)
    const tested = testedFailure(route, opened.connection)
    if (tested !== null) sending.onTested?.({ domain: route.sts?.domain ?? '', why: tested })
    if (!isMarked && mayTryNext(answers, opened)) {
      failures.push(...answers.slice(0, 1).map(answer => outcomeOf(answer, source)))
      continue
    }
    return resultOf(
      handoff,
      carried,
      opened,
      answers.map(answer => outcomeOf(answer, source)),
    )
  }
  return sameForAll(handoff, outcomeOfFailures(route, failures))
}

/** One transaction carries one domain's recipients; `handsOver` promises a single one anyway. */
function carriedTogether(handoff: Handoff, route: Route): readonly HandoffDelivery[] {
  const [first] = handoff.deliveries
  if (!first || !route.isFinalHop) return handoff.deliveries
  return handoff.deliveries.filter(delivery => domainOf(delivery.to) === domainOf(first.to))
}

/**
 * Before the mark, a server that hangs up is passed by, and so is one that had tired of an open connection; an
 * answer to the mail itself is an answer.
 */
function mayTryNext(answers: readonly RecipientAnswer[], opened: OpenedConnection): boolean {
  return answers.every(answer => {
    if (answer.is === 'cut') return answer.error.trouble !== 'aborted' && answer.error.stage !== 'body'
    return opened.isReused && answer.is === 'rejected' && answer.stage === 'mail' && answer.reply.code === 421
  })
}

function resultOf(
  handoff: Handoff,
  carried: readonly HandoffDelivery[],
  opened: OpenedConnection,
  outcomes: readonly SendOutcome[],
): HandoffResult {
  const { host, address, tls } = opened.connection.facts
  const addresses = [...new Set(carried.map(delivery => delivery.to))]
  const left: SendOutcome = {
    is: 'deferred',
    reason: { code: 'local.error', reply: 'Another domain than the first' },
  }
  const byDelivery = handoff.deliveries.map((delivery): [DeliveryId, SendOutcome] => [
    delivery.id,
    outcomes[addresses.indexOf(delivery.to)] ?? left,
  ])
  const taken = outcomes.find(outcome => outcome.is === 'accepted')
  const queueId = /\bqueued as ([A-Za-z0-9]{4,40})/i.exec(taken?.reply ?? '')?.[1]
  return {
    outcomes: new Map(byDelivery),
    wire: { host, address, ...(tls === undefined ? {} : { tls }) },
    ...(taken ? { receipt: { messageId: handoff.message.messageId, ...(queueId ? { queueId } : {}) } } : {}),
  }
}

function sameForAll(handoff: Handoff, outcome: SendOutcome): HandoffResult {
  return { outcomes: new Map(handoff.deliveries.map(({ id }) => [id, outcome])) }
}
