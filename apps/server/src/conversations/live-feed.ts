import { limits, Problem } from '@fairlead/contract'
import type { Db } from '../platform/database/connect.ts'
import type { MemberId, WorkspaceId } from '../platform/ids.ts'
import { codeOf } from '../platform/plain-error.ts'
import { type LiveMessage, LiveStream } from './live-stream.ts'
import { type News, parseSnapshot, readNews, type Snapshot, takeSnapshot } from './read-news.ts'

export interface LiveFeedOptions {
  readonly db: Db
  /** Tells other processes that something was recorded here. */
  readonly onTell?: () => void
  readonly onError?: (error: unknown) => void
  readonly pollMs?: number
  /** A stream ends after this long, so that its reader shows anew who it is. */
  readonly streamMs?: number
}

/** Who listens, and what they saw last. */
export interface Listener {
  readonly workspaceId: WorkspaceId
  readonly memberId: MemberId
  /** Id of the last message that was seen; null: from now on. */
  readonly after: string | null
  readonly signal?: AbortSignal | undefined
}

const defaultPollMs = 1_000
const defaultStreamMs = 600_000
/** Hints lead to a query no sooner than this after the one before. */
const quietMs = 100
const retryAfterSeconds = 30
/** Events of all members that one look takes; after a pause with more, readers load anew. */
const mostAtOnce = 5_000
const mostMissed = 20_000

/**
 * New facts for all who listen at this process: one query for all of them, when a hint comes and at least once a
 * second, and none while nobody listens.
 */
export class LiveFeed {
  readonly #options: LiveFeedOptions
  /** All that count against the limits; those that are set up get what is found. */
  readonly #streams = new Map<LiveStream, { isSetUp: boolean }>()
  #since: Snapshot | null = null
  #timer: NodeJS.Timeout | null = null
  #dueAt = 0
  #isLooking = false
  #isHinted = false
  #isClosed = false

  constructor(options: LiveFeedOptions) {
    this.#options = options
  }

  /**
   * Opens a stream: what was missed after `after` first, then `ready`, then what happens. Problem: live.too-many.
   * The stream ends with its signal, after a while, or with close().
   */
  async open(listener: Listener): Promise<AsyncGenerator<LiveMessage, void>> {
    this.#refuseTooMany(listener)
    const stream = new LiveStream(listener)
    const state = { isSetUp: false }
    this.#streams.set(stream, state)
    try {
      if (this.#since === null) {
        const now = await takeSnapshot(this.#options.db)
        this.#since ??= now
      }
      // From this moment on it gets what comes after `since`; what lies before is read for it alone.
      const since = this.#since
      state.isSetUp = true
      this.#lookIn(this.#options.pollMs ?? defaultPollMs)
      const missed = await this.#readMissed(listener, since)
      stream.putFirst([...missed, { id: since, news: { type: 'ready' } }])
    } catch (error) {
      this.#remove(stream)
      throw error
    }
    return this.#run(stream, listener.signal)
  }

  /** Something was recorded, here or elsewhere: looks soon. */
  wake(): void {
    this.#isHinted = this.#isLooking
    if (this.#since !== null && !this.#isLooking) this.#lookIn(quietMs)
  }

  /** Something was recorded by this process: looks soon, and tells the others. */
  tell(): void {
    this.wake()
    this.#options.onTell?.()
  }

  /** Ends all streams and takes no more. */
  close(): void {
    this.#isClosed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    for (const stream of this.#streams.keys()) stream.end()
  }

  #refuseTooMany({ memberId }: Listener): void {
    if (this.#isClosed) throw new Problem('service.unavailable')
    const own = [...this.#streams.keys()].filter(stream => stream.memberId === memberId)
    if (own.length >= limits.liveStreamsPerMember || this.#streams.size >= limits.liveStreamsPerProcess)
      throw new Problem('live.too-many', { retryAfterSeconds })
  }

  async *#run(stream: LiveStream, signal: AbortSignal | undefined): AsyncGenerator<LiveMessage, void> {
    const end = () => stream.end()
    const timer = setTimeout(end, this.#options.streamMs ?? defaultStreamMs)
    timer.unref()
    signal?.addEventListener('abort', end)
    if (signal?.aborted === true || this.#isClosed) end()
    try {
      yield* stream.read()
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      this.#remove(stream)
    }
  }

  #remove(stream: LiveStream): void {
    this.#streams.delete(stream)
    if (this.#streams.size > 0) return
    this.#since = null
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  /** What the listener did not see of what `since` shows. */
  async #readMissed(listener: Listener, until: Snapshot): Promise<LiveMessage[]> {
    if (listener.after === null) return []
    const seen = parseSnapshot(listener.after)
    const reset: LiveMessage[] = [{ id: until, news: { type: 'reset' } }]
    if (seen === null) return reset
    const { workspaceId, memberId } = listener
    const found = await readNews(this.#options.db, { since: seen, until, most: mostMissed, memberId }).catch(
      (error: unknown) => {
        // 22P02: it looks like a snapshot and is none.
        if (codeOf(error) === '22P02') return null
        throw error
      },
    )
    const own = found?.news?.filter(news => news.workspaceId === workspaceId)
    if (own === undefined || own.length > limits.liveBackfill) return reset
    return messagesOf(own, { before: seen, now: until })
  }

  /** Looks after so long at the latest. */
  #lookIn(ms: number): void {
    const at = performance.now() + ms
    if (this.#isClosed || this.#isLooking || (this.#timer !== null && this.#dueAt <= at)) return
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#dueAt = at
    this.#timer = setTimeout(() => {
      this.#timer = null
      void this.#look()
    }, ms)
  }

  async #look(): Promise<void> {
    const since = this.#since
    if (since === null) return
    this.#isLooking = true
    this.#isHinted = false
    try {
      const { now, news } = await readNews(this.#options.db, { since, most: mostAtOnce })
      // Nobody listens any more, or somebody began anew: then that is where it goes on.
      if (this.#since === since) this.#spread({ since, now, news })
    } catch (error) {
      this.#options.onError?.(error)
    } finally {
      this.#isLooking = false
    }
    if (this.#since !== null) this.#lookIn(this.#isHinted ? quietMs : (this.#options.pollMs ?? defaultPollMs))
  }

  #spread(look: { since: Snapshot; now: Snapshot; news: readonly News[] | null }): void {
    this.#since = look.now
    const byMember = look.news === null ? null : Map.groupBy(look.news, ({ memberId }) => memberId)
    for (const [stream, { isSetUp }] of this.#streams) {
      if (!isSetUp) continue
      if (byMember === null) stream.put([{ id: look.now, news: { type: 'reset' } }])
      else stream.put(messagesOf(byMember.get(stream.memberId) ?? [], { before: look.since, now: look.now }))
    }
  }
}

/** All but the last say where their look began: who loses the connection between them gets all of them again. */
function messagesOf(news: readonly News[], look: { before: Snapshot; now: Snapshot }): LiveMessage[] {
  return news.map(({ shown }, at) => ({ id: at === news.length - 1 ? look.now : look.before, news: shown }))
}
