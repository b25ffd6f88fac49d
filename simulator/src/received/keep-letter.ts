import { writeFile } from 'node:fs/promises'
import type { Letter } from '../behaviours/behaviour.ts'
import { queueId } from '../mx/wording.ts'
import { nextMessageId } from './id.ts'
import type { ReceivedMessage } from './message.ts'
import { readHead } from './read-head.ts'
import type { ReceivedStore } from './store.ts'

/** Puts a letter between simulated people into the store. It wakes no behaviour: two robots would talk for ever. */
export async function keepLetter(
  letter: Letter,
  { store, host }: { store: ReceivedStore; host: string },
): Promise<void> {
  const id = nextMessageId()
  await writeFile(store.pathOf(id), letter.bytes)
  const head = await readHead(letter.bytes)
  const message: ReceivedMessage = {
    id,
    receivedAt: new Date().toISOString(),
    source: 'simulator',
    mailFrom: letter.mailFrom,
    recipients: [{ address: letter.to, notify: [], originalRecipient: null }],
    envelopeId: null,
    returns: null,
    size: letter.bytes.length,
    isTls: false,
    tls: null,
    ehlo: letter.ehlo,
    clientAddress: host,
    queueId: queueId(),
    answer: null,
    subject: head.subject,
    from: head.from,
    messageId: head.messageId,
    verdicts: { state: 'skipped', skipped: 'written by the simulator' },
  }
  await store.add(message)
}
