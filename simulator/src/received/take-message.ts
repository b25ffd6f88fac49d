import { rm } from 'node:fs/promises'
import type { Arrival } from '../mx/mx-server.ts'
import { acceptanceOf, queueId } from '../mx/wording.ts'
import type { SimulatorSettings } from '../settings.ts'
import type { Zone } from '../zone/zone.ts'
import { nextMessageId } from './id.ts'
import type { ReceivedMessage, Recipient } from './message.ts'
import { type Head, readHead } from './read-head.ts'
import type { ReceivedStore } from './store.ts'
import { takeBytes } from './take-bytes.ts'

/** A message that was kept, with what following steps need of its beginning. */
export interface Taken {
  readonly message: ReceivedMessage
  readonly head: Head
  readonly start: Buffer
}

function recipientsOf({ envelope }: Arrival): Recipient[] {
  return envelope.rcptTo.map(({ address, dsn }) => ({
    address,
    notify: dsn?.notify ?? [],
    originalRecipient: dsn?.orcpt ?? null,
  }))
}

const returnsOf = (ret: string | null | undefined): 'FULL' | 'HDRS' | null =>
  ret === 'FULL' || ret === 'HDRS' ? ret : null

/**
 * Writes an arriving message to the store.
 * @returns undefined for one that is not kept: over the size limit (the server refuses it by itself), or cut and lost.
 * @throws when the client left before the end, or the disk fails.
 */
export async function takeMessage(
  arrival: Arrival,
  into: { store: ReceivedStore; zone: Zone; settings: SimulatorSettings },
): Promise<Taken | undefined> {
  const { envelope, session, stream, isCut } = arrival
  const id = nextMessageId()
  const path = into.store.pathOf(id)
  const { size, head: start } = await takeBytes(stream, path)
  const isLost = isCut && !into.settings.cutKeeps
  if (stream.sizeExceeded || isLost) return void (await rm(path, { force: true }))
  const head = await readHead(start)
  const domain = envelope.rcptTo[0]?.address.split('@').at(-1) ?? ''
  const queue = queueId()
  const thanks = { queueId: queue, messageId: head.messageId, size }
  const cipher = session.tlsOptions
  const message: ReceivedMessage = {
    id,
    receivedAt: new Date().toISOString(),
    source: 'smtp',
    mailFrom: envelope.mailFrom ? envelope.mailFrom.address : '',
    recipients: recipientsOf(arrival),
    envelopeId: envelope.dsn?.envid ?? null,
    returns: returnsOf(envelope.dsn?.ret),
    size,
    isTls: session.secure,
    tls: cipher ? `${cipher.version} ${cipher.standardName}` : null,
    ehlo: session.hostNameAppearsAs || '',
    clientAddress: session.remoteAddress,
    queueId: queue,
    answer: isCut ? null : `250 ${acceptanceOf(into.zone.flavourOf(domain), thanks)}`,
    subject: head.subject,
    from: head.from,
    messageId: head.messageId,
    verdicts: { state: 'pending' },
  }
  await into.store.add(message)
  return { message, head, start }
}
