import type { Db } from '../platform/database/connect.ts'
import type { NoticeId } from '../platform/ids.ts'
import type { MatchParts } from './match-notice.ts'
import { type MeasureParts, measureNextArrival } from './measure-next-arrival.ts'
import { NoticeParser } from './notice-parser.ts'
import {
  type NextNotice,
  NoticeHeldUpError,
  type ReadingParts,
  type ReadNotice,
  readNextNotice,
} from './read-next-notice.ts'
import { type ReportParts, readNextReport } from './read-next-report.ts'

export interface NoticeReaderOptions extends MatchParts {
  readonly db: Db
  readonly log: {
    info(facts: object, message: string): void
    warn(facts: object, message: string): void
    error(facts: object, message: string): void
  }
  readonly returnPathHost: string
  /** Of the managed servers, to know our own mail in reports. */
  readonly ownAddresses?: () => Promise<readonly string[]>
  /** Who evaluates round trips; absent: they stay as they arrived. */
  readonly evaluate?: Pick<MeasureParts, 'resolver' | 'isInside'>
  /** Told of each round trip that was evaluated. */
  readonly onMeasured?: () => void
  /** Told of each notice, for metrics. */
  readonly onRead?: (read: ReadNotice) => void
  /** How many notices are read at once, each on its own connection of the pool. */
  readonly atOnce?: number
  readonly pollMs?: number
}

export interface NoticeReader {
  /** A notice has arrived, or a delivery has moved: look now instead of at the next poll. */
  wake(): void
  /** Lets notices that are being read end. */
  stop(): Promise<void>
}

/**
 * Reads notices as they come, and waiting ones again when their delivery has moved: at most a second later. Any
 * number of processes may do this at once; each notice is read by one.
 */
export function startNoticeReader(options: NoticeReaderOptions): NoticeReader {
  const reader = new Reader(options)
  reader.start()
  return reader
}

const restMs = 2_000

class Reader implements NoticeReader {
  readonly #options: NoticeReaderOptions
  readonly #parts: ReadingParts
  readonly #reports: ReportParts
  readonly #parser = new NoticeParser()
  readonly #pollMs: number
  readonly #resting = new Map<NoticeId, number>()
  #isStopping = false
  #isWoken = false
  #wake: () => void = () => {}
  #loop: Promise<void> = Promise.resolve()

  constructor(options: NoticeReaderOptions) {
    this.#options = options
    this.#pollMs = options.pollMs ?? 1_000
    this.#reports = {
      ...{ db: options.db, mailDomain: options.mailDomain, returnPathHost: options.returnPathHost },
      ownAddresses: options.ownAddresses ?? (async () => []),
    }
    this.#parts = {
      db: options.db,
      keys: options.keys,
      mailDomain: options.mailDomain,
      parser: this.#parser,
    }
  }

  start(): void {
    this.#loop = this.#run()
  }

  wake(): void {
    this.#isWoken = true
    this.#wake()
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    this.wake()
    await this.#loop
    await this.#parser.close()
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      this.#isWoken = false
      await this.#readAll('waiting')
      await this.#readAll('new')
      await this.#readReports()
      await this.#measureArrivals()
      if (!this.#isWoken && !this.#isStopping) await this.#pause()
    }
  }

  /** One looks first: an idle second costs two small queries and not six. */
  async #readAll(state: NextNotice['state']): Promise<void> {
    if (!(await this.#readOne(state))) return
    const lanes = Array.from({ length: this.#options.atOnce ?? 3 }, async () => {
      while (!this.#isStopping && (await this.#readOne(state)));
    })
    await Promise.all(lanes)
  }

  async #readReports(): Promise<void> {
    try {
      while (!this.#isStopping && (await readNextReport(this.#reports)));
    } catch (error) {
      this.#options.log.warn({ err: error }, 'a DMARC report cannot be read now; trying again')
    }
  }

  async #measureArrivals(): Promise<void> {
    const { db, log, mailDomain, evaluate, onMeasured } = this.#options
    if (evaluate === undefined) return
    try {
      while (!this.#isStopping && (await measureNextArrival({ db, log, mailDomain, ...evaluate })))
        onMeasured?.()
    } catch (error) {
      log.warn({ err: error }, 'round trips cannot be evaluated now; trying again')
    }
  }

  /** False: none is left, or the database is away. */
  async #readOne(state: NextNotice['state']): Promise<boolean> {
    const { log, onRead } = this.#options
    try {
      const read = await readNextNotice(this.#parts, { state, except: this.#heldUp() })
      if (read === null) return false
      if (read.error !== undefined) log.warn({ noticeId: read.id, err: read.error }, 'notice put aside')
      onRead?.(read)
      return true
    } catch (error) {
      if (!(error instanceof NoticeHeldUpError)) {
        log.warn({ err: error }, 'notices could not be looked for; trying again')
        return false
      }
      this.#resting.set(error.noticeId, performance.now() + restMs)
      log.warn({ noticeId: error.noticeId, err: error }, 'notice could not be read now; trying again')
      return true
    }
  }

  /** Notices that failed a moment ago: the others go first, whatever is wrong with these. */
  #heldUp(): NoticeId[] {
    for (const [id, until] of this.#resting) if (until <= performance.now()) this.#resting.delete(id)
    return [...this.#resting.keys()]
  }

  #pause(): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, this.#pollMs)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
