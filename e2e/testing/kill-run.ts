import type { Delivery } from '@fairlead/contract'
import { expect } from 'vitest'
import type { FailpointName } from '../../apps/server/src/platform/failpoint.ts'
import { copiesIn } from './copies-in.ts'
import type { LiveWorld } from './live-world.ts'

/** What the runs of one failpoint came to; printed as a table. */
export interface KillCounts {
  runs: number
  killed: number
  deliveries: number
  delivered: number
  bounced: number
  uncertain: number
  copies: number
}
export type KillTable = Map<FailpointName, KillCounts>

const people = 50
const unsettled = new Set(['queued', 'claimed', 'sending'])

/**
 * Fifty deliveries in flight while the process is killed at the failpoint; it is started again, and then each delivery
 * must have ended in one truthful state, judged by what the recipients' Postfix has.
 */
export async function killRun(
  world: LiveWorld,
  options: { failpoint: FailpointName; run: number; table: KillTable },
): Promise<void> {
  const { failpoint, run, table } = options
  const isNotice = failpoint.includes('inbound') || failpoint.includes('notice')
  const domain = isNotice ? 'later.test' : 'customer.test'
  const to = Array.from({ length: people }, (_, at) => `${failpoint}-${run}-${at}@${domain}`)
  const before = copiesIn(world.postfix.log())
  const victim = await world.start({
    env: { FAIRLEAD_FAILPOINTS: `${failpoint}=kill@${hitOf(failpoint, run)}` },
    mayDie: true,
  })
  // Postfix may leave a notice of which it lost the connection for minutes; its operator would not wait either.
  const impatience = setInterval(() => {
    if (isNotice) void world.postfix.flush().catch(() => undefined)
  }, 5_000)
  try {
    const sending = Promise.all(chunks(to, 10).map(part => world.api.send({ to: part })))
    const end = await Promise.race([victim.ended, timeUp(30_000)])
    if (end !== 'time is up') await world.start()
    const isOver = isNotice ? allBounced : allSettled
    const emails = await Promise.all((await sending).map(email => world.api.until(email.id, isOver, 100_000)))
    const deliveries = emails.flatMap(email => email.deliveries)
    const after = copiesIn(world.postfix.log())
    const copies = new Map(
      to.map(address => [address, (after.get(address) ?? 0) - (before.get(address) ?? 0)]),
    )
    expect(deliveries.map(one => one.address).sort()).toEqual([...to].sort())
    if (!isNotice) for (const delivery of deliveries) expectTruth(delivery, copies.get(delivery.address) ?? 0)
    count(table, failpoint, { isKilled: end === 'SIGKILL', deliveries, copies })
  } finally {
    clearInterval(impatience)
    await world.stopAll()
  }
}

/** Which time it is killed: one of the first three, but fifty deliveries may be claimed all at once. */
const hitOf = (failpoint: FailpointName, run: number): number =>
  failpoint === 'after-claim' ? 1 : 1 + (run % 3)

const allSettled = (all: readonly Delivery[]) => all.length > 0 && all.every(one => !unsettled.has(one.state))
const allBounced = (all: readonly Delivery[]) =>
  all.length > 0 && all.every(one => one.state === 'bounced' || one.state === 'uncertain')

/** Delivered means exactly one copy; uncertain at most one, and only after a committed mark. */
function expectTruth(delivery: Delivery, copies: number): void {
  const told = `${delivery.address} is ${delivery.state} (${delivery.reason?.reply ?? delivery.reason?.code ?? ''}) with ${copies} copies`
  expect(['delivered', 'uncertain'], told).toContain(delivery.state)
  if (delivery.state === 'delivered') expect(copies, told).toBe(1)
  expect(copies, told).toBeLessThanOrEqual(1)
  if (delivery.state === 'uncertain') expect(delivery.attempts.at(-1)?.markedAt, told).not.toBeNull()
}

function count(
  table: KillTable,
  failpoint: FailpointName,
  seen: { isKilled: boolean; deliveries: readonly Delivery[]; copies: ReadonlyMap<string, number> },
): void {
  const counts = table.get(failpoint) ?? {
    runs: 0,
    killed: 0,
    deliveries: 0,
    delivered: 0,
    bounced: 0,
    uncertain: 0,
    copies: 0,
  }
  table.set(failpoint, counts)
  const of = (state: string) => seen.deliveries.filter(one => one.state === state).length
  counts.runs += 1
  counts.killed += seen.isKilled ? 1 : 0
  counts.deliveries += seen.deliveries.length
  counts.delivered += of('delivered')
  counts.bounced += of('bounced')
  counts.uncertain += of('uncertain')
  counts.copies += [...seen.copies.values()].reduce((sum, copies) => sum + copies, 0)
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) =>
    items.slice(at * size, (at + 1) * size),
  )
}

function timeUp(ms: number): Promise<'time is up'> {
  return new Promise(resolve => setTimeout(resolve, ms, 'time is up').unref())
}
