import { EventEmitter } from 'node:events'
import { mkdir, readdir, readFile, rm, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { Journal } from './journal.ts'
import type { ReceivedMessage, Verdicts } from './message.ts'
import { fitsQuery, type ReceivedQuery } from './query.ts'

export interface StoreLimits {
  readonly maxMessages: number
  readonly maxBytes: number
}

const compactAfterLines = 5_000

/** Everything received: bytes as files, the rest in memory and in a journal beside them. The oldest go first. */
export class ReceivedStore {
  readonly #folder: string
  readonly #limits: StoreLimits
  readonly #journal: Journal
  readonly #messages: Map<string, ReceivedMessage>
  readonly #news = new EventEmitter().setMaxListeners(0)
  #bytes = 0
  #tidying: Promise<void> | undefined

  private constructor(
    folder: string,
    opened: { journal: Journal; messages: Map<string, ReceivedMessage>; limits: StoreLimits },
  ) {
    this.#folder = folder
    this.#limits = opened.limits
    this.#journal = opened.journal
    this.#messages = opened.messages
    for (const { size } of opened.messages.values()) this.#bytes += size
  }

  /** Opens or makes the store below `folder`; files the journal does not know (half received) are removed. */
  static async open(folder: string, limits: StoreLimits): Promise<ReceivedStore> {
    const files = join(folder, 'received')
    await mkdir(files, { recursive: true })
    const { journal, messages } = await Journal.open(folder)
    const present = new Set(await readdir(files))
    for (const file of present) if (!messages.has(file.replace(/\.eml$/, ''))) await rm(join(files, file))
    for (const id of messages.keys()) if (!present.has(`${id}.eml`)) messages.delete(id)
    return new ReceivedStore(files, { journal, messages, limits })
  }

  /** Where the bytes of a message are or belong. */
  pathOf(id: string): string {
    return join(this.#folder, `${id}.eml`)
  }

  /** Takes a message whose bytes are already at `pathOf(id)`; settles when it would survive the process. */
  async add(message: ReceivedMessage): Promise<void> {
    this.#messages.set(message.id, message)
    this.#bytes += message.size
    await this.#journal.append({ took: message })
    this.#news.emit('news')
    this.#tidying ??= this.#tidy().finally(() => {
      this.#tidying = undefined
    })
  }

  async judge(id: string, verdicts: Verdicts): Promise<void> {
    const message = this.#messages.get(id)
    if (!message) return
    this.#messages.set(id, { ...message, verdicts })
    await this.#journal.append({ judged: id, verdicts })
    this.#news.emit('news')
  }

  get(id: string): ReceivedMessage | undefined {
    return this.#messages.get(id)
  }

  async read(id: string): Promise<Buffer | undefined> {
    return this.#messages.has(id) ? readFile(this.pathOf(id)).catch(() => undefined) : undefined
  }

  /** Matching messages, oldest first. */
  find(query: ReceivedQuery): ReceivedMessage[] {
    return [...this.#messages.values()].filter(message => fitsQuery(message, query))
  }

  get size(): number {
    return this.#messages.size
  }

  /** Calls back after each change, until the returned function is called. */
  watch(onNews: () => void): () => void {
    this.#news.on('news', onNews)
    return () => this.#news.off('news', onNews)
  }

  async clear(): Promise<void> {
    await this.#drop([...this.#messages.keys()])
  }

  async close(): Promise<void> {
    await this.#tidying
    await this.#journal.close()
  }

  async #tidy(): Promise<void> {
    const excess: string[] = []
    let bytes = this.#bytes
    let count = this.#messages.size
    for (const { id, size } of this.#messages.values()) {
      // The newest stays, however large it is.
      const isWithin = count <= this.#limits.maxMessages && bytes <= this.#limits.maxBytes
      if (isWithin || count === 1) break
      excess.push(id)
      bytes -= size
      count--
    }
    if (excess.length > 0) await this.#drop(excess)
    const standing = this.#messages.size + compactAfterLines
    if (this.#journal.lineCount > standing * 2) await this.#journal.compact(this.#messages)
  }

  async #drop(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      this.#bytes -= this.#messages.get(id)?.size ?? 0
      this.#messages.delete(id)
    }
    await this.#journal.append({ dropped: ids })
    await Promise.all(ids.map(id => unlink(this.pathOf(id)).catch(() => {})))
  }
}
