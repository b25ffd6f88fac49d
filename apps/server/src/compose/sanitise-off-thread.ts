import { setTimeout as wait } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { limits, Problem } from '@fairlead/contract'
import { sanitiseHtml } from './sanitise-html.ts'

/** Up to here cleaning takes a few milliseconds; above it would hold up everybody else's requests. */
const inlineCharacters = 50_000
const patienceMs = 10_000

let thread: Worker | null = null
let turn: Promise<unknown> = Promise.resolve()

/**
 * The html as it may be stored, shown and sent. A large one is cleaned in a thread of its own, one at a time, and for
 * 10 seconds at most. Problem: email.html-too-complex.
 */
export function sanitiseOffThread(html: string): Promise<string> {
  if (html.length <= inlineCharacters) return Promise.resolve(sanitiseHtml(html))
  const mine = turn.then(() => sanitiseInThread(html))
  turn = mine.catch(() => undefined)
  return mine
}

async function sanitiseInThread(html: string): Promise<string> {
  thread ??= new Worker(new URL('./sanitise-thread.ts', import.meta.url))
  const worker = thread
  const given = new AbortController()
  const answered = new Promise<string | null>(resolve => {
    worker.once('message', resolve)
    worker.once('error', () => resolve(null))
    worker.once('exit', () => resolve(null))
  })
  worker.ref()
  worker.postMessage(html)
  const late = wait(patienceMs, null, { signal: given.signal }).catch(() => null)
  const answer = await Promise.race([answered, late])
  given.abort()
  worker.removeAllListeners()
  worker.unref()
  if (answer === null) {
    thread = null
    await worker.terminate()
  }
  // Signs that have to be escaped grow fivefold.
  if (answer !== null && answer.length <= limits.bodyCharacters) return answer
  throw new Problem('email.html-too-complex')
}
