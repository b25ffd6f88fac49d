import type { Log } from '../platform/log.ts'

type Step = { readonly name: string; readonly stop: () => Promise<unknown> }

/** What was started, to be stopped in the opposite order. A part that fails to stop does not keep the others. */
export class Stops {
  readonly #steps: Step[] = []
  readonly #log: Log
  #running: Promise<void> | null = null

  constructor(log: Log) {
    this.#log = log
  }

  /** Stopped before everything that was added earlier. */
  add(name: string, stop: () => Promise<unknown>): void {
    this.#steps.push({ name, stop })
  }

  /** Twice is once. */
  run(): Promise<void> {
    this.#running ??= this.#runAll()
    return this.#running
  }

  async #runAll(): Promise<void> {
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
      const { name, stop } = step
      await stop().catch((error: unknown) =>
        this.#log.error({ err: error, part: name }, 'A part did not stop well'),
      )
    }
  }
}
