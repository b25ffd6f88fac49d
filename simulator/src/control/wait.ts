import type { ReceivedMessage } from '../received/message.ts'
import type { ReceivedQuery } from '../received/query.ts'
import type { ReceivedStore } from '../received/store.ts'

export interface WaitOptions {
  readonly count: number
  readonly timeoutMs: number
  /** Counts only messages whose verdicts are there. */
  readonly needsVerdicts: boolean
  readonly signal: AbortSignal
}

export interface Waited {
  /** Whether `count` was reached in time. */
  readonly complete: boolean
  readonly messages: readonly ReceivedMessage[]
}

/** Settles as soon as `count` messages match, or at the end of the time with those that do. */
export function waitForMessages(
  store: ReceivedStore,
  query: ReceivedQuery,
  { count, timeoutMs, needsVerdicts, signal }: WaitOptions,
): Promise<Waited> {
  const look = (): readonly ReceivedMessage[] =>
    store.find(query).filter(({ verdicts }) => !needsVerdicts || verdicts.state !== 'pending')
  return new Promise(resolve => {
    let looking: NodeJS.Immediate | undefined
    const finish = (messages: readonly ReceivedMessage[]) => {
      clearTimeout(timer)
      if (looking) clearImmediate(looking)
      unwatch()
      resolve({ complete: messages.length >= count, messages })
    }
    const check = () => {
      looking = undefined
      const messages = look()
      if (messages.length >= count) finish(messages)
    }
    // Many messages of one turn are looked at once.
    const unwatch = store.watch(() => {
      looking ??= setImmediate(check)
    })
    const timer = setTimeout(() => finish(look()), timeoutMs)
    signal.addEventListener('abort', () => finish([]), { once: true })
    check()
  })
}
