import type { SmtpMailbox, SmtpMeasured } from '@fairlead/contract'
import type { ImapFlow } from 'imapflow'
import { findSentFolder } from './mailbox.ts'

const waitMs = 30_000
const sentWaitMs = 5_000
const askEveryMs = 1_000

/** A test message, by both the marks that are looked for. */
export interface TestMarks {
  readonly messageId: string
  /** X-Fairlead-Ref: survives a server that makes Message-IDs of its own. */
  readonly ref: string
}

export type Measured = Pick<SmtpMeasured, 'keepsMessageId' | 'filesSentCopy'>

/** Waits for the test message in INBOX and looks whether the server filed a copy of its own. Null: it did not come. */
export async function measureByMailbox(
  client: ImapFlow,
  mailbox: SmtpMailbox,
  marks: TestMarks,
  signal: AbortSignal,
): Promise<Measured | null> {
  await client.mailboxOpen('INBOX', { readOnly: true })
  const arrived = await until(waitMs, signal, () => holds(client, { 'X-Fairlead-Ref': marks.ref }))
  if (!arrived) return null
  const keepsMessageId = await holds(client, { 'Message-ID': marks.messageId })
  const sent = await findSentFolder(client, mailbox)
  if (sent === null) return { keepsMessageId, filesSentCopy: false }
  await client.mailboxOpen(sent, { readOnly: true })
  const filesSentCopy = await until(sentWaitMs, signal, () => holds(client, { 'X-Fairlead-Ref': marks.ref }))
  return { keepsMessageId, filesSentCopy }
}

/** Does the open folder hold a mail with this header? NOOP first, so that the server tells what is new (RFC 9051 §6.1.2). */
export async function holds(client: ImapFlow, header: Readonly<Record<string, string>>): Promise<boolean> {
  await client.noop()
  const found = await client.search({ header: { ...header } }, { uid: true })
  return Array.isArray(found) && found.length > 0
}

async function until(limitMs: number, signal: AbortSignal, look: () => Promise<boolean>): Promise<boolean> {
  const endTick = performance.now() + limitMs
  for (;;) {
    if (await look()) return true
    if (performance.now() > endTick || signal.aborted) return false
    await new Promise(resolve => setTimeout(resolve, askEveryMs))
  }
}
