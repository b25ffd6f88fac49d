import type { ChannelKind } from '@fairlead/contract'
import type { ChannelLink, DeliveryChannel, Receipt, TriedHandoff } from '../channels/channel.ts'
import { SecretUnavailableError } from '../links/secret-unavailable.ts'
import type { Address } from '../mail/message.ts'
import type { Db } from '../platform/database/connect.ts'
import type { DueLink } from './due-links.ts'
import { claimLooks, type Look, lookTimeoutMs, recordLook } from './look-rows.ts'

interface LookUpOptions {
  readonly db: Db
  readonly channels: ReadonlyMap<ChannelKind, DeliveryChannel<unknown>>
  readonly openLink: (link: DueLink) => ChannelLink<unknown>
  readonly onError: (error: unknown) => void
  /** Something was proved unsent: it is due. */
  readonly onDue: () => void
}

const mostAtOnce = 10

/**
 * Asks channels what became of handoffs that lost their answer, a few at a time and one worker for each. A search that
 * finds settles it; one that does not find never does, unless the channel can prove it, twice.
 */
export class LookUps {
  readonly #options: LookUpOptions
  readonly #abort = new AbortController()
  #running: Promise<void> | null = null

  constructor(options: LookUpOptions) {
    this.#options = options
  }

  /** Looks at what is due; does nothing while the last look is under way. */
  look(): void {
    if (this.#abort.signal.aborted) return
    this.#running ??= this.#lookAtDue()
      .catch(this.#options.onError)
      .finally(() => {
        this.#running = null
      })
  }

  /** Lets go; what was being asked is asked again by another worker. */
  async stop(): Promise<void> {
    this.#abort.abort()
    await this.#running
  }

  async #lookAtDue(): Promise<void> {
    const due = await claimLooks(this.#options.db, mostAtOnce)
    const settled = await Promise.all(due.map(look => this.#settle(look)))
    if (settled.includes('settled')) this.#options.onDue()
  }

  async #settle(look: Look): Promise<'settled' | 'open'> {
    const said = await this.#ask(look)
    if (this.#abort.signal.aborted) return 'open'
    return await recordLook(this.#options.db, look, said)
  }

  async #ask(look: Look): Promise<Receipt | 'not-sent' | 'cannot-tell'> {
    const channel = this.#options.channels.get(look.link.kind)
    if (channel?.lookUp === undefined || look.link.state !== 'ready') return 'cannot-tell'
    const tried: TriedHandoff = {
      id: look.handoffId,
      messageId: look.messageId,
      markedAt: look.markedAt,
      to: look.deliveries.map(delivery => delivery.address as Address),
      ...(look.receipt === null ? {} : { receipt: look.receipt }),
    }
    try {
      const signal = AbortSignal.any([this.#abort.signal, AbortSignal.timeout(lookTimeoutMs)])
      return await channel.lookUp(tried, this.#options.openLink(look.link), signal)
    } catch (error) {
      if (!(error instanceof SecretUnavailableError) && !this.#abort.signal.aborted)
        this.#options.onError(error)
      return 'cannot-tell'
    }
  }
}

/** The kinds of channel that can be asked. */
export function askableKinds(channels: ReadonlyMap<ChannelKind, DeliveryChannel<unknown>>): ChannelKind[] {
  return [...channels.values()].filter(channel => channel.lookUp !== undefined).map(channel => channel.kind)
}
