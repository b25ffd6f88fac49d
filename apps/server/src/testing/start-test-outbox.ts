import { sql } from 'kysely'
import type { DeliveryChannel } from '../channels/channel.ts'
import { type AcceptParts, acceptEmail } from '../compose/accept-email.ts'
import { hashBody } from '../mail/body.ts'
import type { Address, OutgoingMessage } from '../mail/message.ts'
import { outgoingMessage } from '../mail/render-message.ts'
import { sandboxBackOff } from '../outbox/back-off.ts'
import type { LoadedMessage } from '../outbox/load-messages.ts'
import { type Outbox, type OutboxOptions, startOutbox } from '../outbox/start-outbox.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import type { EmailId } from '../platform/ids.ts'
import type { SeededWorkspace } from './seed-workspace.ts'

async function* noBlob(): AsyncGenerator<Uint8Array> {}

/** A message without attachments, as it leaves. */
export async function openTestMessage(message: LoadedMessage, messageId: string): Promise<OutgoingMessage> {
  const body = await message.body()
  return outgoingMessage({
    frozen: {
      headers: message.headers,
      body,
      bodyHash: message.bodyHash || (await hashBody(body, noBlob)),
      size: message.size,
    },
    messageId,
    sender: { name: message.fromName, address: message.fromAddress },
    readBlob: noBlob,
  })
}

/** An outbox around one channel, with the shortest times that are still honest. */
export function startTestOutbox(
  db: Db,
  channel: DeliveryChannel<unknown>,
  more: Partial<OutboxOptions> = {},
): Promise<Outbox> {
  return startOutbox({
    db,
    channels: new Map([['managed', channel]]),
    openLink: link => ({
      id: link.id,
      settings: link.settings,
      withSecret: () => Promise.reject(new Error('no secret here')),
    }),
    openMessage: openTestMessage,
    envelope: {
      returnPath: ({ id, round }) => `${id}-${round}@bounces.example` as Address,
      dkimFor: () => [],
      messageIdFor: (message, { messageIdRound }) =>
        messageIdRound === 1 ? message.rfcMessageId : `r${messageIdRound}.${message.rfcMessageId}`,
    },
    backOff: sandboxBackOff,
    log: { error: () => undefined, warn: () => undefined },
    ...more,
  })
}

const parts = (db: Db, onDue: () => void): AcceptParts => ({
  db,
  mailDomain: 'mail.example',
  giveUpMs: sandboxBackOff.giveUpMs,
  readBlob: () => noBlob,
  maxBytes: () => 25_000_000,
  storeBlob: () => Promise.reject(new Error('no blobs here')),
  onDue,
})

/** Accepts a plain email to these people. */
export async function acceptTestEmail(
  db: Db,
  seeded: SeededWorkspace,
  to: readonly string[],
  more: { sendAt?: Date; onDue?: () => void; cc?: readonly string[]; bcc?: readonly string[] } = {},
): Promise<EmailId> {
  const { workspaceId, memberId } = seeded
  const request = {
    workspaceId,
    memberId,
    to,
    cc: [],
    bcc: [],
    subject: 'Hello',
    text: 'Hello there',
    attachments: [],
    source: 'test',
  }
  const { onDue, ...rest } = more
  return (await acceptEmail({ ...request, ...rest }, parts(db, onDue ?? (() => undefined)))).id
}

export interface SeenDelivery {
  readonly id: string
  readonly address: string
  readonly state: string
  readonly folder: string | null
  readonly reason: { code: string } | null
  readonly round: number
  readonly tries: number
}

/** The deliveries of an email as they stand, by address. */
export async function deliveriesOf(db: Db, emailId: EmailId): Promise<SeenDelivery[]> {
  const found = await asEngine(db, tx =>
    sql<SeenDelivery>`select id, address, state, folder, reason, round, tries from fairlead.delivery where email_id = ${emailId} order by address, id`.execute(
      tx,
    ),
  )
  return found.rows
}
