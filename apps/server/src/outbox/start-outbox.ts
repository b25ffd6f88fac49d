import { setTimeout as delay } from 'node:timers/promises'
import type { ChannelKind } from '@fairlead/contract'
import type { ChannelLink, DeliveryChannel } from '../channels/channel.ts'
import type { OutgoingMessage } from '../mail/message.ts'
import type { Db } from '../platform/database/connect.ts'
import { failpoint } from '../platform/failpoint.ts'
import type { Answer } from './answer.ts'
import type { BackOff } from './back-off.ts'
import { DueDeliveries } from './claim-due-deliveries.ts'
import type { ClaimedHandoff } from './claimed-handoff.ts'
import { commitMarks, type HandoffRecord, keepReceipt } from './commit-marks.ts'
import type { DueLink } from './due-links.ts'
import { GroupCommit } from './group-commit.ts'
import { type Envelope, type HandoffParts, handOff, type TryResult } from './hand-off.ts'
import { Holdings } from './holdings.ts'
import { Lanes } from './lanes.ts'
import { type LoadedMessage, loadMessages } from './load-messages.ts'
import { type KnownReceipts, loadReceipts } from './load-receipts.ts'
import { askableKinds, LookUps } from './look-ups.ts'
import { recordAnswers, returnHandoffs } from './record-answers.ts'
import { sweepLapsed } from './sweep-lapsed.ts'
import { type LeaseTimes, leaseTimes, shareOf, takeWorkerLease, type WorkerLease } from './worker-lease.ts'

/**
 * The outbox: claims due deliveries, leads each through its lane to its channel, commits the mark, records the
 * answer. The delivery row is the queue; nothing here is kept that a kill could lose.
 */

export interface OutboxOptions {
  readonly db: Db
  readonly channels: ReadonlyMap<ChannelKind, DeliveryChannel<unknown>>
  /** Opens a link row for a channel; the secret stays sealed until the channel uses it. */
  readonly openLink: (link: DueLink) => ChannelLink<unknown>
  readonly openMessage: (message: LoadedMessage, messageId: string) => Promise<OutgoingMessage>
  readonly envelope: Envelope
  readonly backOff: BackOff
  readonly log: { error(facts: object, message: string): void; warn(facts: object, message: string): void }
  /** Told of each answer, for metrics. */
  readonly onAnswer?: (answer: Answer) => void
  readonly times?: LeaseTimes
  /** Most deliveries that this worker holds at once. */
  readonly capacity?: number
}

export interface Outbox {
  /** Something may have become due: look now instead of at the next poll. */
  wake(): void
  isAlive(): boolean
  /** How many deliveries this worker holds now. */
  held(): number
  /** Stops claiming, lets running tries end for at most `graceMs`, records them, lets go of the rest. */
  stop(graceMs: number): Promise<void>
}

const pollMs = 1_000
const claimAtOnce = 200
const usualCapacity = 600

export async function startOutbox(options: OutboxOptions): Promise<Outbox> {
  const lease = await takeWorkerLease(options.db, {
    times: options.times ?? leaseTimes,
    onError: error => options.log.error({ err: error }, 'worker lease was not renewed'),
  })
  const runner = new OutboxRunner(options, lease)
  runner.start()
  return runner
}

class OutboxRunner implements Outbox {
  readonly #options: OutboxOptions
  readonly #lease: WorkerLease
  readonly #lanes = new Lanes()
  readonly #due: DueDeliveries
  readonly #marks: GroupCommit<HandoffRecord, boolean>
  readonly #answers: GroupCommit<Answer, null>
  readonly #returns: GroupCommit<{ handoff: ClaimedHandoff; dueInMs: number }, null>
  readonly #abort = new AbortController()
  readonly #stopped = new AbortController()
  readonly #parts: HandoffParts
  readonly #lookUps: LookUps
  readonly #held: Holdings
  #isStopping = false
  #wake: () => void = () => {}
  #isWoken = false
  #loop: Promise<void> = Promise.resolve()
  #upkeep: NodeJS.Timeout | null = null
  #whenEmpty: () => void = () => {}

