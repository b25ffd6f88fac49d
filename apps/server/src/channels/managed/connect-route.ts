import type { Reason } from '@fairlead/bounce'
import type { AddressGuard } from '../../transports/address-guard.ts'
import type { TlsaRecord } from '../../transports/dane/tlsa.ts'
import { providerOf } from '../../transports/dns/client.ts'
import type { Lookup } from '../../transports/dns/lookup-cache.ts'
import { namesMx } from '../../transports/mta-sts/policy.ts'
import type { SmtpConnection } from '../../transports/smtp/connection.ts'
import type { ConnectionPool } from '../../transports/smtp/connection-pool.ts'
import { openSmtp, type SmtpOptions } from '../../transports/smtp/open.ts'
import { SmtpError } from '../../transports/smtp/reply.ts'
import type { SendOutcome } from '../channel.ts'
import { type AnswerSource, deferredBy, localReason, outcomeOfReply } from '../reply-outcomes.ts'
import { daneReason, dnsReason, type Route, smartHostLane } from './find-route.ts'

/** What connecting needs beside the route. */
export interface Connecting {
  readonly guard: AddressGuard
  readonly pool: ConnectionPool
  readonly smtp: Pick<SmtpOptions, 'ehloName' | 'timeouts' | 'authorities'>
  /** Addresses that did not answer lately, with the tick until which they are tried last. */
  readonly silent: Map<string, number>
}

export interface OpenedConnection {
  readonly connection: SmtpConnection
  /** It carried mail before: a cut at its first command says only that the server had tired of it. */
  readonly isReused: boolean
}

const mostAddresses = 20
const mostReused = 3
/** A lane must not be held for a quarter of an hour by addresses that swallow packets. */
const longestSearchMs = 120_000
const silentForMs = 60_000

/**
 * Yields connections for a route: first those that lie open, then new ones, host by host and address by address
 * (RFC 5321 §5.1). Whoever takes one ends the loop when the mail is settled. What went wrong on the way is
 * collected in `failures`.
 */
export async function* connectRoute(
  route: Route,
  connecting: Connecting,
  failures: SendOutcome[],
  signal: AbortSignal,
): AsyncGenerator<OpenedConnection> {
  const { pool } = connecting
  for (const host of hostsOf(route, failures)) {
    const tlsa = await tlsaOf(route, host)
    if (tlsa?.is === 'temporary') continue
    for (let again = 0; again < mostReused; again++) {
      const connection = pool.take(
        route.lane,
        // Another domain of the same provider may have been content with less.
        ({ facts }) =>
          facts.host === host &&
          facts.port === route.port &&
          (!isEnforced(route) || facts.isVerified === true || tlsa?.is === 'found') &&
          (tlsa?.is !== 'found' || facts.isByDane === true),
      )
      if (!connection) break
      yield { connection, isReused: true }
    }
  }
  const endTick = performance.now() + longestSearchMs
  for await (const place of placesOf(route, connecting, failures)) {
    if (signal.aborted || performance.now() > endTick) {
      const why = signal.aborted
        ? 'stopped by this side'
        : `no server was found within ${longestSearchMs / 1000} s`
      failures.push({ is: 'deferred', reason: { code: 'transport.network', reply: why } })
      return
    }
    const connection = await open(place, { route, connecting, failures }, signal)
    if (connection) yield { connection, isReused: false }
  }
}

/** Who speaks, as outcomes need it. */
export function sourceOf(route: Route, host: string): AnswerSource {
  const speaksForLane = route.lane === smartHostLane || providerOf(host) === route.lane
  return { host, isFinalHop: route.isFinalHop, speaksForLane }
}

/** Why no connection could be made: waiting wins, because one silent host may yet answer. */
export function outcomeOfFailures(route: Route, failures: readonly SendOutcome[]): SendOutcome {
  return (
    failures.findLast(outcome => outcome.is === 'link-broken') ??
    failures.findLast(outcome => outcome.is === 'deferred') ??
    failures.findLast(outcome => outcome.is === 'refused') ?? {
      is: 'refused',
      reason: {
        code: 'domain.unknown',
        params: { domain: route.hosts[0] ?? '' },
        reply: 'No mail host has an address',
      },
    }
  )
}

/** Undefined: DANE has no say on this route. */
async function tlsaOf({ dane }: Route, host: string): Promise<Lookup<TlsaRecord> | undefined> {
  return dane?.tlsaOf(host)
}

/** DNS vouches for the certificate, and a policy for its host names besides (RFC 8461 §2). */
function encryptionFor(route: Route, tlsa: Lookup<TlsaRecord> | undefined, host: string): Route['smtp'] {
  if (tlsa?.is !== 'found' || route.dane === undefined) return route.smtp
  return { tls: 'required', dane: { records: tlsa.records, names: [host, route.dane.domain] } }
}

const isEnforced = (route: Route): boolean => route.sts?.policy.mode === 'enforce'

/** Hosts that the policy of the recipient's domain allows; each of the others is a failure (RFC 8461 §4.1). */
function hostsOf(route: Route, failures: SendOutcome[]): readonly string[] {
  const { sts } = route
  if (sts === undefined || sts.policy.mode !== 'enforce') return route.hosts
  return route.hosts.filter(host => {
    if (namesMx(sts.policy, host)) return true
    failures.push({ is: 'deferred', reason: stsReason(route, host, `The policy does not name ${host}`) })
    return false
  })
}

