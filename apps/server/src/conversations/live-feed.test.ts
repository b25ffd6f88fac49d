import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { recordEvents } from '../events/record-events.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { Tx } from '../platform/database/connect.ts'
import { type EmailId, parseId } from '../platform/ids.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { listConversations } from './list-conversations.ts'
import { LiveFeed, type LiveFeedOptions } from './live-feed.ts'
import type { LiveMessage } from './live-stream.ts'
import { type MailboxOfMany, makeMailbox } from './testing/mailbox-of-many.ts'

let database: TestDatabase
let ann: MailboxOfMany
let emailId: EmailId

beforeAll(async () => {
  database = await createTestDatabase()
  ann = await makeMailbox(database.db, 10)
  const { rows } = await listConversations(database.db, {
    ...{ ...ann, folder: null, words: '', cursor: undefined, limit: 1 },
  })
  const found = parseId('email', rows[0]?.emailId ?? '')
  if (found === null) throw new Error('no email')
  emailId = found
})
afterAll(() => database.close())

function feed(options: Partial<LiveFeedOptions> = {}): LiveFeed {
  const made = new LiveFeed({ db: database.db, ...options })
  onTestFinished(() => made.close())
  return made
}

const listen = (live: LiveFeed, after: string | null = null) => live.open({ ...ann, after })

/** Records a fact that can be told by its source, in a transaction of its own or in one that stays open. */
const record = (tx: Tx, source: string) =>
  recordEvents(tx, [{ workspaceId: ann.workspaceId, emailId, kind: 'delayed', source, data: {} }])

async function next(stream: AsyncGenerator<LiveMessage, void>): Promise<LiveMessage> {
  const { value } = await stream.next()
  if (value === undefined) throw new Error('the stream ended')
  return value
}

async function sourceOf({ news }: LiveMessage): Promise<string> {
  if (news.type !== 'event') return news.type
  const id = parseId('event', news.eventId)
  const found = await asEngine(database.db, tx =>
    sql<{ source: string }>`select source from fairlead.event where id = ${id}`.execute(tx),
  )
  return found.rows[0]?.source ?? ''
}

/** A transaction that has recorded a fact and stays open until told. */
async function openTransaction(source: string): Promise<{ commit(): Promise<void> }> {
  let commit = () => {}
  const isTold = new Promise<void>(resolve => {
    commit = resolve
  })
  let recorded = () => {}
  const isRecorded = new Promise<void>(resolve => {
    recorded = resolve
  })
  const ended = asEngine(database.db, async tx => {
    await record(tx, source)
    recorded()
    await isTold
  })
  await isRecorded
  return {
    commit() {
      commit()
      return ended
    },
  }
}

async function asSuperuser(text: string): Promise<void> {
  const client = new pg.Client({ connectionString: database.superuserUrl })
  await client.connect()
  await client.query(text)
  await client.end()
}

it('misses no fact of a transaction that ends after later ones, whatever its time and id', async () => {
  const live = feed({ pollMs: 20 })
  const stream = await listen(live)
  const slow = await openTransaction('slow')
  await asEngine(database.db, tx => record(tx, 'quick'))
  const told = [await next(stream), await next(stream)]
  expect(await Promise.all(told.map(sourceOf))).toEqual(['ready', 'quick'])
  await asEngine(database.db, tx => record(tx, 'quick again'))
  expect(await sourceOf(await next(stream))).toBe('quick again')
  await slow.commit()
  expect(await sourceOf(await next(stream))).toBe('slow')
})

it('tells one who comes back of a transaction that was open when they left', async () => {
  const before = await listen(feed())
  const { id } = await next(before)
  await before.return()
  const slow = await openTransaction('slow')
  await asEngine(database.db, tx => record(tx, 'quick'))
  const between = await listen(feed(), id)
  const quick = await next(between)
  expect(await sourceOf(quick)).toBe('quick')
  await between.return()
  await slow.commit()
  const after = await listen(feed(), quick.id)
  expect(await sourceOf(await next(after))).toBe('slow')
  expect(await sourceOf(await next(after))).toBe('ready')
})

it('looks at once when it is hinted, and not at all while nobody listens', async () => {
  const live = feed({ pollMs: 60_000 })
  live.wake()
  const stream = await listen(live)
  await next(stream)
  await asEngine(database.db, tx => record(tx, 'hinted'))
  live.tell()
  expect(await sourceOf(await next(stream))).toBe('hinted')
})

it('goes on after the database was away', async () => {
  let failures = 0
  const live = feed({ pollMs: 10, onError: () => (failures += 1) })
  const stream = await listen(live)
  await next(stream)
  await asSuperuser('revoke select on fairlead.event from fairlead_engine')
  await expect.poll(() => failures).toBeGreaterThan(0)
  await asSuperuser('grant select on fairlead.event to fairlead_engine')
  await asEngine(database.db, tx => record(tx, 'later'))
  expect(await sourceOf(await next(stream))).toBe('later')
})

it('ends a stream after its time, and counts it no more', async () => {
  const live = feed({ streamMs: 20 })
  for (let at = 0; at < 12; at += 1) {
    const stream = await listen(live)
    await next(stream)
    expect((await stream.next()).done).toBe(true)
  }
})

it('tells one who does not read to load anew, and keeps little for them', async () => {
  const live = feed({ pollMs: 10 })
  const [slow, quick] = [await listen(live), await listen(live)]
  await next(quick)
  const facts = (count: number) =>
    asEngine(database.db, tx =>
      recordEvents(
        tx,
        Array.from({ length: count }, () => ({
          ...{ workspaceId: ann.workspaceId, emailId, kind: 'delayed' as const, source: 'many', data: {} },
        })),
      ),
    )
  await facts(1_500)
  expect((await next(quick)).news.type).toBe('reset')
  expect((await next(slow)).news.type).toBe('reset')
})
