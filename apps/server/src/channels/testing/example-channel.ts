import { appendFile } from 'node:fs/promises'
import { z } from 'zod'
import type { ChannelTraits, DeliveryChannel, SendOutcome } from '../channel.ts'

/** What a link of this kind stores. */
const fileSettings = z.strictObject({ path: z.string().min(1) })

const traits: ChannelTraits = {
  handsOver: 'per-message',
  fromAddress: 'identity',
  sentCopy: 'none',
  bounces: 'unseen',
  replies: 'unseen',
  returnPath: 'identity',
  maxBytes: 50_000_000,
  connectionsPerLane: 1,
}

/** The smallest channel that keeps the contract: one message, one file. */
export const fileChannel: DeliveryChannel<z.output<typeof fileSettings>> = {
  kind: 'smtp',
  settings: fileSettings,
  traits: () => traits,

  async *check(link) {
    yield { stage: 'find', state: 'running' }
    try {
      await appendFile(link.settings.path, '')
      yield { stage: 'find', state: 'passed' }
    } catch (error) {
      yield { stage: 'find', state: 'failed', reason: { code: 'link.gone', reply: String(error) } }
    }
  },

  async send(handoff, link, mark, signal) {
    const forAll = (outcome: SendOutcome) => ({
      outcomes: new Map(handoff.deliveries.map(({ id }) => [id, outcome])),
    })
    let isMarked = false
    try {
      let content = `${handoff.message.headers.join('\r\n')}\r\n\r\n`
      for await (const chunk of handoff.message.openBody()) content += chunk
      signal.throwIfAborted()
      // From here on a cut could leave the message with the far side: nothing leaves before this is committed.
      await mark()
      isMarked = true
      await appendFile(link.settings.path, content)
      return forAll({ is: 'accepted', finalHop: false })
    } catch (error) {
      const reason = { code: isMarked ? 'uncertain.cut' : 'local.error', reply: String(error) } as const
      return forAll(isMarked ? { is: 'uncertain', reason } : { is: 'deferred', reason })
    }
  },
}
