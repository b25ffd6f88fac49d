/** What a look-up came to. `temporary`: SERVFAIL, time-out, refused; asking again later may help. */
export type Lookup<T> =
  | { readonly is: 'found'; readonly records: readonly T[] }
  | { readonly is: 'no-name' }
  | { readonly is: 'no-records' }
  | { readonly is: 'temporary'; readonly code: string }

export interface TimedLookup<T> {
  readonly answer: Lookup<T>
  readonly keepMs: number
}

/** Answers by name, each for its own time; concurrent questions for one name are asked once; bounded in number. */
export function createLookupCache<T>(ask: (name: string) => Promise<TimedLookup<T>>, mostEntries = 10_000) {
  const known = new Map<string, { readonly answer: Lookup<T>; readonly untilMs: number }>()
  const underway = new Map<string, Promise<Lookup<T>>>()

  async function fetch(name: string): Promise<Lookup<T>> {
    try {
      const { answer, keepMs } = await ask(name)
      known.delete(name)
      known.set(name, { answer, untilMs: performance.now() + keepMs })
      if (known.size > mostEntries) known.delete(known.keys().next().value ?? '')
      return answer
    } finally {
      underway.delete(name)
    }
  }

  return {
    get(name: string): Promise<Lookup<T>> | Lookup<T> {
      const entry = known.get(name)
      if (entry && entry.untilMs > performance.now()) return entry.answer
      const asked = underway.get(name)
      if (asked) return asked
      const asking = fetch(name)
      underway.set(name, asking)
      return asking
    },
    clear(): void {
      known.clear()
    },
  }
}
