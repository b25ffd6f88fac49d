import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { limits, Problem } from '@fairlead/contract'
import { sanitiseHtml } from './sanitise-html.ts'

/** Up to here cleaning takes a few milliseconds; above it would hold up everybody else's requests. */
const inlineCharacters = 50_000
const defaultPatienceMs = 10_000

let thread: Worker | null = null
let turn: Promise<unknown> = Promise.resolve()

/**
 * The html as it may be stored, shown and sent. A large one is cleaned in a thread of its own, one at a time, and for
 * 10 seconds at most. Problem: email.html-too-complex.
 */
export function sanitiseOffThread(html: string, patienceMs = defaultPatienceMs): Promise<string> {
  if (html.length <= inlineCharacters) return Promise.resolve(sanitiseHtml(html))
  const mine = turn.then(() => sanitiseInThread(html, patienceMs))
  turn = mine.catch(() => undefined)
  return mine
}

async function sanitiseInThread(html: string, patienceMs: number): Promise<string> {
  thread ??= new Worker(new URL('./sanitise-thread.ts', import.meta.url))
  const worker = thread
  const done = new AbortController()
  const late = wait(patienceMs, null, { signal: done.signal })
  worker.ref()
  worker.postMessage(html)
  const answers = [next(worker, 'message', done.signal), next(worker, 'exit', done.signal), late]
  const answer: unknown = await Promise.race(answers).catch(() => null)
  done.abort()
  await Promise.allSettled(answers)
  worker.unref()
  if (typeof answer !== 'string') {
    thread = null
    await worker.terminate()
  }
  // Signs that have to be escaped grow fivefold.
  if (typeof answer === 'string' && answer.length <= limits.bodyCharacters) return answer
  throw new Problem('email.html-too-complex')
}

/** What comes with the event; rejects with the worker's own failure, and when it is no longer waited for. */
async function next(worker: Worker, event: 'message' | 'exit', signal: AbortSignal): Promise<unknown> {
  const [first]: unknown[] = await once(worker, event, { signal })
  return first
}
