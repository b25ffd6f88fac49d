import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createConnection, createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import type { DeliveryChannel, Handoff, Receipt, SendOutcome } from '../../channels/channel.ts'
import { takesWhole } from '../../channels/testing/scripted-channel.ts'
import { failpoint } from '../../platform/failpoint.ts'

/**
 * A far side that takes mail in two steps, a draft and then its sending, as Gmail and Graph do, over a real socket: it
 * outlives the workers that a test kills, and it is where the test counts.
 */
export interface DraftDesk {
  readonly port: number
  /** In the order of their arrival; `atMs` by this process's monotonic clock. */
  readonly sent: ReadonlyArray<{
    readonly messageId: string
    readonly to: readonly string[]
    readonly atMs: number
  }>
  /** Drafts that were made and not sent. */
  drafts(): number
  close(): Promise<void>
}

const request = z.union([
  z.object({ draft: z.object({ messageId: z.string(), to: z.array(z.string()) }) }),
  z.object({ send: z.string() }),
  z.object({ fate: z.string() }),
])
type Request = z.infer<typeof request>

export async function startDraftDesk(): Promise<DraftDesk> {
  const drafts = new Map<string, { messageId: string; to: string[] }>()
  const sent: Array<{ id: string; messageId: string; to: string[]; atMs: number }> = []
  const answer = (asked: Request): object => {
    if ('draft' in asked) {
      const id = randomUUID()
      drafts.set(id, asked.draft)
      return { id }
    }
    if ('fate' in asked)
      return {
        fate: drafts.has(asked.fate) ? 'draft' : sent.some(one => one.id === asked.fate) ? 'sent' : 'unknown',
      }
    const draft = drafts.get(asked.send)
    if (draft === undefined) return { error: 'no such draft' }
    drafts.delete(asked.send)
    sent.push({ id: asked.send, ...draft, atMs: performance.now() })
    return { id: asked.send }
  }
  const server = createServer(socket => {
    socket.on('error', () => socket.destroy())
    createInterface({ input: socket }).on('line', line => {
      socket.write(`${JSON.stringify(answer(request.parse(JSON.parse(line))))}\n`)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    sent,
    drafts: () => drafts.size,
    close: async () => {
      server.close()
      await once(server, 'close')
    },
  }
}

const said = z.object({
  id: z.string().optional(),
  fate: z.string().optional(),
  error: z.string().optional(),
})

async function ask(port: number, asked: Request): Promise<z.infer<typeof said>> {
  const socket = createConnection({ port, host: '127.0.0.1' })
  try {
    socket.write(`${JSON.stringify(asked)}\n`)
    const [line] = await once(createInterface({ input: socket }), 'line')
    return said.parse(JSON.parse(String(line)))
  } finally {
    socket.destroy()
  }
}

/** The channel to it: a draft, kept; the mark; its sending. An uncertain one is looked up by its draft. */
export function draftDeskChannel(port: number): DeliveryChannel<unknown> {
  return {
    kind: 'managed',
    settings: z.unknown(),
    traits: () => ({
      handsOver: 'per-message',
      fromAddress: 'identity',
      sentCopy: 'by-provider',
      bounces: 'mailbox',
      replies: 'mailbox',
      returnPath: 'identity',
      maxBytes: 25_000_000,
      connectionsPerLane: 20,
      ...takesWhole,
    }),
    async *check() {
      yield { stage: 'find', state: 'passed' }
    },
    async send(handoff, _link, mark) {
      const id = await draftOf(handoff, port)
      await mark()
      const answer = await ask(port, { send: id })
      await failpoint('after-last-bytes')
      const outcome: SendOutcome =
        answer.id === undefined
          ? { is: 'uncertain', reason: { code: 'uncertain.cut', reply: answer.error ?? '' } }
          : { is: 'accepted', finalHop: false }
      return {
        outcomes: new Map(handoff.deliveries.map(delivery => [delivery.id, outcome])),
        receipt: { providerId: id, messageId: handoff.message.messageId },
      }
    },
    async lookUp(tried): Promise<Receipt | 'not-sent' | 'cannot-tell'> {
      const { providerId } = tried.receipt ?? {}
      if (providerId === undefined) return 'cannot-tell'
      const { fate } = await ask(port, { fate: providerId })
      if (fate === 'sent') return { providerId, messageId: tried.messageId }
      return fate === 'draft' ? 'not-sent' : 'cannot-tell'
    },
  }
}

async function draftOf(handoff: Handoff, port: number): Promise<string> {
  const { leftBehind } = handoff
  if (leftBehind?.providerId !== undefined) return leftBehind.providerId
  const to = handoff.deliveries.map(delivery => delivery.to)
  const { id = '' } = await ask(port, { draft: { messageId: handoff.message.messageId, to } })
  await handoff.keep({ providerId: id })
  return id
}
