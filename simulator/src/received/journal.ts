import { type FileHandle, open, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ReceivedMessage, Verdicts } from './message.ts'

/** One line of the journal. */
export type JournalLine =
  | { readonly took: ReceivedMessage }
  | { readonly judged: string; readonly verdicts: Verdicts }
  | { readonly dropped: readonly string[] }

const fileName = 'received.jsonl'

/** What the lines add up to. A torn last line (the process was killed while writing) counts as not written. */
export function replay(text: string): Map<string, ReceivedMessage> {
  const messages = new Map<string, ReceivedMessage>()
  for (const line of text.split('\n')) {
    let entry: Partial<{ took: ReceivedMessage; judged: string; verdicts: Verdicts; dropped: string[] }>
    try {
      entry = JSON.parse(line)
    } catch {
      continue
    }
    if (entry.took) messages.set(entry.took.id, entry.took)
    const judged = entry.judged && messages.get(entry.judged)
    if (judged && entry.verdicts) messages.set(judged.id, { ...judged, verdicts: entry.verdicts })
    for (const id of entry.dropped ?? []) messages.delete(id)
  }
  return messages
}

/**
 * Append-only index of what was received. Appends of one tick go out in one write; the promise settles when
 * they are with the operating system, so that a killed process loses nothing it answered for.
 */
export class Journal {
  readonly #path: string
  #file: FileHandle
  #lines: string[] = []
  #flushing: Promise<void> | undefined
  #count = 0

  private constructor(path: string, file: FileHandle) {
    this.#path = path
    this.#file = file
  }

  /** Reads the journal of `folder`, writes it anew without what is gone, and keeps it open. */
  static async open(folder: string): Promise<{ journal: Journal; messages: Map<string, ReceivedMessage> }> {
    const path = join(folder, fileName)
    const messages = replay(await readFile(path, 'utf8').catch(() => ''))
    await writeAnew(path, messages)
    const journal = new Journal(path, await open(path, 'a'))
    journal.#count = messages.size
    return { journal, messages }
  }

  /** Lines written since the journal was last written anew. */
  get lineCount(): number {
    return this.#count
  }

  append(line: JournalLine): Promise<void> {
    this.#lines.push(JSON.stringify(line))
    this.#count++
    this.#flushing ??= this.#flush()
    return this.#flushing
  }

  /** Writes only what still stands. Callers append nothing meanwhile that `messages` does not hold. */
  async compact(messages: ReadonlyMap<string, ReceivedMessage>): Promise<void> {
    await this.#flushing
    const old = this.#file
    this.#flushing = (async () => {
      this.#lines = []
      this.#count = messages.size
      await writeAnew(this.#path, messages)
      this.#file = await open(this.#path, 'a')
      await old.close()
      await this.#flush()
    })()
    await this.#flushing
  }

  async close(): Promise<void> {
    await this.#flushing
    await this.#file.close()
  }

  async #flush(): Promise<void> {
    // One turn of the loop gathers what arrives together.
    await new Promise(resolve => setImmediate(resolve))
    try {
      while (this.#lines.length > 0) {
        const lines = this.#lines
        this.#lines = []
        await this.#file.appendFile(`${lines.join('\n')}\n`)
      }
    } finally {
      this.#flushing = undefined
    }
  }
}

async function writeAnew(path: string, messages: ReadonlyMap<string, ReceivedMessage>): Promise<void> {
  const lines = [...messages.values()].map(took => `${JSON.stringify({ took })}\n`)
  await writeFile(`${path}.new`, lines.join(''))
  await rename(`${path}.new`, path)
}
