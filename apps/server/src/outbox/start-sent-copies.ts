import type { ChannelKind } from '@fairlead/contract'
import type { ChannelLink } from '../channels/channel.ts'
import type { Channels } from '../channels/registry.ts'
import type { OutgoingMessage } from '../mail/message.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import { failpoint } from '../platform/failpoint.ts'
import { type LinkId, showId, type WorkspaceId } from '../platform/ids.ts'
import { type LoadedMessage, loadMessagesById } from './load-messages.ts'
import {
  type HeldCopy,
  planSentCopies,
  postponeSentCopy,
  settleSentCopy,
  takeSentCopy,
} from './sent-copy-rows.ts'

export interface SentCopiesOptions {
  readonly db: Db
  readonly channels: Channels
  readonly log: { warn(facts: object, message: string): void }
  openLink(link: {
    workspaceId: WorkspaceId
    id: LinkId
    kind: ChannelKind
    settings: unknown
  }): ChannelLink<unknown>
  openMessage(message: LoadedMessage, messageId: string): Promise<OutgoingMessage>
  /** Between two looks; default 3,000. */
  readonly pollMs?: number
}

export interface SentCopies {
  /** Breaks off what is being filed: it is looked for and filed by the next. */
  stop(): Promise<void>
}

const longestMs = 120_000

/** Files copies of sent mail where the server files none. Any number of processes may do this at once. */
export function startSentCopies(options: SentCopiesOptions): SentCopies {
  const stopping = new AbortController()
  let wake = () => {}
  const pause = () =>
    new Promise<void>(resolve => {
      const timer = setTimeout(resolve, options.pollMs ?? 3_000)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await asEngine(options.db, tx => planSentCopies(tx, options.channels))
        while (!stopping.signal.aborted && (await fileNext(options, stopping.signal)));
      } catch (error) {
        options.log.warn({ err: error }, 'Copies of sent mail cannot be filed now; trying again')
      }
      if (!stopping.signal.aborted) await pause()
    }
  }
  const running = run()
  return {
    async stop() {
      stopping.abort()
      wake()
      await running
    },
  }
}

/** False: no copy is due. */
async function fileNext(options: SentCopiesOptions, stopped: AbortSignal): Promise<boolean> {
  const { db } = options
  const copy = await asEngine(db, takeSentCopy)
  if (copy === null) return false
  const signal = AbortSignal.any([stopped, AbortSignal.timeout(longestMs)])
  await failpoint('before-copy')
  const result = await file(options, copy, signal)
  await failpoint('after-copy')
  await asEngine(db, tx => {
    if (result.is === 'filed') return settleSentCopy(tx, copy)
    return postponeSentCopy(tx, copy, result.is === 'later' ? result.reason : { code: 'link.gone' })
  })
  return true
}

async function file(options: SentCopiesOptions, copy: HeldCopy, signal: AbortSignal) {
  const { db, channels, openLink, openMessage, log } = options
  const { workspaceId, messageId, linkId: id, kind, settings } = copy
  const channel = channels.get(kind)
  const message = (await loadMessagesById(db, new Map([[messageId, workspaceId]]))).get(messageId)
  if (channel?.fileCopy === undefined || message === undefined) return { is: 'no-folder' } as const
  const wanted = {
    ref: showId('message', messageId),
    sentAt: copy.sentAt,
    content: async () => contentOf(await openMessage(message, copy.rfcMessageId), copy.bcc),
  }
  try {
    return await channel.fileCopy(wanted, openLink({ workspaceId, id, kind, settings }), signal)
  } catch (error) {
    log.warn({ linkId: id, err: error }, 'A copy of a sent email could not be filed; trying again')
    return { is: 'later', reason: { code: 'local.error' } } as const
  }
}

/** The message as it left, and who got it blind: only the sender reads this copy. */
async function contentOf(message: OutgoingMessage, bcc: readonly string[]): Promise<string> {
  const blind = bcc.length > 0 ? [`Bcc: ${bcc.join(',\r\n ')}`] : []
  const parts = [[...message.headers, ...blind, '', ''].join('\r\n')]
  for await (const chunk of message.openBody()) parts.push(chunk)
  return parts.join('')
}