  constructor(options: OutboxOptions, lease: WorkerLease) {
    const { db, backOff } = options
    this.#options = options
    this.#lease = lease
    const share = (most: number): number => shareOf(most, lease.standing())
    this.#held = new Holdings({
      capacity: options.capacity ?? usualCapacity,
      claimAtOnce,
      shareOf: share,
    })
    this.#due = new DueDeliveries({
      db,
      channels: options.channels,
      leaseId: () => lease.id(),
      roomFor: (way, mostConnections) => this.#held.roomFor(way, mostConnections),
    })
    this.#marks = new GroupCommit({ most: claimAtOnce, commit: records => commitMarks(db, records) })
    this.#answers = new GroupCommit({
      most: claimAtOnce,
      commit: answers => recordAnswers(db, backOff, answers),
    })
    this.#returns = new GroupCommit({ most: claimAtOnce, commit: items => returnHandoffs(db, items) })
    this.#lookUps = new LookUps({
      ...{ db, channels: options.channels, openLink: options.openLink },
      onError: error => options.log.error({ err: error }, 'looking for a lost answer failed'),
      onDue: () => this.wake(),
    })
    this.#parts = {
      lanes: this.#lanes,
      envelope: options.envelope,
      shareOf: share,
      commitMark: record => this.#marks.submit(record),
      keepReceipt: (record, receipt) => keepReceipt(db, record, receipt),
      outgoing: options.openMessage,
      onBug: (error, handoff) => options.log.error({ err: error, handoff }, 'a channel threw'),
    }
  }

  start(): void {
    this.#loop = this.#run()
    const askable = askableKinds(this.#options.channels)
    const upkeep = async (): Promise<void> => {
      if (askable.length > 0) this.#lookUps.look()
      await this.#lanes.refresh(this.#options.db)
      if ((await sweepLapsed(this.#options.db, askable)) > 0) this.wake()
    }
    let running: Promise<void> = upkeep().catch(this.#report)
    this.#upkeep = setInterval(() => {
      running = running.then(upkeep).catch(this.#report)
    }, pollMs)
  }

  wake(): void {
    this.#isWoken = true
    this.#wake()
  }

  isAlive(): boolean {
    return this.#lease.isHeld()
  }

  held(): number {
    return this.#held.deliveries()
  }

  async stop(graceMs: number): Promise<void> {
    this.#isStopping = true
    this.#stopped.abort()
    this.wake()
    this.#lanes.close()
    await this.#loop
    if (this.#upkeep !== null) clearInterval(this.#upkeep)
    const timer = setTimeout(() => this.#abort.abort(), graceMs)
    if (this.held() > 0) await new Promise<void>(resolve => (this.#whenEmpty = resolve))
    clearTimeout(timer)
    await this.#lookUps.stop()
    await this.#lease.release()
  }

  readonly #report = (error: unknown): void => {
    this.#options.log.error({ err: error }, 'outbox upkeep failed; it will be tried again')
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      const claimed = await this.#claim().catch(error => {
        this.#options.log.error({ err: error }, 'claiming failed; it will be tried again')
        return 0
      })
      if (claimed === 0 && !this.#isStopping) await this.#sleepUntilWoken()
    }
  }

  /** A full batch is followed by the next one at once; otherwise the worker waits for a hint, a free place or the poll. */
  async #claim(): Promise<number> {
    const free = this.#held.free()
    if (free === 0 || !this.#lease.isHeld()) return 0
    const claimed = await this.#due.claim(Math.min(free, claimAtOnce))
    if (claimed.length === 0) return 0
    this.#held.add(claimed)
    await failpoint('after-claim')
    await this.#begin(claimed)
    return claimed.length
  }

  async #begin(claimed: readonly ClaimedHandoff[]): Promise<void> {
    const startedTick = performance.now()
    const [messages, receiptsOf] = await Promise.all([
      loadMessages(this.#options.db, claimed),
      loadReceipts(this.#options.db, claimed),
    ]).catch(error => {
      this.#report(error)
      return [new Map<string, LoadedMessage>(), (): KnownReceipts => ({})] as const
    })
    for (const handoff of claimed) {
      const message = messages.get(handoff.deliveries[0].messageId)
      const loaded = message && { message, receipts: receiptsOf(handoff), startedTick }
      void this.#carry(handoff, loaded).finally(() => this.#letGo(handoff))
    }
  }

  /** One handoff from claim to record. A failing record is tried until it is written or the lease tells the truth instead. */
  async #carry(
    claimed: ClaimedHandoff,
    loaded: { message: LoadedMessage; receipts: KnownReceipts; startedTick: number } | undefined,
  ): Promise<void> {
    const { link, traits } = claimed.way
    const channel = this.#options.channels.get(link.kind)
    if (loaded === undefined || channel === undefined || traits === null)
      return await this.#record(claimed, { is: 'returned', dueInMs: 60_000 })
    if (!(await this.#isTime(claimed.startInMs - (performance.now() - loaded.startedTick))))
      return await this.#record(claimed, { is: 'returned', dueInMs: 0 })
    const { message, receipts } = loaded
    const opened = this.#options.openLink(link)
    const tried = { claimed, traits, message, receipts, channel, link: opened }
    await this.#record(claimed, await handOff(tried, this.#parts, this.#abort.signal))
  }

  /** Waits for the pace's slot; false where the worker stops before. */
  async #isTime(waitMs: number): Promise<boolean> {
    if (waitMs <= 0) return true
    return await delay(waitMs, true, { signal: this.#stopped.signal }).catch(() => false)
  }

  async #record(handoff: ClaimedHandoff, result: TryResult): Promise<void> {
    if (result.is === 'answered') {
      await this.#untilWritten(() => this.#answers.submit(result.answer))
      this.#options.onAnswer?.(result.answer)
    } else {
      await this.#untilWritten(() => this.#returns.submit({ handoff, dueInMs: Math.round(result.dueInMs) }))
    }
  }

  async #untilWritten(write: () => Promise<null>): Promise<void> {
    for (let waitMs = 100; ; waitMs = Math.min(waitMs * 2, 5_000)) {
      try {
        await write()
        return
      } catch (error) {
        this.#options.log.error({ err: error }, 'an answer could not be written; it will be tried again')
        if (this.#abort.signal.aborted) return
        await new Promise(resolve => setTimeout(resolve, waitMs))
      }
    }
  }

  #letGo(handoff: ClaimedHandoff): void {
    const isWorthLooking = this.#held.remove(handoff)
    if (this.held() === 0) this.#whenEmpty()
    if (isWorthLooking) this.wake()
  }

  /** A hint that came while claiming was under way counts too. */
  async #sleepUntilWoken(): Promise<void> {
    if (!this.#isWoken) {
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, pollMs)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    this.#isWoken = false
  }
}
