import type { Reason } from '@fairlead/bounce'
import type { SmtpMailbox } from '@fairlead/contract'
import type { ImapFlow } from 'imapflow'
import { SecretUnavailableError } from '../../links/secret-unavailable.ts'
import { ImapCertificateError } from '../../transports/imap/imap-certificate-error.ts'
import {
  type ImapOptions,
  type ImapTarget,
  openImap,
  readImapCertificate,
} from '../../transports/imap/open-imap.ts'
import type { CertificateFacts } from '../../transports/smtp/certificate.ts'
import { findServer, readSecret, ServerNotFound, type SmtpConnecting, type SmtpLink } from './connect.ts'

/** Opens the link's mailbox for one piece of work and leaves it. Rejects as `work` or the connection does. */
export async function withMailbox<T>(
  link: SmtpLink,
  connecting: SmtpConnecting,
  signal: AbortSignal,
  work: (client: ImapFlow, mailbox: SmtpMailbox) => Promise<T>,
): Promise<T> {
  const client = await openMailbox(link, connecting, signal)
  try {
    return await work(client, mailboxOf(link))
  } finally {
    await client.logout().catch(() => client.close())
  }
}

/** Connects and signs in; whoever gets the client ends it. */
export async function openMailbox(
  link: SmtpLink,
  connecting: SmtpConnecting,
  signal: AbortSignal,
  { silenceMs }: Pick<ImapOptions, 'silenceMs'> = {},
): Promise<ImapFlow> {
  const { user, certificateSha256 } = mailboxOf(link)
  const target = await targetOf(link, connecting)
  return link.withSecret(text => {
    const secret = readSecret(text)
    const password = secret.imapPassword ?? secret.password
    const usesToken = link.settings.login === 'xoauth2' && secret.imapPassword === undefined
    return openImap(
      target,
      {
        ...wireOf(link, connecting),
        login: usesToken ? { user, accessToken: password } : { user, password },
        ...(certificateSha256 === undefined ? {} : { pinnedSha256: certificateSha256 }),
        ...(silenceMs === undefined ? {} : { silenceMs }),
      },
      signal,
    )
  })
}

/** The certificate of the link's mailbox server, for a person to look at. */
export async function readMailboxCertificate(
  link: SmtpLink,
  connecting: SmtpConnecting,
  signal: AbortSignal,
): Promise<CertificateFacts | null> {
  return readImapCertificate(await targetOf(link, connecting), wireOf(link, connecting), signal)
}

async function targetOf(link: SmtpLink, connecting: SmtpConnecting): Promise<ImapTarget> {
  const { host, port } = mailboxOf(link)
  const found = await findServer({ host, port }, connecting)
  if (found.is === 'guarded') throw new ServerNotFound(found.refusal)
  const [address] = found.is === 'found' ? found.addresses : []
  if (address === undefined) throw new ServerNotFound(`There is no server named ${host}`)
  return { host, address, port }
}

function wireOf(link: SmtpLink, { authorities, timeouts }: SmtpConnecting) {
  const { encryption } = mailboxOf(link)
  // A password goes in the clear only where the admin chose so in so many words.
  const chosen: ImapOptions['encryption'] = encryption === 'starttls-if-offered' ? 'starttls' : encryption
  return {
    encryption: chosen,
    ...(authorities ? { authorities } : {}),
    ...(timeouts?.connectMs === undefined ? {} : { connectMs: timeouts.connectMs }),
  }
}

function mailboxOf({ settings }: SmtpLink): SmtpMailbox {
  if (settings.imap === null) throw new Error('this link has no mailbox')
  return settings.imap
}

/** Where copies of sent mail go: as told, as the server marks it (RFC 6154), or by a usual name. Null: nowhere. */
export async function findSentFolder(client: ImapFlow, mailbox: SmtpMailbox): Promise<string | null> {
  const folders = await client.list()
  const wanted = mailbox.sentFolder
  if (wanted !== undefined) return folders.find(({ path }) => path === wanted)?.path ?? null
  return folders.find(({ specialUse }) => specialUse === '\\Sent')?.path ?? null
}

/** What imapflow's errors carry. */
interface ImapError extends Error {
  readonly code?: string
  readonly authenticationFailed?: boolean
  readonly responseText?: string
  readonly tlsFailed?: boolean
}

/** Why a mailbox cannot be read. */
export function mailboxReason(error: unknown, mailbox: Pick<SmtpMailbox, 'host' | 'user'>): Reason {
  if (error instanceof SecretUnavailableError) return error.outcome.reason
  const failure: ImapError = error instanceof Error ? error : new Error('unknown error')
  const params = { host: mailbox.host, user: mailbox.user }
  const reply = (failure.responseText ?? failure.message).slice(0, 4_000)
  return { code: codeOf(failure), params, reply }
}

function codeOf(error: ImapError): Reason['code'] {
  if (error instanceof ServerNotFound) return 'link.gone'
  if (error instanceof ImapCertificateError) return 'link.certificate'
  if (error.authenticationFailed === true) return 'link.login'
  const code = error.code ?? ''
  if (/CERT|SELF_SIGNED|ALTNAME|ISSUER|UNABLE_TO/.test(code)) return 'link.certificate'
  if (error.tlsFailed === true || /SSL|TLS/.test(code)) return 'link.tls'
  return 'transport.network'
}
