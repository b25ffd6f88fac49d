import type { SmtpLinkSettings, SmtpMailbox, ToldFix } from '@fairlead/contract'
import type { ImapFlow } from 'imapflow'
import type { Address, Mailbox } from '../../mail/message.ts'
import { codeOf } from '../../platform/plain-error.ts'
import { ImapCertificateError } from '../../transports/imap/imap-certificate-error.ts'
import type { SmtpConnection } from '../../transports/smtp/connection.ts'
import type { CheckStage, CheckWishes } from '../channel.ts'
import type { SmtpConnecting, SmtpLink } from './connect.ts'
import { diagnoseCertificate, failedStage } from './diagnose.ts'
import { findSentFolder, mailboxReason, openMailbox, readMailboxCertificate } from './mailbox.ts'
import { measureByMailbox } from './measure.ts'
import { sendTestMessage } from './test-message.ts'

/** Opens the mailbox, where the link has one; whoever gets the client ends it. */
export async function* mailboxStage(
  link: SmtpLink,
  connecting: SmtpConnecting,
  signal: AbortSignal,
): AsyncGenerator<CheckStage, ImapFlow | null | 'failed'> {
  const { imap } = link.settings
  if (imap === null) {
    yield { stage: 'mailbox', state: 'skipped' }
    return null
  }
  yield { stage: 'mailbox', state: 'running' }
  const { host, user } = imap
  try {
    const client = await openMailbox(link, connecting, signal)
    const sent = await findSentFolder(client, imap)
    if (sent === null && imap.sentFolder !== undefined) {
      client.close()
      const params = { folder: imap.sentFolder }
      yield { stage: 'mailbox', state: 'failed', sentence: { code: 'mailbox.no-folder', params }, fixes: [] }
      return 'failed'
    }
    yield { stage: 'mailbox', state: 'passed', facts: sent === null ? {} : { sentFolder: sent } }
    return client
  } catch (error) {
    const reason = mailboxReason(error, imap)
    if (reason.code === 'link.certificate') {
      yield await certificateStage(error, { link, imap, connecting }, signal)
      return 'failed'
    }
    const isLogin = reason.code === 'link.login'
    yield {
      ...{ stage: 'mailbox', state: 'failed', reason },
      sentence: { code: isLogin ? 'sign-in.password' : 'mailbox.failed', params: { host, user } },
      fixes: (isLogin
        ? (['check-password', 'use-app-password'] as const)
        : (['check-host', 'ask-admin'] as const)
      ).map(code => ({ code })),
    }
    return 'failed'
  }
}

/** As for the server that takes the mail: what is wrong with the certificate, and the certificate itself. */
async function certificateStage(
  error: unknown,
  at: { readonly link: SmtpLink; readonly imap: SmtpMailbox; readonly connecting: SmtpConnecting },
  signal: AbortSignal,
): Promise<CheckStage> {
  const { link, imap, connecting } = at
  const certificate =
    error instanceof ImapCertificateError
      ? error.certificate
      : await readMailboxCertificate(link, connecting, signal).catch(() => null)
  const code = codeOf(error) || 'UNVERIFIED'
  const settings = { ...link.settings, host: imap.host, port: imap.port, user: imap.user }
  const told = failedStage(
    diagnoseCertificate({ code, certificate }),
    { stage: 'mailbox', settings },
    { reply: error instanceof Error ? error.message : code, certificate },
  )
  return { ...told, fixes: (told.fixes ?? []).map(ofMailbox) }
}

/** The settings that carry it out are those of the mailbox. */
function ofMailbox({ change, ...fix }: ToldFix): ToldFix {
  if (change === undefined) return fix
  return {
    ...fix,
    change: Object.fromEntries(Object.entries(change).map(([name, value]) => [`imap.${name}`, value])),
  }
}

export interface Testing {
  readonly link: SmtpLink
  readonly wishes: CheckWishes
  readonly connection: SmtpConnection
  readonly sender: Mailbox
  readonly mailbox: ImapFlow | null
  /** The settings with what was measured so far. */
  readonly learned: SmtpLinkSettings
}

/**
 * Sends the test message and watches it arrive: in the link's mailbox, or as whoever asked for the check can tell.
 * Where nobody can watch, it goes to the sender, and only its acceptance is told.
 */
export async function* testStage(testing: Testing, signal: AbortSignal): AsyncGenerator<CheckStage> {
  const { link, connection, sender, wishes, mailbox, learned } = testing
  try {
    yield { stage: 'test-message', state: 'running', about: sender.address }
    const startedAt = performance.now()
    const to = wishes.test?.to ?? recipientOf(testing)
    const sent = await sendTestMessage({ link, connection, sender, to }, signal)
    if ('failure' in sent) {
      yield sent.failure
      return
    }
    const seen = await watch(testing, sent.marks, signal)
    if (seen.is === 'not-seen') {
      const trouble = { stage: 'test-message', settings: link.settings, sender: sender.address } as const
      yield failedStage({ sentence: 'test.not-seen', fixes: ['wait-and-retry', 'ask-admin'] }, trouble, {})
      return
    }
    const seconds = Math.round((performance.now() - startedAt) / 100) / 10
    const isSeen = seen.is === 'seen'
    yield {
      ...{ stage: 'test-message', state: 'passed', about: sender.address },
      facts: { reply: sent.reply, isSeen, ...(isSeen ? { seconds } : {}) },
      ...(seen.measured
        ? { learned: { ...learned, measured: { ...learned.measured, ...seen.measured } } }
        : {}),
    }
  } finally {
    mailbox?.close()
  }
}

/** The mailbox that is watched, else the sender's own. */
function recipientOf({ link, sender, mailbox }: Testing): Address {
  const user = link.settings.imap?.user ?? ''
  return mailbox && /^[^\s@<>]+@[^\s@<>]+$/.test(user) ? (user as Address) : sender.address
}

type Seen =
  | { readonly is: 'seen'; readonly measured?: Awaited<ReturnType<typeof measureByMailbox>> }
  | { readonly is: 'not-seen' | 'nobody-watches'; readonly measured?: undefined }

async function watch(
  { link, wishes, mailbox }: Testing,
  marks: Parameters<typeof measureByMailbox>[2],
  signal: AbortSignal,
): Promise<Seen> {
  const { imap } = link.settings
  if (wishes.test === undefined && mailbox && imap) {
    const measured = await measureByMailbox(mailbox, imap, marks, signal)
    return measured ? { is: 'seen', measured } : { is: 'not-seen' }
  }
  if (wishes.test?.arrived === undefined) return { is: 'nobody-watches' }
  return { is: (await wishes.test.arrived(marks.messageId, signal)) ? 'seen' : 'not-seen' }
}
