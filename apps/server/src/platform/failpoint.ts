import { appendFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * Places where a test may kill, hold up or break a process: one at each commit and each step on the wire. Off
 * unless FAIRLEAD_FAILPOINTS names it: `after-mark=kill`, `after-mark=kill@3` (the third time), `=throw`,
 * `=pause:250` (milliseconds); several separated by commas. FAIRLEAD_FAILPOINT_LOG names a file that gets one line
 * `<name> <pid>` for each hit, so that a test can prove that every point was passed.
 */
export const failpoints = {
  'after-claim': 'worker: deliveries are claimed and committed, nothing was handed to a channel',
  'after-keep': 'worker: what the far side holds is committed, the mark is still to come',
  'after-draft': 'worker: a draft lies at the provider, its id is not committed',
  'before-mark': 'worker: the far side waits for the last bytes, the mark is not written',
  'after-mark': 'worker: the mark is committed, the last bytes have not left',
  'after-last-bytes': 'worker: the last bytes left, the answer is not read',
  'after-answer': 'worker: the answer is read, nothing of it is written',
  'before-answers-commit': 'worker: a batch of answers is written, not committed',
  'after-answers-commit': 'worker: a batch of answers is committed',
  'before-copy': 'worker: an email left, its copy for the Sent folder is taken up and not filed',
  'after-copy': 'worker: a copy lies in the Sent folder, that is not committed',
  'after-accept-commit': 'http: an email is accepted and committed, the 202 has not left',
  'before-accept-commit': 'http: an email is written, not committed',
  'inbound-before-commit': 'inbound: a notice has arrived, its bytes are not committed',
  'inbound-after-commit': 'inbound: a notice is committed, the 250 has not left',
  'before-look-commit': 'inbound: what a mailbox showed is written with its cursor, not committed',
  'after-look-commit': 'inbound: what a mailbox showed is committed with its cursor',
  'before-notice-applied': 'inbound: a notice is read and matched, its news is not committed',
  'after-notice-applied': 'inbound: the news of a notice is committed',
} as const satisfies Record<string, string>

export type FailpointName = keyof typeof failpoints

/** Thrown by `=throw`. */
export class FailpointError extends Error {
  override readonly name = 'FailpointError'
}

interface Order {
  readonly does: 'kill' | 'throw' | 'pause'
  readonly ms: number
  /** 0: every time. */
  readonly onHit: number
  hits: number
}

const orders = readOrders(process.env.FAIRLEAD_FAILPOINTS ?? '')
const logPath = process.env.FAIRLEAD_FAILPOINT_LOG

/** Does nothing in production: one look into an empty map. Await it, because `pause` takes time. */
export function failpoint(name: FailpointName): Promise<void> | undefined {
  if (logPath) appendFileSync(logPath, `${name} ${process.pid}\n`)
  const order = orders.get(name)
  if (!order) return undefined
  order.hits += 1
  if (order.onHit !== 0 && order.hits !== order.onHit) return undefined
  return obey(name, order)
}

async function obey(name: string, order: Order): Promise<void> {
  if (order.does === 'throw') throw new FailpointError(`Failpoint ${name}`)
  if (order.does === 'pause') return void (await delay(order.ms))
  process.kill(process.pid, 'SIGKILL')
  // The signal is on its way; nothing after this line may happen.
  await new Promise(() => undefined)
}

function readOrders(text: string): Map<string, Order> {
  const read = new Map<string, Order>()
  for (const item of text.split(',').filter(part => part.trim() !== '')) {
    const parts = /^\s*([a-z-]+)=(kill|throw|pause:(\d+))(?:@(\d+))?\s*$/.exec(item)
    const name = parts?.[1] ?? ''
    if (!parts || !(name in failpoints)) {
      throw new Error(
        `FAIRLEAD_FAILPOINTS: "${item}" names no failpoint. Known: ${Object.keys(failpoints).join(', ')}`,
      )
    }
    const does = parts[2]?.startsWith('pause') ? 'pause' : (parts[2] as 'kill' | 'throw')
    read.set(name, { does, ms: Number(parts[3] ?? 0), onHit: Number(parts[4] ?? 0), hits: 0 })
  }
  return read
}
