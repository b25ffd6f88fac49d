import type { Address, DkimKey, Mailbox } from '../../mail/message.ts'
import { outgoingMessage, renderMessage } from '../../mail/render-message.ts'
import { newId } from '../../platform/ids.ts'
import type { ChannelLink, DeliveryChannel, Receipt, SendOutcome, WireFacts } from '../channel.ts'

const sender: Mailbox = { name: 'Ann', address: 'ann@sender.test' as Address }

/** A short mail to one recipient; the outcome, whether the mark was made, and what the wire was. */
export async function sendOne<S>(
  channel: DeliveryChannel<S>,
  link: ChannelLink<S>,
  to: Address,
  options: {
    readonly dkim?: readonly DkimKey[]
    readonly size?: number
    readonly signal?: AbortSignal
    readonly envelopeFrom?: Address
  } = {},
): Promise<{ outcome: SendOutcome | undefined; marks: number; wire?: WireFacts; receipt?: Receipt }> {
  const signal = options.signal ?? new AbortController().signal
  const messageId = `${newId('message')}@sender.test`
  const readBlob = () => {
    throw new Error('no attachments')
  }
  const text = 'x'.repeat(options.size ?? 2)
  const input = {
    from: sender,
    to: [{ name: '', address: to }],
    subject: 'Hello',
    text,
    date: new Date(),
    messageId,
  }
  const frozen = await renderMessage(input, readBlob)
  const lane = await channel.lane?.(to, link, signal)
  const delivery = { id: newId('delivery'), to, kind: 'to' as const }
  let marks = 0
  const result = await channel.send(
    {
      id: newId('handoff'),
      message: outgoingMessage({ frozen, messageId, sender, readBlob }),
      deliveries: [delivery],
      envelopeFrom: options.envelopeFrom ?? ('b-one@bounce.sender.test' as Address),
      round: 1,
      dkim: options.dkim ?? [],
      lane: lane && 'lane' in lane ? lane.lane : '',
      keep: async () => undefined,
    },
    link,
    async () => {
      marks += 1
    },
    signal,
  )
  return {
    outcome: result.outcomes.get(delivery.id),
    marks,
    ...(result.wire ? { wire: result.wire } : {}),
    ...(result.receipt ? { receipt: result.receipt } : {}),
  }
}
