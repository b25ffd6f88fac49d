import { randomBytes } from 'node:crypto'
import type { Address, Mailbox } from '../../mail/message.ts'
import { outgoingMessage, renderMessage } from '../../mail/render-message.ts'
import { newId } from '../../platform/ids.ts'
import type { AccountSettings } from '../account-settings.ts'
import type { ChannelLink, DeliveryChannel, Handoff, Receipt, SendOutcome } from '../channel.ts'

export interface WantedMail {
  readonly to?: readonly string[]
  readonly cc?: readonly string[]
  readonly bcc?: readonly string[]
  readonly from?: Mailbox
  readonly attachment?: Buffer
  readonly leftBehind?: Receipt
  readonly thread?: Receipt
  readonly inReplyTo?: string
  readonly messageId?: string
  /** Who is handed over; default all. */
  readonly only?: readonly string[]
  readonly mark?: () => Promise<void>
  readonly keep?: (receipt: Receipt) => Promise<void>
}

export interface SentMail {
  readonly outcome: SendOutcome
  readonly outcomes: readonly SendOutcome[]
  readonly receipt: Receipt | undefined
  readonly kept: readonly Receipt[]
  readonly marks: number
  readonly messageId: string
}

const ann: Mailbox = { name: 'Ann Lée', address: 'ann@acme.example' as Address }
const hash = '0'.repeat(64)

/** Hands one message over as the outbox would. */
export async function sendMail(
  channel: DeliveryChannel<AccountSettings>,
  link: ChannelLink<AccountSettings>,
  mail: WantedMail = {},
): Promise<SentMail> {
  const { to = ['user@elsewhere.example'], cc = [], bcc = [], from = ann, attachment } = mail
  const messageId = mail.messageId ?? `${randomBytes(8).toString('hex')}@acme.example`
  const readBlob = async function* () {
    if (attachment) yield attachment
  }
  const named = (addresses: readonly string[]) =>
    addresses.map(address => ({ name: '', address: address as Address }))
  const files = attachment
    ? [{ filename: 'a.bin', contentType: 'application/x-test', sha256: hash, size: attachment.length }]
    : []
  const frozen = await renderMessage(
    {
      ...{
        from,
        to: named(to),
        cc: named(cc),
        subject: 'Hello',
        html: '<p>Hello</p>',
        date: new Date(),
        messageId,
      },
      ...{ attachments: files, ...(mail.inReplyTo ? { inReplyTo: mail.inReplyTo } : {}) },
    },
    readBlob,
  )
  const kept: Receipt[] = []
  let marks = 0
  const recipients = mail.only ?? [...to, ...cc, ...bcc]
  const handoff: Handoff = {
    ...{ id: newId('handoff'), round: 1, dkim: [], lane: 'link', envelopeFrom: from.address },
    message: outgoingMessage({ frozen, messageId, sender: from, readBlob }),
    deliveries: recipients.map(address => ({ id: newId('delivery'), to: address as Address, kind: 'to' })),
    ...(mail.leftBehind ? { leftBehind: mail.leftBehind } : {}),
    ...(mail.thread ? { thread: mail.thread } : {}),
    async keep(receipt) {
      await mail.keep?.(receipt)
      kept.push(receipt)
    },
  }
  const mark = async () => {
    marks += 1
    await mail.mark?.()
  }
  const result = await channel.send(handoff, link, mark, AbortSignal.timeout(60_000))
  const outcomes = handoff.deliveries.map(({ id }) => result.outcomes.get(id))
  const [outcome] = outcomes
  if (outcome === undefined) throw new Error('a delivery without an outcome')
  return {
    outcome,
    outcomes: outcomes.filter(one => one !== undefined),
    receipt: result.receipt,
    kept,
    marks,
    messageId,
  }
}

/** What the outbox would ask after an answer was lost. */
export function lookUp(
  channel: DeliveryChannel<AccountSettings>,
  link: ChannelLink<AccountSettings>,
  sent: SentMail,
) {
  const receipt = sent.kept.at(-1)
  const tried = {
    id: newId('handoff'),
    messageId: sent.messageId,
    markedAt: new Date(),
    to: [],
    ...(receipt ? { receipt } : {}),
  }
  return channel.lookUp?.(tried, link, AbortSignal.timeout(10_000))
}
