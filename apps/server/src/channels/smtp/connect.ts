import { isIP } from 'node:net'
import { type SmtpLinkSecret, type SmtpLinkSettings, smtpLinkSecret } from '@fairlead/contract'
import type { AddressGuard } from '../../transports/address-guard.ts'
import type { DnsClient } from '../../transports/dns/client.ts'
import type { SmtpConnection, SmtpTimeouts } from '../../transports/smtp/connection.ts'
import type { ConnectionPool } from '../../transports/smtp/connection-pool.ts'
import { openSmtp, type SmtpOptions } from '../../transports/smtp/open.ts'
import { SmtpError } from '../../transports/smtp/reply.ts'
import type { SmtpLogin } from '../../transports/smtp/sign-in.ts'
import type { ChannelLink } from '../channel.ts'

/** What connecting to a person's own server needs beside the link. */
export interface SmtpConnecting {
  readonly dns: DnsClient
  readonly guard: AddressGuard
  readonly pool: ConnectionPool
  /** Our own name in EHLO, where the link names none. */
  readonly ehloName: string
  readonly timeouts?: Partial<SmtpTimeouts>
  /** Certificate authorities known beside Node's, as PEM. */
  readonly authorities?: readonly string[]
  /** The simulator's servers, at ports of their own, and who signed their certificates. */
  readonly sandbox?: () => SandboxServers
}

/** Where the sandbox takes mail from people; there the usual ports lead to these. */
export interface SandboxServers {
  readonly port: number
  readonly securePort: number
  readonly authority: string
}

export type SmtpLink = ChannelLink<SmtpLinkSettings>

/** Where a host name leads, after the guard: every address may be connected to. */
export type Found =
  | { readonly is: 'found'; readonly addresses: readonly string[] }
  | { readonly is: 'unknown' | 'no-address' }
  | { readonly is: 'no-answer'; readonly code: string }
  | { readonly is: 'guarded'; readonly refusal: string; readonly address: string }

/** The port that is really connected to. */
function portFor(port: number, { sandbox }: Pick<SmtpConnecting, 'sandbox'>): number {
  if (!sandbox) return port
  if (port === 465) return sandbox().securePort
  return [25, 587, 2525].includes(port) ? sandbox().port : port
}

/** Resolves a name once; what is connected to later is one of these addresses, whatever the name says by then. */
export async function findServer(
  place: { readonly host: string; readonly port: number },
  connecting: Pick<SmtpConnecting, 'dns' | 'guard' | 'sandbox'>,
): Promise<Found> {
  const { host } = place
  const { dns, guard } = connecting
  const port = portFor(place.port, connecting)
  const answer =
    isIP(host) === 0 ? await dns.resolveAddresses(host) : ({ is: 'found', records: [host] } as const)
  if (answer.is === 'no-name') return { is: 'unknown' }
  if (answer.is === 'no-records') return { is: 'no-address' }
  if (answer.is === 'temporary') return { is: 'no-answer', code: answer.code }
  const refusals = answer.records.map(address => guard.refusal(address, port))
  const addresses = answer.records.filter((_, at) => refusals[at] === null)
  if (addresses.length > 0) return { is: 'found', addresses }
  return { is: 'guarded', refusal: refusals[0] ?? '', address: answer.records[0] ?? '' }
}

/** Connections of one lane are alike: another host or user is another lane, a new password is not. */
export function laneOf({ id, settings }: SmtpLink): string {
  const { host, port, encryption, user } = settings
  return `smtp:${id}:${host}:${port}:${encryption}:${user}`
}

const mostAddresses = 4

/** Opens a new connection, signed in. Rejects with SmtpError. */
export async function openLink(
  link: SmtpLink,
  connecting: SmtpConnecting,
  signal: AbortSignal,
  onStage?: SmtpOptions['onStage'],
): Promise<SmtpConnection> {
  const { host, port } = link.settings
  const found = await findServer({ host, port }, connecting)
  if (found.is !== 'found') throw notFound(found, host)
  return link.settings.login === 'none'
    ? await openFirst(found.addresses, { link, connecting, ...(onStage ? { onStage } : {}) }, signal)
    : await link.withSecret(secret =>
        openFirst(
          found.addresses,
          { link, connecting, secret: readSecret(secret), ...(onStage ? { onStage } : {}) },
          signal,
        ),
      )
}

/** The secret as the link keeps it. Throws without a word of it. */
export function readSecret(text: string): SmtpLinkSecret {
  try {
    return smtpLinkSecret.parse(JSON.parse(text))
  } catch {
    throw new Error('The secret of this delivery channel cannot be read: type the password again')
  }
}

interface Opening {
  readonly link: SmtpLink
  readonly connecting: SmtpConnecting
  readonly secret?: SmtpLinkSecret
  readonly onStage?: SmtpOptions['onStage']
}

/** The first address that takes a connection; what goes wrong behind that is the server's word, not the address's. */
async function openFirst(
  addresses: readonly string[],
  opening: Opening,
  signal: AbortSignal,
): Promise<SmtpConnection> {
  const { host } = opening.link.settings
  const port = portFor(opening.link.settings.port, opening.connecting)
  let failure: unknown = new SmtpError({ trouble: 'unreachable', stage: 'connect' }, 'no address')
  for (const address of addresses.slice(0, mostAddresses)) {
    try {
      return await openSmtp({ host, port, address }, optionsFor(opening), signal)
    } catch (error) {
      failure = error
      const isUnreached =
        error instanceof SmtpError && (error.trouble === 'unreachable' || error.stage === 'connect')
      if (!isUnreached || signal.aborted) break
    }
  }
  throw failure
}

const encryptions = {
  tls: 'implicit',
  starttls: 'required',
  'starttls-if-offered': 'opportunistic',
  none: 'none',
} as const

function optionsFor({ link, connecting, secret, onStage }: Opening): SmtpOptions {
  const { settings } = link
  return {
    ehloName: settings.ownDomain ?? connecting.ehloName,
    tls: encryptions[settings.encryption],
    checksCertificate: true,
    ...(settings.certificateSha256 === undefined ? {} : { pinnedSha256: settings.certificateSha256 }),
    ...authoritiesOf(connecting),
    ...(connecting.timeouts ? { timeouts: connecting.timeouts } : {}),
    ...(secret ? { login: loginOf(settings, secret) } : {}),
    ...(onStage ? { onStage } : {}),
  }
}

function authoritiesOf({ authorities = [], sandbox }: SmtpConnecting): Pick<SmtpOptions, 'authorities'> {
  const known = [...authorities, ...(sandbox ? [sandbox().authority] : [])]
  return known.length > 0 ? { authorities: known } : {}
}

function loginOf({ login, user, encryption }: SmtpLinkSettings, { password }: SmtpLinkSecret): SmtpLogin {
  const method = login === 'auto' || login === 'none' ? {} : { method: login }
  return { user, password, allowsClearText: encryption === 'none', ...method }
}

function notFound(found: Exclude<Found, { is: 'found' }>, host: string): Error {
  if (found.is === 'no-answer')
    return new SmtpError({ trouble: 'unreachable', stage: 'connect', code: found.code }, `DNS: ${found.code}`)
  if (found.is === 'guarded') return new ServerNotFound(found.refusal)
  return new ServerNotFound(`There is no server named ${host}`)
}

/** No address may be connected to: a person has to look at the host name. */
export class ServerNotFound extends Error {
  override readonly name = 'ServerNotFound'
}