function stsReason(route: Route, host: string, why: string): Reason {
  const params = { domain: route.sts?.domain ?? '', host }
  return { code: 'transport.mta-sts', params, reply: `MTA-STS: ${why}`.slice(0, 4_000) }
}

/** What a policy that is only being tested would have held up; null: nothing (RFC 8461 §5). */
export function testedFailure({ sts }: Route, { facts }: SmtpConnection): string | null {
  if (sts === undefined || sts.policy.mode !== 'testing') return null
  if (!namesMx(sts.policy, facts.host)) return `The policy of ${sts.domain} does not name ${facts.host}`
  if (facts.tls === undefined) return `${facts.host} did not encrypt`
  return facts.isVerified === true ? null : `The certificate of ${facts.host} is not valid for it`
}

interface Place {
  readonly host: string
  readonly address: string
}

/** Addresses that may be connected to: those that did not answer a minute ago come last. */
async function* placesOf(
  route: Route,
  connecting: Connecting,
  failures: SendOutcome[],
): AsyncGenerator<Place> {
  const late: Place[] = []
  let seen = 0
  for (const host of hostsOf(route, [])) {
    const answer = await route.addressesOf(host)
    if (answer.is === 'temporary') failures.push({ is: 'deferred', reason: dnsReason(host, answer.code) })
    if (answer.is !== 'found') continue
    for (const address of answer.records) {
      if (++seen > mostAddresses) break
      const refusal = refusalOf(route, connecting.guard, address)
      if (refusal) failures.push({ is: 'refused', reason: privateReason({ host, address }, refusal) })
      else if ((connecting.silent.get(address) ?? 0) > performance.now()) late.push({ host, address })
      else yield { host, address }
    }
  }
  yield* late
}

/** An admin chose the smart host, so it may be in our own network; the sandbox lets nobody out. */
function refusalOf(route: Route, guard: AddressGuard, address: string): string | null {
  if (route.lane === smartHostLane && !guard.isSandbox) return null
  return guard.refusal(address, route.port)
}

async function open(
  place: Place,
  at: { readonly route: Route; readonly connecting: Connecting; readonly failures: SendOutcome[] },
  signal: AbortSignal,
): Promise<SmtpConnection | null> {
  const { route, connecting, failures } = at
  const { host } = place
  const tlsa = await tlsaOf(route, host)
  if (tlsa?.is === 'temporary') {
    const domain = route.dane?.domain ?? host
    failures.push({ is: 'deferred', reason: daneReason({ domain, host }, `DNS: ${tlsa.code}`) })
    return null
  }
  const smtp = { ...connecting.smtp, ...encryptionFor(route, tlsa, host) }
  try {
    const connection = await openSmtp({ ...place, port: route.port }, smtp, signal)
    connecting.silent.delete(place.address)
    return connection
  } catch (error) {
    if (!(error instanceof SmtpError)) {
      failures.push({ is: 'deferred', reason: localReason(error) })
      return null
    }
    if (error.trouble === 'unreachable' || error.trouble === 'timeout')
      rememberSilent(connecting.silent, place.address)
    const isDanes = smtp.dane !== undefined && error.stage === 'encrypt' && error.trouble !== 'aborted'
    failures.push(
      isDanes
        ? { is: 'deferred', reason: daneReason({ domain: route.dane?.domain ?? host, host }, error.message) }
        : outcomeOfSetUp(error, route, host),
    )
    return null
  }
}

function outcomeOfSetUp(error: SmtpError, route: Route, host: string): SendOutcome {
  const source = sourceOf(route, host)
  if (isEnforced(route) && error.stage === 'encrypt' && error.trouble !== 'aborted')
    return { is: 'deferred', reason: stsReason(route, host, error.message) }
  if (route.isFinalHop) {
    if (error.reply?.code === undefined) return deferredBy(error, source)
    const outcome = outcomeOfReply(error.reply, source)
    // A greeting is about us, never about one mail.
    return source.speaksForLane ? laneWide(outcome) : outcome
  }
  const isRefused = (error.reply?.code ?? 0) >= 500
  const isOurs = ['no-login', 'certificate', 'tls'].includes(error.trouble) && error.reply === null
  if (!isRefused && !isOurs) return laneWide(deferredBy(error, source))
  return { is: 'link-broken', reason: linkReason(error, host) }
}

function laneWide(outcome: SendOutcome): SendOutcome {
  return outcome.is === 'deferred' ? { ...outcome, laneWide: true } : outcome
}

function linkReason(error: SmtpError, host: string): Reason {
  const reply = (error.reply?.text ?? error.message).slice(0, 4_000)
  const code =
    error.stage === 'sign-in'
      ? 'link.login'
      : error.trouble === 'certificate'
        ? 'link.certificate'
        : error.trouble === 'tls'
          ? 'link.tls'
          : 'link.gone'
  return { code, params: { host }, reply }
}

function privateReason(place: Place, refusal: string): Reason {
  return {
    code: 'transport.private-address',
    params: { host: place.host, address: place.address },
    reply: refusal,
  }
}

function rememberSilent(silent: Map<string, number>, address: string): void {
  silent.delete(address)
  silent.set(address, performance.now() + silentForMs)
  if (silent.size > 10_000) silent.delete(silent.keys().next().value ?? '')
}
