/**
 * Turns many small commits into few: what arrives while a commit is under way goes into the next one together.
 * An idle one commits at the end of the current turn of the event loop, so nobody waits for company.
 */
export class GroupCommit<T, R> {
  readonly #commit: (items: readonly T[]) => Promise<readonly R[]>
  readonly #most: number
  #waiting: Array<{ item: T; settle: (result: R) => void; fail: (error: unknown) => void }> = []
  #isRunning = false

  /** `commit` answers for each item in order; when it throws, each item of that group is rejected with the error. */
  constructor(options: { most: number; commit: (items: readonly T[]) => Promise<readonly R[]> }) {
    this.#commit = options.commit
    this.#most = options.most
  }

  submit(item: T): Promise<R> {
    return new Promise((settle, fail) => {
      this.#waiting.push({ item, settle, fail })
      if (this.#isRunning) return
      this.#isRunning = true
      setImmediate(() => void this.#run())
    })
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, this.#most)
      try {
        const results = await this.#commit(group.map(entry => entry.item))
        group.forEach((entry, at) => {
          entry.settle(results[at] as R)
        })
      } catch (error) {
        for (const entry of group) entry.fail(error)
      }
    }
    this.#isRunning = false
  }
}
