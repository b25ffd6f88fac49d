import { randomUUID } from 'node:crypto'
import type { ChannelKind } from '@fairlead/contract'
import type { AttendEnd, ChannelLink } from '../channels/channel.ts'
import type { Channels } from '../channels/registry.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import { announceMail, type HeldPost, keepPosts, leaveAllPosts, leavePost, takePosts } from './attend-rows.ts'

export interface AttendanceOptions {
  readonly db: Db
  readonly channels: Channels
  readonly log: { warn(facts: object, message: string): void }
  openLink(
    link: Pick<HeldPost, 'workspaceId' | 'kind' | 'settings'> & { id: HeldPost['linkId'] },
  ): ChannelLink<unknown>
  /** A mailbox is due for a look. */
  readonly onNews: () => void
  /** Mailboxes at which this process waits at once; each is a connection. 0: at none. */
  readonly most: number
  /** Until another process may take over from one that died. */
  readonly leaseMs?: number
  /** Between two searches for mailboxes at which nobody waits. */
  readonly everyMs?: number
}

/** This process's connections that wait at mailboxes. */
export interface Attendance {
  /** Looks now for mailboxes at which nobody waits. */
  wake(): void
  stop(): Promise<void>
}

/**
 * Waits at mailboxes whose channel can, each by one process at a time. What it hears is a hint alone: the look that
 * follows decides what came, and without any hint the next look comes at its time.
 */
export function attendMailboxes(options: AttendanceOptions): Attendance {
  const attendants = new Attendants(options)
  attendants.start()
  return attendants
}

interface Post extends HeldPost {
  readonly leaving: AbortController
  /** Since when it hears; null: not yet. */
  hearsSince: number | null
  toldAt: number
  telling: NodeJS.Timeout | null
}

/** A server without such a thing is asked again another day, a broken connection soon, one that never came about later. */
const restMs = { unable: 6 * 3_600_000, wellHeard: 5_000, failed: 5 * 60_000 } as const
const wellHeardMs = 60_000
/** A server that speaks without end must not keep the database busy. */
const tellEveryMs = 1_000

class Attendants implements Attendance {
  readonly #options: AttendanceOptions
  readonly #me = randomUUID()
  readonly #kinds: readonly ChannelKind[]
  readonly #posts = new Map<HeldPost['linkId'], Post>()
  readonly #stays = new Set<Promise<void>>()
  readonly #stopping = new AbortController()
  #keptAt = performance.now()
  #isWoken = false
  #wake: () => void = () => {}
  #loop: Promise<void> = Promise.resolve()

