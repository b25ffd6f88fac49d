const maxEntries = 50_000

/**
 * Who was asked to come back (RFC 6647 §2.1), by return-path host and recipient: the local part of a VERP return
 * path changes with each try. A pair that passed is forgotten, so that the next message shows the same course.
 */
export class Greylist {
  readonly #since = new Map<string, number>()

  /** True when the try comes late enough after an earlier one. */
  passes(pair: { returnPathHost: string; recipient: string }, delayMs: number): boolean {
    const key = `${pair.returnPathHost} ${pair.recipient}`.toLowerCase()
    const since = this.#since.get(key)
    if (since !== undefined && performance.now() - since >= delayMs) return this.#since.delete(key)
    if (since === undefined) this.#remember(key)
    return false
  }

  #remember(key: string): void {
    const oldest = this.#since.size >= maxEntries ? this.#since.keys().next().value : undefined
    if (oldest !== undefined) this.#since.delete(oldest)
    this.#since.set(key, performance.now())
  }
}
