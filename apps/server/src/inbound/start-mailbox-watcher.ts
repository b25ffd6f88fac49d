import type { Reason } from '@fairlead/bounce'
import type { ChannelLink, Observed } from '../channels/channel.ts'
import type { Channels } from '../channels/registry.ts'
import { SecretUnavailableError } from '../links/secret-unavailable.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import { type Attendance, attendMailboxes } from './attend-mailboxes.ts'
import { keepWhatIsOurs, type LookParts } from './look-into-mailbox.ts'
import type { MatchParts } from './match-notice.ts'
import { NoticeParser } from './notice-parser.ts'
import { beginWatches, failWatch, type HeldWatch, leaseSeconds, takeWatch } from './watch-rows.ts'

export interface MailboxWatcherOptions extends MatchParts {
  readonly db: Db
  readonly channels: Channels
  readonly log: { warn(facts: object, message: string): void }
  openLink(link: {
    workspaceId: HeldWatch['workspaceId']
    id: HeldWatch['linkId']
    kind: HeldWatch['kind']
    settings: unknown
  }): ChannelLink<unknown>
  /** Notices are there to be read. */
  readonly onStored: () => void
  /** Mailboxes that are looked into at once. */
  readonly atOnce?: number
  /** Between two looks into a mailbox that showed nothing new; default half a minute. */
  readonly everyMs?: number
  readonly pollMs?: number
  /** Mailboxes at which this process waits for news at once, each over a connection of its own; 0: at none. */
  readonly mostAttended: number
}

export interface MailboxWatcher {
  /** Looks now for mailboxes that are due. */
  wake(): void
  /** Breaks off looks: what they saw is seen again. */
  stop(): Promise<void>
}

/**
 * Looks into the mailboxes of all links that have one, each at its time and by one worker at a time, and keeps what
 * belongs to a thread of ours. Any number of processes may do this at once.
 */
export function startMailboxWatcher(options: MailboxWatcherOptions): MailboxWatcher {
  const watcher = new Watcher(options)
  watcher.start()
  return watcher
}

const longestRestMs = 15 * 60_000
const beginEveryMs = 10_000

class Watcher implements MailboxWatcher {
  readonly #options: MailboxWatcherOptions
  readonly #parts: LookParts
  readonly #parser = new NoticeParser()
  readonly #stopping = new AbortController()
  readonly #attendance: Attendance
  #begunAt = Number.NEGATIVE_INFINITY
  #isWoken = false
  #wake: () => void = () => {}
  #loop: Promise<void> = Promise.resolve()

  constructor(options: MailboxWatcherOptions) {
    this.#options = options
    this.#parts = {
      ...{ db: options.db, keys: options.keys, mailDomain: options.mailDomain, parser: this.#parser },
      onSkipped: facts => options.log.warn(facts, 'A mail in a mailbox could not be read and is passed by'),
    }
    const { db, channels, log, openLink, mostAttended: most, pollMs } = options
    this.#attendance = attendMailboxes({
      ...{ db, channels, log, openLink, most, onNews: () => this.#nudge() },
      ...(pollMs === undefined ? {} : { everyMs: pollMs }),
    })
  }

  start(): void {
    this.#loop = this.#run()
  }

  wake(): void {
    this.#begunAt = Number.NEGATIVE_INFINITY
    this.#nudge()
    this.#attendance.wake()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#wake()
    await Promise.all([this.#loop, this.#attendance.stop()])
    await this.#parser.close()
  }

  #nudge(): void {
    this.#isWoken = true
    this.#wake()
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      this.#isWoken = false
      try {
        await this.#begin()
        await this.#lookAll()
      } catch (error) {
        this.#options.log.warn({ err: error }, 'Mailboxes cannot be looked for; trying again')
      }
      if (!this.#isWoken && !this.#stopping.signal.aborted) await this.#pause()
    }
  }

  async #begin(): Promise<void> {
    if (performance.now() - this.#begunAt < beginEveryMs) return
    await asEngine(this.#options.db, tx => beginWatches(tx, this.#options.channels))
    this.#begunAt = performance.now()
  }

  async #lookAll(): Promise<void> {
    if (!(await this.#lookOnce())) return
    const lanes = Array.from({ length: this.#options.atOnce ?? 4 }, async () => {
      while (!this.#stopping.signal.aborted && (await this.#lookOnce()));
    })
    await Promise.all(lanes)
  }

  /** False: no mailbox is due. */
  async #lookOnce(): Promise<boolean> {
    const held = await asEngine(this.#options.db, takeWatch)
    if (held === null) return false
    const signal = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout((leaseSeconds - 20) * 1_000)])
    const failed = await this.#look(held, signal)
    if (failed !== null) {
      const nextInMs = this.#stopping.signal.aborted
        ? 0
        : Math.min(this.#everyMs() * 2 ** held.failures, longestRestMs)
      await asEngine(this.#options.db, tx => failWatch(tx, held, { reason: failed, nextInMs }))
    }
    return true
  }

  /** Null: it went well. */
  async #look(held: HeldWatch, signal: AbortSignal): Promise<Reason | null> {
    try {
      const observed = await this.#observe(held, signal)
      if ('failed' in observed) return observed.failed
      const stored = await keepWhatIsOurs(this.#parts, held, { observed, restMs: this.#everyMs(), signal })
      if (stored !== null && stored > 0) this.#options.onStored()
      return null
    } catch (error) {
      if (error instanceof SecretUnavailableError) return error.outcome.reason
      if (!signal.aborted)
        this.#options.log.warn(
          { linkId: held.linkId, err: error },
          'A look into a mailbox failed; trying again',
        )
      return { code: 'local.error' }
    }
  }

  async #observe(held: HeldWatch, signal: AbortSignal): Promise<Observed | { failed: Reason }> {
    const channel = this.#options.channels.get(held.kind)
    if (channel?.observe === undefined) return { failed: { code: 'link.gone' } }
    const { workspaceId, linkId: id, kind, settings } = held
    return channel.observe(this.#options.openLink({ workspaceId, id, kind, settings }), held.cursor, signal)
  }

  #everyMs(): number {
    return this.#options.everyMs ?? 30_000
  }

  #pause(): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, this.#options.pollMs ?? 1_000)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
