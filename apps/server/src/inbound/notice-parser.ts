import { Worker } from 'node:worker_threads'
import { type ParsedNotice, parseNotice } from './parse-notice.ts'
import { Turns } from './turns.ts'

// A parse of 200 KB takes a few milliseconds; above that the event loop is left alone.
const mostOnLoop = 200 * 1024
const patienceMs = 10_000
const mostMegabytes = 512

/** The parser failed on these bytes: it would fail again. */
export class UnreadableNoticeError extends Error {
  override readonly name = 'UnreadableNoticeError'
}

/** Parses small notices at once and large ones in a thread, which is cut off when it takes too long. */
export class NoticeParser {
  readonly #turns = new Turns(1)
  #worker: Worker | null = null

  /** Rejects with UnreadableNoticeError where the parser throws, dies, or takes longer than ten seconds. */
  async parse(bytes: Uint8Array): Promise<ParsedNotice> {
    try {
      return bytes.length <= mostOnLoop ? parseNotice(bytes) : await this.#inTurn(bytes)
    } catch (error) {
      throw new UnreadableNoticeError('The notice could not be parsed', { cause: error })
    }
  }

  async #inTurn(bytes: Uint8Array): Promise<ParsedNotice> {
    await this.#turns.take()
    try {
      return await this.#askWorker(bytes)
    } finally {
      this.#turns.giveBack()
    }
  }

  async close(): Promise<void> {
    const worker = this.#worker
    this.#worker = null
    await worker?.terminate()
  }

  async #askWorker(bytes: Uint8Array): Promise<ParsedNotice> {
    const worker = this.#worker ?? this.#startWorker()
    const answer = new Promise<ParsedNotice>((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
      worker.once('exit', () => reject(new Error('The parser thread ended')))
    })
    const timer = setTimeout(() => worker.emit('error', new Error('The parser took too long')), patienceMs)
    worker.postMessage(bytes)
    try {
      return await answer
    } catch (error) {
      await this.close()
      throw error
    } finally {
      clearTimeout(timer)
      worker.removeAllListeners()
    }
  }

  #startWorker(): Worker {
    const worker = new Worker(new URL('./parse-worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: mostMegabytes },
    })
    worker.unref()
    this.#worker = worker
    return worker
  }
}
