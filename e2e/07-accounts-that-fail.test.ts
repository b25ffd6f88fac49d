import type { Email, Link } from '@fairlead/contract'
import type { Fault } from '@fairlead/simulator/client'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { FailpointName } from '../apps/server/src/platform/failpoint.ts'
import {
  type Batch,
  type BatchCounts,
  expectOnceEach,
  none,
  readAll,
  sendBatch,
  settled,
} from './testing/account-batch.ts'
import {
  type AccountKind,
  type AccountWorld,
  accountKinds,
  openAccountWorld,
  owner,
  vendorOf,
} from './testing/account-world.ts'
import type { FairleadProcess } from './testing/start-fairlead.ts'

/** Sends per fault and account in CI few; by hand `FAIRLEAD_FAULT_SENDS=500 FAIRLEAD_FAULT_RUNS=5 npx vitest run e2e/07`. */
const sends = Number(process.env.FAIRLEAD_FAULT_SENDS ?? 8)
/** How often the worker is killed during these sends. */
const kills = Number(process.env.FAIRLEAD_FAULT_RUNS ?? 1)
const timeout = 120_000 + sends * 2_000 + kills * 20_000

/** Each commit and each step on the wire of a two-step send. */
const points = [
  'after-claim',
  'after-draft',
  'after-keep',
  'before-mark',
  'after-mark',
  'after-last-bytes',
  'after-answer',
  'before-answers-commit',
  'after-answers-commit',
] as const satisfies readonly FailpointName[]

/** What the simulator calls the send of a draft. */
const sendOf = { gmail: '/drafts/send$', microsoft: '/messages/[^/]+/send$' } as const
/** Hand-overs that are under way at once, two over each account: their drafts may be left, with ids that nobody knows. */
const underWay = 4

const soon = <T>(check: () => T | Promise<T>) =>
  vi.waitFor(check, { timeout: 60_000 + sends * 400, interval: 200 })

let world: AccountWorld
let worker: FairleadProcess | null = null
const table: Record<string, BatchCounts> = {}

beforeAll(async () => {
  world = await openAccountWorld()
}, 240_000)
afterEach(() => world.internet.putFaults([]))
afterAll(async () => {
  await world?.close()
  console.table(table)
})

const stopWorker = async () => {
  await worker?.stop()
  worker = null
}
const runWorker = async () => {
  worker ??= await world.startWorker()
}

describe('killed with -9 between the two steps of a send', () => {
  const batches = new Map<FailpointName, Batch>()

  // What one worker leaves the next one takes up, and is killed at another step: recovery is interrupted as well.
  test.each(points)('%s: the worker dies there', { timeout }, async point => {
    batches.set(point, await sendBatch(world, point, sends))
    for (let run = 0; run < kills; run++) {
      // A batch of claims or of answers is one hit; else the kills are spread over what is sent.
      const hit = /claim|commit/.test(point) ? 1 : Math.ceil(sends / (kills + 1))
      const doomed = await world.startWorker(`${point}=kill@${hit}`)
      expect(await doomed.ended).toBe('SIGKILL')
    }
  })

  // All that the killed workers left is in one queue: the first may have to wait for the last.
  test.each(points)(
    '%s: nothing is lost, and nothing leaves twice',
    {
      timeout: timeout * points.length,
    },
    async point => {
      const batch = batches.get(point)
      if (batch === undefined) throw new Error('nobody was killed there')
      await runWorker()
      await settled(world, batch, { beside: batch.emails.size * (points.length - 1) })
      // Killed at this step and at the next.
      table[point] = { ...(await expectOnceEach(world, batch, { leftDrafts: 2 * kills * underWay })), kills }
    },
  )
})

/** What goes wrong with each account's calls from here on. */
const goWrong = (fault: (kind: AccountKind) => Omit<Fault, 'vendor'>) =>
  world.internet.putFaults(accountKinds.map(kind => ({ vendor: vendorOf[kind], ...fault(kind) })))
const note = async (batch: Batch, more: Parameters<typeof expectOnceEach>[2] = {}) => {
  table[batch.name] = { ...none(), ...(await expectOnceEach(world, batch, more)) }
}
const linkNow = (kind: AccountKind) => world.api.call<Link>('GET', `/links/${world.linkOf[kind]}`)
const each = (use: (kind: AccountKind) => Promise<unknown>) => Promise.all(accountKinds.map(use))

