import type { Channels } from '../channels/registry.ts'
import { closeChannels } from '../channels/registry.ts'
import { releaseDueEmail } from '../compose/release-due-emails.ts'
import type { ReleaseParts } from '../compose/release-email.ts'
import type { PlatformHosts } from '../domains/platform-hosts.ts'
import type { SenderDirectory } from '../domains/sender-directory.ts'
import { openLink } from '../links/open-link.ts'
import type { ReadBlob } from '../mail/body.ts'
import { messageIdFor } from '../mail/message-id.ts'
import { outgoingMessage } from '../mail/render-message.ts'
import { makeReturnPath, type ReturnPathKey } from '../mail/return-path.ts'
import type { BackOff } from '../outbox/back-off.ts'
import type { LoadedMessage } from '../outbox/load-messages.ts'
import { type Outbox, type OutboxOptions, startOutbox } from '../outbox/start-outbox.ts'
import { startSentCopies } from '../outbox/start-sent-copies.ts'
import type { Db } from '../platform/database/connect.ts'
import type { Log } from '../platform/log.ts'
import type { Secrets } from '../platform/secrets.ts'

export interface WorkerOptions {
  readonly db: Db
  readonly log: Log
  readonly channels: Channels
  /** Opens what links keep. */
  readonly secrets: Secrets
  readonly hosts: PlatformHosts
  /** The key that signs new return paths. */
  readonly returnPathKey: ReturnPathKey
  /** Who signs, and where mail comes back to. */
  readonly senders: SenderDirectory
  readonly backOff: BackOff
  readonly release: ReleaseParts
  readonly onAnswer?: OutboxOptions['onAnswer']
  readonly capacity?: number
}

export interface Worker {
  /** Something may be due: an email to release, a delivery to hand over. */
  wake(): void
  isAlive(): boolean
  held(): number
  stop(graceMs: number): Promise<void>
}

const pollMs = 1_000

/** The role `worker`: releases scheduled emails and carries what is in the outbox. */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const outbox = await startOutbox(outboxOptions(options))
  const releaser = startReleaser(options, outbox)
  const { db, channels, log, openLink, openMessage } = outboxOptions(options)
  const copies = startSentCopies({
    ...{ db, channels, log, openMessage },
    openLink: link => openLink({ ...link, hasPace: false }),
  })
  return {
    wake() {
      releaser.wake()
      outbox.wake()
    },
    isAlive: () => outbox.isAlive(),
    held: () => outbox.held(),
    async stop(graceMs) {
      await copies.stop()
      await releaser.stop()
      await outbox.stop(graceMs)
      await closeChannels(options.channels)
    },
  }
}

function outboxOptions(options: WorkerOptions): OutboxOptions {
  const { hosts } = options
  return {
    db: options.db,
    log: options.log,
    channels: options.channels,
    backOff: options.backOff,
    openLink: link => {
      const channel = options.channels.get(link.kind)
      return openLink(
        { db: options.db, secrets: options.secrets, renew: channel?.renew?.bind(channel) },
        link,
      )
    },
    openMessage: (message, messageId) => openMessage(message, messageId, options.release),
    envelope: {
      async returnPath({ id, round }, { workspaceId, fromAddress }) {
        const { returnPathHost: host } = await options.senders.routeOf(workspaceId, fromAddress)
        return makeReturnPath({ key: options.returnPathKey, deliveryId: id, round, host })
      },
      dkimFor: async ({ workspaceId, fromAddress }) =>
        (await options.senders.routeOf(workspaceId, fromAddress)).keys,
      messageIdFor: (message, { id, messageIdRound }) =>
        messageIdRound === 1
          ? message.rfcMessageId
          : messageIdFor({
              messageId: message.id,
              round: messageIdRound,
              deliveryId: id,
              domain: hosts.mailDomain,
            }),
    },
    ...(options.onAnswer === undefined ? {} : { onAnswer: options.onAnswer }),
    ...(options.capacity === undefined ? {} : { capacity: options.capacity }),
  }
}

async function openMessage(message: LoadedMessage, messageId: string, release: ReleaseParts) {
  const readBlob: ReadBlob = release.readBlob(message.workspaceId)
  return outgoingMessage({
    frozen: {
      headers: message.headers,
      body: await message.body(),
      bodyHash: message.bodyHash,
      size: message.size,
    },
    messageId,
    sender: { name: message.fromName, address: message.fromAddress },
    readBlob,
  })
}

/** Looks for scheduled emails whose time has come, at each hint and each second. */
function startReleaser(options: WorkerOptions, outbox: Outbox): { wake(): void; stop(): Promise<void> } {
  let running: Promise<void> | null = null
  let isAskedAgain = false
  let isStopped = false
  const releaseAll = async (): Promise<void> => {
    do {
      isAskedAgain = false
      while (!isStopped && (await releaseDueEmail(options.db, options.release))) outbox.wake()
    } while (isAskedAgain && !isStopped)
  }
  const wake = (): void => {
    isAskedAgain = true
    running ??= releaseAll()
      .catch(error =>
        options.log.error({ err: error }, 'releasing scheduled emails failed; it will be tried again'),
      )
      .finally(() => {
        running = null
      })
  }
  const timer = setInterval(wake, pollMs)
  wake()
  return {
    wake,
    async stop() {
      isStopped = true
      clearInterval(timer)
      await running
    },
  }
}
