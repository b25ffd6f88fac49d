import { checkStages, type SmtpLinkSettings } from '@fairlead/contract'
import type { Address, Mailbox } from '../../mail/message.ts'
import type { SmtpConnection } from '../../transports/smtp/connection.ts'
import { tryEnvelope } from '../../transports/smtp/try-envelope.ts'
import type { CheckStage, CheckWishes } from '../channel.ts'
import { findServer, type SmtpConnecting, type SmtpLink } from './connect.ts'
import { diagnose, diagnoseRefusal, failedStage } from './diagnose.ts'
import { mailboxStage, testStage } from './mailbox-stages.ts'
import { openInStages } from './opening-stages.ts'

interface Checking {
  readonly link: SmtpLink
  readonly connecting: SmtpConnecting
  readonly wishes: CheckWishes
}

/**
 * Tests a server from its name to a message that arrives, and ends at the first failure. The last stage that passed
 * carries what was measured.
 */
export async function* checkLink(checking: Checking, signal: AbortSignal): AsyncGenerator<CheckStage> {
  const { from } = checking.wishes
  const first = from === undefined ? 0 : checkStages.indexOf(from)
  for await (const stage of allStages(checking, signal)) {
    const isBefore = checkStages.indexOf(stage.stage) < first
    if (!isBefore || stage.state === 'failed') yield stage
  }
}

async function* allStages(checking: Checking, signal: AbortSignal): AsyncGenerator<CheckStage> {
  const { link, connecting, wishes } = checking
  yield { stage: 'find', state: 'running' }
  const found = await findStage(link.settings, connecting)
  yield found
  if (found.state === 'failed') return
  const connection = yield* openInStages(link, connecting, signal)
  if (!connection) return
  const abort = () => connection.destroy('aborted')
  signal.addEventListener('abort', abort, { once: true })
  try {
    let learned = measureHello(link.settings, connection)
    const senders = yield* senderStages(checking, connection)
    if (senders === null) return
    learned = await measureReturnPath(learned, { connection, wishes })
    yield { stage: 'sender', state: wishes.senders?.length ? 'passed' : 'skipped', learned }
    const [sender] = senders
    const mailbox = yield* mailboxStage(link, connecting, signal)
    if (mailbox === 'failed') return
    if (sender) yield* testStage({ ...checking, connection, sender, mailbox, learned }, signal)
  } catch (error) {
    yield diagnose(error, { stage: 'sender', settings: link.settings })
  } finally {
    signal.removeEventListener('abort', abort)
    connection.quit()
  }
}

async function findStage(settings: SmtpLinkSettings, connecting: SmtpConnecting): Promise<CheckStage> {
  const found = await findServer(settings, connecting)
  const trouble = { stage: 'find', settings } as const
  switch (found.is) {
    case 'found':
      return { stage: 'find', state: 'passed', facts: { addresses: found.addresses.join(', ') } }
    case 'unknown':
      return failedStage({ sentence: 'find.unknown', fixes: ['check-host'] }, trouble, {})
    case 'no-address':
      return failedStage({ sentence: 'find.no-address', fixes: ['check-host'] }, trouble, {})
    case 'no-answer':
      return failedStage({ sentence: 'find.no-answer', fixes: ['wait-and-retry', 'check-host'] }, trouble, {
        reply: found.code,
      })
    case 'guarded':
      return failedStage(
        connecting.guard.isSandbox
          ? { sentence: 'find.sandbox', fixes: ['check-host'] }
          : { sentence: 'find.private', fixes: ['check-host', 'allow-private-host'] },
        trouble,
        { reply: found.refusal },
      )
  }
}

/** The SIZE that is announced (RFC 1870); 0 stands for no limit. */
function measureHello(settings: SmtpLinkSettings, { extensions }: SmtpConnection): SmtpLinkSettings {
  const announced = Number(extensions.get('SIZE') ?? '0')
  const sizeLimit = Number.isSafeInteger(announced) && announced > 0 ? announced : 0
  return { ...settings, measured: { ...settings.measured, sizeLimit } }
}

/** Asks for each identity; those that may send, or null when there are some and none may. */
async function* senderStages(
  { link, wishes }: Checking,
  connection: SmtpConnection,
): AsyncGenerator<CheckStage, readonly Mailbox[] | null> {
  const { senders = [], test } = wishes
  const allowed: Mailbox[] = []
  for (const sender of senders) {
    yield { stage: 'sender', state: 'running', about: sender.address }
    const answer = await tryEnvelope(connection, { from: sender.address, to: test?.to ?? sender.address })
    if (answer.isTaken) {
      allowed.push(sender)
      yield { stage: 'sender', state: 'passed', about: sender.address }
    } else {
      const trouble = { stage: 'sender', settings: link.settings, sender: sender.address } as const
      yield diagnoseRefusal(answer.reply, answer.stage, trouble)
    }
  }
  return senders.length > 0 && allowed.length === 0 ? null : allowed
}

/**
 * Does the server take a MAIL FROM of our own return-path host? A refusal is an answer, not a failure. Without an
 * identity to ask with, the return path is the recipient too: nothing is sent, and a login may relay to anywhere.
 */
async function measureReturnPath(
  settings: SmtpLinkSettings,
  { connection, wishes }: { connection: SmtpConnection; wishes: CheckWishes },
): Promise<SmtpLinkSettings> {
  const from = wishes.probeReturnPath
  if (from === undefined) return settings
  const to: Address = wishes.test?.to ?? wishes.senders?.[0]?.address ?? from
  const { isTaken, reply } = await tryEnvelope(connection, { from, to })
  // What is put off says nothing about what is allowed.
  if (!isTaken && reply.code < 500) return settings
  return { ...settings, measured: { ...settings.measured, takesForeignSender: isTaken } }
}
