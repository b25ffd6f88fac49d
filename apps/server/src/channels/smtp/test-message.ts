import { fill, testMessage } from '@fairlead/contract'
import { domainOf } from '../../mail/address.ts'
import type { Address, Mailbox } from '../../mail/message.ts'
import { outgoingMessage, renderMessage } from '../../mail/render-message.ts'
import { newId } from '../../platform/ids.ts'
import type { SmtpConnection } from '../../transports/smtp/connection.ts'
import { deliver } from '../../transports/smtp/deliver.ts'
import type { CheckStage } from '../channel.ts'
import type { SmtpLink } from './connect.ts'
import { diagnose, diagnoseRefusal, failedStage } from './diagnose.ts'
import type { TestMarks } from './measure.ts'

export interface TestSending {
  readonly link: SmtpLink
  readonly connection: SmtpConnection
  readonly sender: Mailbox
  readonly to: Address
}

export type TestSent =
  | { readonly marks: TestMarks; readonly reply: string }
  | { readonly failure: CheckStage }

/** Sends the test message from the identity's own address, and says how to know it again. */
export async function sendTestMessage(testing: TestSending, signal: AbortSignal): Promise<TestSent> {
  const { link, connection, sender, to } = testing
  const messageId = `${newId('message')}@${domainOf(sender.address)}`
  const ref = `test_${newId('message')}`
  const readBlob = () => {
    throw new Error('the test message has no attachments')
  }
  const words = { host: link.settings.host, sender: sender.address }
  const input = {
    from: sender,
    to: [{ name: '', address: to }],
    subject: testMessage.subject,
    text: fill(testMessage.text, words),
    date: new Date(),
    messageId,
    headers: [{ name: 'X-Fairlead-Ref', value: ref }],
  }
  const frozen = await renderMessage(input, readBlob)
  const message = outgoingMessage({ frozen, messageId, sender, readBlob })
  const [answer] = await deliver(connection, {
    from: sender.address,
    to: [to],
    headers: `${message.headers.join('\r\n')}\r\n`,
    size: message.size,
    openBody: () => message.openBody(),
    // A test that came twice harms nobody: there is no mark to keep.
    mark: async () => undefined,
    signal,
  })
  if (answer?.is === 'taken') return { marks: { messageId, ref }, reply: answer.reply.text }
  const trouble = { stage: 'test-message', settings: link.settings, sender: sender.address } as const
  if (answer?.is === 'rejected') return { failure: diagnoseRefusal(answer.reply, answer.stage, trouble) }
  if (answer?.is === 'cut' || answer?.is === 'unanswered') return { failure: diagnose(answer.error, trouble) }
  if (answer?.is === 'cannot-carry' && answer.lacks === 'size') {
    const reply = `The server announces SIZE ${answer.limit ?? 0}, and the message has ${message.size} octets`
    return { failure: failedStage({ sentence: 'test.too-large', fixes: ['ask-admin'] }, trouble, { reply }) }
  }
  return { failure: failedStage({ sentence: 'test.refused', fixes: ['ask-admin'] }, trouble, {}) }
}