describe('a provider that fails', () => {
  test('every answer is lost after the mail was taken: each is found in the mailbox', {
    timeout,
  }, async () => {
    await goWrong(kind => ({ path: sendOf[kind], does: 'lose-answer', times: sends }))
    await runWorker()
    const batch = await sendBatch(world, 'lost-answer', sends)
    await settled(world, batch)
    expect(await world.internet.faultsLeft()).toBe(0)
    await note(batch)
  })

  test.each([
    ['late', 500],
    // After both looks said that it was not sent, and the draft is sent again: the provider sends one of them.
    ['very-late', 6_000],
  ])('a send that is done %s, after we gave up on it', { timeout }, async (name, ms) => {
    await goWrong(kind => ({ path: sendOf[kind], does: 'late', ms, times: sends }))
    await runWorker()
    const batch = await sendBatch(world, name, sends)
    await settled(world, batch)
    await note(batch)
  })

  test('a storm of 429 and 503 is waiting, and passes', { timeout }, async () => {
    const times = Math.max(2, Math.floor(sends / 10))
    await world.internet.putFaults(
      accountKinds.flatMap(kind => [
        {
          ...{ vendor: vendorOf[kind], path: '', does: 'answer' as const, status: 429 },
          times,
          retryAfterSeconds: 1,
        },
        {
          ...{ vendor: vendorOf[kind], path: '', method: 'GET', does: 'answer' as const, status: 503 },
          times,
        },
      ]),
    )
    await runWorker()
    const batch = await sendBatch(world, 'storm', sends)
    await settled(world, batch)
    await note(batch)
    for (const kind of accountKinds) expect((await linkNow(kind)).state).toBe('ready')
  })

  test('the database’s clock jumps an hour while mail is on its way', { timeout }, async () => {
    await stopWorker()
    const batch = await sendBatch(world, 'clock', sends)
    await runWorker()
    await soon(async () =>
      expect((await world.statesAt(batch.domains.gmail)).queued ?? 0).toBeLessThan(sends),
    )
    await world.pass(3_600_000)
    await settled(world, batch)
    // A try whose lease lapsed leaves its draft where the next one began with another.
    await note(batch, { leftDrafts: underWay })
  })

  test('access is revoked in the middle of a batch: the mail waits, and leaves once access is given again', {
    timeout,
  }, async () => {
    await stopWorker()
    const batch = await sendBatch(world, 'revoked', sends)
    await runWorker()
    const arrived = async (kind: AccountKind) =>
      (await world.internet.received({ to: `@${batch.domains[kind]}`, limit: 1 })).total
    await soon(async () => expect(await arrived('microsoft')).toBeGreaterThan(0))
    await each(kind => world.internet.putAccount({ vendor: vendorOf[kind], address: owner, does: 'revoke' }))
    const later = await sendBatch(world, 'after-revoked', 2)
    await each(kind =>
      soon(async () => {
        expect(await linkNow(kind)).toMatchObject({
          ...{ state: 'needs-attention', reason: { code: 'link.login', params: { cause: 'revoked' } } },
        })
        // What left before has left; the rest waits, and nothing failed.
        const states = await world.statesAt(batch.domains[kind])
        expect(Object.keys(states).filter(one => !['accepted', 'queued'].includes(one))).toEqual([])
        expect(await world.statesAt(later.domains[kind])).toEqual({ queued: 2 })
      }),
    )
    await each(world.connect)
    for (const all of [batch, later]) {
      await settled(world, all)
      // A draft whose sending was refused is left, unsent: the next try begins with another.
      await note(all, { leftDrafts: underWay })
    }
  })

  test('the history is gone as well as the answer: Microsoft’s draft still tells, Gmail’s stays uncertain and is not sent again', {
    timeout,
  }, async () => {
    await world.internet.putFaults([
      ...accountKinds.map(kind => ({
        vendor: vendorOf[kind],
        path: sendOf[kind],
        does: 'lose-answer' as const,
        times: sends,
      })),
      { ...{ vendor: 'google', path: '/history$', does: 'answer', status: 500 }, times: 100_000 },
    ])
    await runWorker()
    const batch = await sendBatch(world, 'history-gap', sends)
    await soon(async () => expect(await world.statesAt(batch.domains.gmail)).toEqual({ uncertain: sends }))
    await each(kind =>
      world.internet.putAccount({ vendor: vendorOf[kind], address: owner, does: 'forget-history' }),
    )
    await world.internet.putFaults([])
    await settled(world, batch, { staysUncertain: ['gmail'] })
    await world.pass(600_000)
    await note(batch, { staysUncertain: ['gmail'] })
  })
})

describe('a mailbox that is told more than once', () => {
  test('replies, away notes and bounces count once each, although the history is lost and all of it is seen again', {
    timeout,
  }, async () => {
    const who = ['reply', 'autoreply', 'missing']
    await runWorker()
    const batch = await sendBatch(world, 'seen-again', sends, at => `${who[at % who.length]}+${at}`)
    const news = async () => {
      const found = await readAll(world, batch)
      return found.map(email => [email.deliveries[0]?.address, newsOf(email)] as const)
    }
    const expected = [...batch.emails.keys()].map(to => [to, newsFor[to.split('+', 1)[0] ?? ''] ?? []])
    const seenAll = () =>
      vi.waitFor(
        async () => {
          // A mailbox is looked into every half minute.
          await world.pass(31_000)
          expect(await news()).toEqual(expected)
        },
        { timeout: timeout - 30_000, interval: 1_000 },
      )
    await seenAll()
    for (let again = 0; again < 2; again++) {
      await each(kind =>
        world.internet.putAccount({ vendor: vendorOf[kind], address: owner, does: 'forget-history' }),
      )
      // A look sees a page of the mailbox, and is due again at once while there are more.
      for (let look = 0; look <= Math.ceil(sends / pageRows); look++) {
        const before = await lookedAt()
        await world.pass(31_000)
        await soon(async () => {
          for (const [at, time] of (await lookedAt()).entries()) expect(time).not.toBe(before[at])
        })
      }
      expect(await news()).toEqual(expected)
    }
  })
})

/** The least that either provider tells at once. */
const pageRows = 50
const lookedAt = () => Promise.all(accountKinds.map(async kind => (await linkNow(kind)).mailbox.lookedAt))

const newsFor: Readonly<Record<string, readonly string[]>> = {
  reply: ['replied'],
  autoreply: ['autoReplied'],
  missing: ['bounced'],
}
const newsOf = (email: Email): string[] =>
  email.events.map(({ kind }) => kind).filter(kind => ['replied', 'autoReplied', 'bounced'].includes(kind))
