import type { Vendor } from './account.ts'

/** What goes wrong with the next calls that fit. */
export interface Fault {
  readonly vendor: Vendor
  /** Of the path, behind the vendor's base; empty fits all. */
  readonly path: string
  readonly method?: string
  /** How often; default once. */
  readonly times?: number
  /**
   * `answer`: this status instead of doing it. `cut`: the connection ends and nothing is done. `lose-answer`: it is
   * done and the connection ends without an answer. `late`: the connection ends, and it is done `ms` later.
   */
  readonly does: 'answer' | 'cut' | 'lose-answer' | 'late'
  readonly status?: number
  readonly body?: unknown
  readonly retryAfterSeconds?: number
  readonly ms?: number
}

const doings = ['answer', 'cut', 'lose-answer', 'late']

/** @throws Error with a sentence that names the first wrong one. */
export function readFaults(given: unknown): Fault[] {
  if (!Array.isArray(given)) throw new Error('give a list of faults')
  for (const one of given as Partial<Fault>[]) {
    if (one.vendor !== 'google' && one.vendor !== 'microsoft') throw new Error('vendor: google or microsoft')
    if (!doings.includes(one.does ?? '')) throw new Error(`does: ${doings.join(', ')}`)
    if (typeof one.path !== 'string') throw new Error('path: a regular expression')
    new RegExp(one.path)
    if (one.does === 'answer' && typeof one.status !== 'number') throw new Error('status: a number')
  }
  return given as Fault[]
}

/** The faults that are still to come, in their order. */
export class Faults {
  #waiting: { fault: Fault; left: number }[] = []

  put(faults: readonly Fault[]): void {
    this.#waiting = faults.map(fault => ({ fault, left: fault.times ?? 1 }))
  }

  get left(): number {
    return this.#waiting.reduce((sum, { left }) => sum + left, 0)
  }

  /** The fault of this call, used up by asking. */
  take(call: { vendor: Vendor; method: string; path: string }): Fault | undefined {
    const found = this.#waiting.find(
      ({ fault, left }) =>
        left > 0 &&
        fault.vendor === call.vendor &&
        (fault.method === undefined || fault.method === call.method) &&
        new RegExp(fault.path).test(call.path),
    )
    if (!found) return undefined
    found.left -= 1
    return found.fault
  }
}
