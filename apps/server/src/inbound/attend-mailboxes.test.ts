import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { AttendEnd } from '../channels/channel.ts'
import { scriptedLinkChannel } from '../channels/testing/scripted-link-channel.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { LinkId } from '../platform/ids.ts'
import { type SeededWorkspace, seedWorkspace } from '../testing/seed-workspace.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { type Attendance, attendMailboxes } from './attend-mailboxes.ts'
import { openMailbox } from './testing/mailbox.ts'
import { watchOf } from './testing/watch-of.ts'
import { beginWatches } from './watch-rows.ts'

const eventually = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 10_000, interval: 20 })

/** Waits at mailboxes without a wire. */
class Script {
  /** Mailboxes at which it waits now, and how to speak there. */
  readonly at = new Map<LinkId, () => void>()
  readonly opened: LinkId[] = []
  end: AttendEnd | null = null

  readonly channel = scriptedLinkChannel({
    observe: () => Promise.resolve({ seen: [], next: '0', isMore: false }),
    attend: async (link, tell, signal) => {
      this.opened.push(link.id)
      if (this.end !== null) return this.end
      this.at.set(link.id, tell)
      await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }))
      this.at.delete(link.id)
      return 'lost'
    },
  })
}

let database: TestDatabase
let seeded: SeededWorkspace
let script: Script
let news = 0
const running: Attendance[] = []

beforeAll(async () => {
  database = await createTestDatabase()
})
beforeEach(async () => {
  await asEngine(database.db, tx => sql`delete from fairlead.link_watch`.execute(tx))
  await asEngine(database.db, tx => sql`update fairlead.link set state = 'paused'`.execute(tx))
  seeded = await seedWorkspace(database.db, `ann${Math.random().toString(36).slice(2)}@sender.example`)
  script = new Script()
  news = 0
})
afterEach(async () => {
  await Promise.all(running.splice(0).map(one => one.stop()))
  await database.setClockOffset(0)
})
afterAll(() => database.close())

function attend(most: number): Attendance {
  const attendance = attendMailboxes({
    ...{ db: database.db, channels: new Map([['smtp', script.channel]]), log: { warn: () => undefined } },
    openLink: link => ({ ...link, withSecret: () => Promise.reject(new Error('no secret here')) }),
    ...{ most, everyMs: 10, onNews: () => (news += 1) },
  })
  running.push(attendance)
  return attendance
}
async function mailboxes(count: number): Promise<LinkId[]> {
  const made: LinkId[] = []
  while (made.length < count) made.push((await openMailbox(database.db, seeded)).linkId)
  await asEngine(database.db, tx => beginWatches(tx, new Map([['smtp', script.channel]])))
  return made
}
const setLink = (id: LinkId, change: 'paused' | 'changed') =>
  asEngine(database.db, tx =>
    change === 'paused'
      ? sql`update fairlead.link set state = 'paused' where id = ${id}`.execute(tx)
      : sql`update fairlead.link set version = version + 1 where id = ${id}`.execute(tx),
  )
const held = async (ids: readonly LinkId[]) =>
  (await Promise.all(ids.map(id => watchOf(database.db, id)))).filter(one => one?.attendant != null)

test('waits at no more mailboxes than it may, and at the others when it may again', async () => {
  const ids = await mailboxes(5)
  attend(2)
  await eventually(() => expect(script.at.size).toBe(2))
  attend(2)
  await eventually(() => expect(script.at.size).toBe(4))
  expect(await held(ids)).toHaveLength(4)
  expect(new Set(script.opened).size, 'each by one').toBe(4)
  const [one] = [...script.at.keys()]
  if (one === undefined) throw new Error('none is waited at')
  await setLink(one, 'paused')
  running.forEach(attendance => void attendance.wake())
  await eventually(() => expect(script.opened).toHaveLength(5))
  expect(script.at.has(one)).toBe(false)
  expect(await watchOf(database.db, one)).toMatchObject({ attendant: null })
})

test('none at all, where it may wait at none', async () => {
  const [id] = await mailboxes(1)
  const none = attend(0)
  none.wake()
  await none.stop()
  expect(script.opened).toEqual([])
  expect(id && (await watchOf(database.db, id))).toMatchObject({ attendant: null })
})

test('news makes the mailbox due, once a second at most however much is said', async () => {
  const [id] = await mailboxes(1)
  if (id === undefined) throw new Error('no mailbox')
  attend(1)
  await eventually(() => expect(script.at.size).toBe(1))
  const tell = script.at.get(id)
  const began = performance.now()
  for (let said = 0; said < 1_000; said++) tell?.()
  await eventually(async () => expect(await watchOf(database.db, id)).toMatchObject({ hasNews: true }))
  for (let said = 0; said < 1_000; said++) tell?.()
  await eventually(() => expect(news).toBe(2))
  expect(performance.now() - began).toBeGreaterThan(900)
})

test('settings that changed are waited with anew; what was not to be had rests', async () => {
  const [id] = await mailboxes(1)
  if (id === undefined) throw new Error('no mailbox')
  const attendance = attend(1)
  await eventually(() => expect(script.opened).toHaveLength(1))
  script.end = 'unable'
  await setLink(id, 'changed')
  attendance.wake()
  await eventually(() => expect(script.opened).toHaveLength(2))
  await eventually(async () => expect((await watchOf(database.db, id))?.restSeconds).toBeGreaterThan(21_000))
  script.end = 'lost'
  await database.setClockOffset(6 * 3_600_000 + 1_000)
  await eventually(() => expect(script.opened).toHaveLength(3))
  await eventually(async () => expect((await watchOf(database.db, id))?.restSeconds).toBeGreaterThan(200))
})
