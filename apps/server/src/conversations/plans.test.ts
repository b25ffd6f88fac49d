import { folderGroupNames, folders } from '@fairlead/contract'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import { type EmailId, newId, parseId } from '../platform/ids.ts'
import { expectIndexed, observePlans, type PlanObserver } from '../testing/observe-plans.ts'
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
 * plan to matter.
 */
let database: TestDatabase
let observer: PlanObserver
let observed: Db
let mailbox: MailboxOfMany
let emailIds: EmailId[]
const plansOf = (work: () => Promise<unknown>) => observer.plansOf(work)
const page = { words: '', cursor: undefined, limit: 50 }

beforeAll(async () => {
  database = await createTestDatabase()
  mailbox = await makeMailbox(database.db, 20_000)
  await makeMailbox(database.db, 4_000)
  observer = await observePlans(database)
  observed = observer.db
  const { rows } = await listConversations(database.db, { ...mailbox, ...page, folder: null, limit: 2 })
  emailIds = rows.flatMap(row => parseId('email', row.emailId) ?? [])
})
afterAll(async () => {
  await observer.close()
  await database.close()
})

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