  constructor(options: AttendanceOptions) {
    this.#options = options
    this.#kinds = [...options.channels.values()].flatMap(channel =>
      channel.attend === undefined ? [] : [channel.kind],
    )
  }

  start(): void {
    if (this.#options.most > 0 && this.#kinds.length > 0) this.#loop = this.#run()
  }

  wake(): void {
    this.#isWoken = true
    this.#wake()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    for (const post of this.#posts.values()) post.leaving.abort()
    this.#wake()
    await this.#loop
    await Promise.all(this.#stays)
    await asEngine(this.#options.db, tx => leaveAllPosts(tx, this.#me)).catch(() => undefined)
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const isWoken = this.#isWoken
      this.#isWoken = false
      try {
        await this.#keep(isWoken)
        await this.#take()
      } catch (error) {
        this.#options.log.warn({ err: error }, 'Mailboxes cannot be waited at now; trying again')
        if (performance.now() - this.#keptAt > this.#leaseMs()) this.#leave(() => true)
      }
      if (!this.#isWoken && !this.#stopping.signal.aborted) await this.#pause()
    }
  }

  /** Renews the leases; leaves what another process took, what was paused, and what was changed. */
  async #keep(isWoken: boolean): Promise<void> {
    if (!isWoken && performance.now() - this.#keptAt < this.#leaseMs() / 3) return
    const began = performance.now()
    const kept = await asEngine(this.#options.db, tx =>
      keepPosts(tx, { attendant: this.#me, leaseMs: this.#leaseMs() }),
    )
    this.#keptAt = began
    const versions = new Map(kept.map(({ linkId, version }) => [linkId, version]))
    this.#leave(post => versions.get(post.linkId) !== post.version)
    // Of these it could not be written that they were left.
    const forgotten = kept.filter(({ linkId }) => !this.#posts.has(linkId))
    for (const post of forgotten) await this.#leavePost(post, restMs.failed)
  }

  #leave(isWanted: (post: Post) => boolean): void {
    for (const post of this.#posts.values()) if (isWanted(post)) post.leaving.abort()
  }

  async #take(): Promise<void> {
    const most = this.#options.most - this.#posts.size
    if (most <= 0 || this.#stopping.signal.aborted) return
    const wanted = { attendant: this.#me, kinds: this.#kinds, most, leaseMs: this.#leaseMs() }
    for (const held of await asEngine(this.#options.db, tx => takePosts(tx, wanted))) {
      // Its lease ran out while this process was held up; it still waits there.
      if (this.#posts.has(held.linkId)) continue
      const stay = this.#stay(held).finally(() => this.#stays.delete(stay))
      this.#stays.add(stay)
    }
  }

  async #stay(held: HeldPost): Promise<void> {
    const post: Post = {
      ...held,
      ...{
        leaving: new AbortController(),
        hearsSince: null,
        toldAt: Number.NEGATIVE_INFINITY,
        telling: null,
      },
    }
    this.#posts.set(held.linkId, post)
    try {
      const end = await this.#attend(post)
      if (this.#stopping.signal.aborted) return
      await this.#leavePost(post, this.#restOf(post, end))
    } catch (error) {
      // The lease ends by itself.
      this.#options.log.warn({ linkId: held.linkId, err: error }, 'A mailbox was not left in order')
    } finally {
      if (post.telling !== null) clearTimeout(post.telling)
      this.#posts.delete(held.linkId)
      // What was left because it changed is waited at again at once.
      if (post.leaving.signal.aborted) this.wake()
    }
  }

  #leavePost(post: Pick<HeldPost, 'workspaceId' | 'linkId'>, rest: number): Promise<void> {
    return asEngine(this.#options.db, tx => leavePost(tx, post, { attendant: this.#me, restMs: rest }))
  }

  async #attend(post: Post): Promise<AttendEnd> {
    const { workspaceId, linkId: id, kind, settings } = post
    const link = this.#options.openLink({ workspaceId, id, kind, settings })
    try {
      const channel = this.#options.channels.get(kind)
      return (await channel?.attend?.(link, () => this.#hear(post), post.leaving.signal)) ?? 'unable'
    } catch {
      // The look at the same mailbox fails too, and says why.
      return 'lost'
    }
  }

  #restOf({ hearsSince, leaving }: Post, end: AttendEnd): number {
    if (leaving.signal.aborted) return 0
    if (end === 'unable') return restMs.unable
    const isWellHeard = hearsSince !== null && performance.now() - hearsSince >= wellHeardMs
    return isWellHeard ? restMs.wellHeard : restMs.failed
  }

  #hear(post: Post): void {
    post.hearsSince ??= performance.now()
    if (post.telling !== null || post.leaving.signal.aborted) return
    const waitMs = Math.max(0, post.toldAt + tellEveryMs - performance.now())
    post.telling = setTimeout(() => void this.#tell(post), waitMs)
  }

  async #tell(post: Post): Promise<void> {
    post.telling = null
    post.toldAt = performance.now()
    try {
      await asEngine(this.#options.db, tx => announceMail(tx, post, this.#me))
      this.#options.onNews()
    } catch (error) {
      // The usual look sees it later.
      this.#options.log.warn({ linkId: post.linkId, err: error }, 'News of a mailbox was lost')
    }
  }

  #leaseMs(): number {
    return this.#options.leaseMs ?? 90_000
  }

  #pause(): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, this.#options.everyMs ?? 5_000)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
