import { folderGroupNames, folders } from '@fairlead/contract'
import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db, Tables } from '../platform/database/connect.ts'
import { type EmailId, newId, parseId } from '../platform/ids.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { countFolders } from './count-folders.ts'
import { findCauses } from './find-causes.ts'
import { looksAtMost } from './find-rows.ts'
import { listConversations } from './list-conversations.ts'
import type { ListFilters } from './list-filters.ts'
import { readEmail } from './read-email.ts'
import { readNews, takeSnapshot } from './read-news.ts'
import { readThread } from './read-thread.ts'
import { type MailboxOfMany, makeMailbox } from './testing/mailbox-of-many.ts'

/**
 * Every list, count and search is planned as fairlead_web, under the policies, on tables that are large enough for a
 * plan to matter. auto_explain shows the plans of what the product really runs, those inside functions too.
 */
let database: TestDatabase
let observed: Db
let mailbox: MailboxOfMany
let emailIds: EmailId[]
const plans: string[] = []
const page = { words: '', cursor: undefined, limit: 50 }

beforeAll(async () => {
  database = await createTestDatabase()
  mailbox = await makeMailbox(database.db, 20_000)
  await makeMailbox(database.db, 4_000)
  observed = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: observingPool() }) })
  await sql`analyze`.execute(observed)
  const { rows } = await listConversations(database.db, { ...mailbox, ...page, folder: null, limit: 2 })
  emailIds = rows.flatMap(row => parseId('email', row.emailId) ?? [])
})
afterAll(async () => {
  await observed.destroy()
  await database.close()
})

/** Sessions of the superuser, who alone may load auto_explain; asWeb then takes the role of fairlead_web. */
function observingPool(): pg.Pool {
  const pool = new pg.Pool({ connectionString: database.superuserUrl, max: 1 })
  pool.on('connect', client => {
    // The database is dropped with force, which a session that is just ending may still be told of.
    client.on('error', () => undefined)
    client.on('notice', notice => plans.push(notice.message ?? ''))
    void client.query(`
      load 'auto_explain'; set auto_explain.log_min_duration = 0; set auto_explain.log_nested_statements = on;
      set client_min_messages = log`)
  })
  return pool
}

/** The plans of everything that `work` ran. */
async function plansOf(work: () => Promise<unknown>): Promise<string[]> {
  plans.length = 0
  await work()
  return plans.filter(plan => plan.includes('Query Text'))
}

/** What a walk over a whole table may cost: tables that small have no plan worth an index. */
const smallCost = 50

function expectIndexed(shown: readonly string[]): void {
  expect(shown.length).toBeGreaterThan(0)
  for (const plan of shown) {
    const walks = [...plan.matchAll(/Seq Scan on .*cost=[\d.]+\.\.([\d.]+)/g)]
    const dear = walks.filter(([, cost]) => Number(cost) > smallCost).map(([line]) => line)
    expect(dear, plan).toEqual([])
  }
}

/** Rows that may be sorted for one page. */
const fewRows = 1_000

/** Besides: the index gives the order, so that a page costs what it shows. */
function expectInOrder(shown: readonly string[], mostSorted = fewRows): void {
  expectIndexed(shown)
  for (const plan of shown) {
    const sorts = [...plan.matchAll(/Sort {2}\(cost=.* rows=(\d+)/g)]
    expect(
      sorts.filter(([, rows]) => Number(rows) > mostSorted).map(([line]) => line),
      plan,
    ).toEqual([])
  }
}

describe('is served by an index', () => {
  it.each(folders)('the folder %s, first page and next', async folder => {
    const list = (cursor: string | undefined) =>
      listConversations(observed, { ...mailbox, ...page, folder, cursor })
    let next: string | null = null
    expectInOrder(
      await plansOf(async () => {
        next = (await list(undefined)).nextCursor
      }),
    )
    if (next !== null) expectInOrder(await plansOf(() => list(next ?? undefined)))
  })

  it('all emails', async () => {
    expectInOrder(await plansOf(() => listConversations(observed, { ...mailbox, ...page, folder: null })))
  })

  it.each([
    ['rare', 'first17@north.example'],
    ['common', 'offer'],
    ['absent', 'nobodyhasthis'],
  ])('a search for a word that is %s', async (_, words) => {
    const shown = await plansOf(() =>
      listConversations(observed, { ...mailbox, ...page, words, folder: null }),
    )
    expect(shown.join()).toContain('@@')
    expectIndexed(shown)
  })

  it.each([...folderGroupNames, null])('the group %s, filtered by everything', async group => {
    const filters: ListFilters = {
      ...{
        since: new Date('2026-01-02'),
        until: new Date('2026-12-31'),
        channel: 'managed',
        state: 'refused',
      },
      ...{ identityId: newId('identity'), reasonGroup: 'recipient' },
    }
    for (const order of ['newest', 'oldest'] as const) {
      const shown = await plansOf(() =>
        listConversations(observed, { ...mailbox, ...page, folder: null, group, filters, order }),
      )
      expectInOrder(shown, looksAtMost)
    }
  })

  it('the causes', async () => {
    expectIndexed(await plansOf(() => findCauses(observed, mailbox)))
  })

  it('a conversation', async () => {
    const { rows } = await listConversations(observed, { ...mailbox, ...page, folder: null, limit: 1 })
    const threadId = parseId('thread', rows[0]?.threadId ?? '')
    if (threadId === null) throw new Error('no thread')
    expectIndexed(await plansOf(() => readThread(observed, { ...mailbox, threadId })))
  })

  it('the news since a moment', async () => {
    const since = await takeSnapshot(observed)
    const shown = await plansOf(() => readNews(observed, { since, most: 5_000 }))
    expectIndexed(shown)
    expect(shown.join()).toMatch(/Index.*event_.*tx/)
  })

  it('a search inside a folder', async () => {
    expectIndexed(
      await plansOf(() =>
        listConversations(observed, { ...mailbox, ...page, words: 'offer', folder: 'spam' }),
      ),
    )
  })

  it('the counts', async () => {
    expectIndexed(await plansOf(() => countFolders(observed, mailbox)))
  })

  it('one email', async () => {
    const [emailId] = emailIds
    if (emailId === undefined) throw new Error('no email')
    expectIndexed(await plansOf(() => readEmail(observed, { ...mailbox, emailId })))
  })
})

it('would see a walk over a whole table', async () => {
  const shown = await plansOf(() =>
    asEngine(observed, tx => sql`select count(*) from fairlead.email where subject like '%x%'`.execute(tx)),
  )
  expect(() => expectIndexed(shown)).toThrow()
})
