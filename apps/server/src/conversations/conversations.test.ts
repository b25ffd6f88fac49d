import { folders, Problem } from '@fairlead/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { countFolders } from './count-folders.ts'
import { type ConversationPage, listConversations, type WantedPage } from './list-conversations.ts'
import type { ListFilters } from './list-filters.ts'
import { type MailboxOfMany, makeMailbox } from './testing/mailbox-of-many.ts'

let database: TestDatabase
let ann: MailboxOfMany
let other: MailboxOfMany

beforeAll(async () => {
  database = await createTestDatabase()
  ann = await makeMailbox(database.db, 200)
  other = await makeMailbox(database.db, 40)
})
afterAll(() => database.close())

function list(wanted: Partial<WantedPage>): Promise<ConversationPage> {
  return listConversations(database.db, {
    ...ann,
    ...{ folder: null, words: '', cursor: undefined, limit: 50 },
    ...wanted,
  })
}

/** All rows by following the cursors. */
async function walk(wanted: Partial<WantedPage>) {
  const rows = []
  let cursor: string | undefined
  do {
    const page = await list({ ...wanted, cursor })
    rows.push(...page.rows)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return rows
}

describe('folders', () => {
  it('hold as many rows as the counts say, each once, newest first, whatever the size of the pages', async () => {
    const counts = await countFolders(database.db, ann)
    for (const folder of folders) {
      const rows = await walk({ folder, limit: 7 })
      expect(rows.length, folder).toBe(counts[folder].count)
      expect(new Set(rows.map(row => row.deliveryId ?? row.emailId)).size, folder).toBe(rows.length)
      expect(
        rows
          .map(row => row.at)
          .toSorted()
          .toReversed(),
        folder,
      ).toEqual(rows.map(row => row.at))
      expect(
        rows.every(row => row.folder === folder),
        folder,
      ).toBe(true)
    }
    expect(counts.scheduled.count).toBe(10)
    expect(counts.drafts.count).toBe(10)
    expect(counts.bounced.count).toBeGreaterThan(0)
  })

  it('show an email once in Sent, however many of its deliveries arrived', async () => {
    const rows = await walk({ folder: 'delivered' })
    const both = rows.find(row => row.sentence.startsWith('1 of 2: ') && row.subject === 'Offer number 6')
    expect(both).toMatchObject({ unit: 'email', recipientCount: 2, deliveryId: null })
  })

  it('show a failed delivery by itself, with its reason in words', async () => {
    const [row] = (await list({ folder: 'bounced', limit: 1 })).rows
    expect(row).toMatchObject({ unit: 'delivery', recipientCount: 1, reason: { code: 'recipient.unknown' } })
    expect(row?.sentence).toMatch(/^(Bounced|Refused): The mailbox second\d+@south.example does not exist/)
  })

  it('hold nothing of another member', async () => {
    expect(await walk({ ...other, memberId: ann.memberId })).toEqual([])
    expect((await walk({ ...other })).length).toBe(40)
  })
})

describe('pages', () => {
  it.each([
    ['of a folder', { folder: 'delivered' }],
    ['of a group whose rows are emails', { folder: null, group: 'pending' }],
    ['of a group whose rows are deliveries', { folder: null, group: 'undelivered' }],
    ['of everything, oldest first', { folder: null, order: 'oldest' }],
    ['of a filtered group', { folder: null, group: 'sent', filters: { state: 'accepted' } }],
  ] as const)('%s go back to where they came from', async (_, wanted) => {
    const pages = []
    let page = await list({ ...wanted, limit: 7 })
    expect(page.previousCursor).toBeNull()
    for (pages.push(page); page.nextCursor !== null; pages.push(page))
      page = await list({ ...wanted, limit: 7, cursor: page.nextCursor })
    expect(pages.length).toBeGreaterThan(2)
    for (const before of pages.toReversed().slice(1)) {
      page = await list({ ...wanted, limit: 7, cursor: page.previousCursor ?? undefined })
      expect(page.rows).toEqual(before.rows)
    }
    expect(page.previousCursor).toBeNull()
  })

  it('of a group hold what its folders hold, by one time', async () => {
    const rows = await walk({ folder: null, group: 'pending', limit: 9 })
    const counts = await countFolders(database.db, ann)
    expect(rows.length).toBe(counts.scheduled.count + counts.drafts.count + counts['in-progress'].count)
    expect(rows.map(row => row.at)).toEqual(
      rows
        .map(row => row.at)
        .toSorted()
        .toReversed(),
    )
    const oldest = await walk({ folder: null, group: 'pending', limit: 9, order: 'oldest' })
    expect(oldest.toReversed()).toEqual(rows)
  })

  it('refuse a folder and a group at once', () => {
    expect(() => list({ folder: 'spam', group: 'sent' })).toThrow(Problem)
  })
})

describe('filters', () => {
  it('keep to the dates', async () => {
    const [since, until] = [new Date('2026-01-01T00:50:00Z'), new Date('2026-01-01T01:10:00Z')]
    const rows = await walk({ folder: null, filters: { since, until } })
    expect(rows.length).toBe(20)
    expect(rows.every(row => new Date(row.at) >= since && new Date(row.at) < until)).toBe(true)
  })

  it.each([
    ['reason', 'undelivered', { reason: 'recipient.unknown' }, { reason: { code: 'recipient.unknown' } }],
    ['class of reasons', 'undelivered', { reasonGroup: 'uncertain' }, { reason: { code: 'uncertain.cut' } }],
    ['state', 'undelivered', { state: 'expired' }, { state: 'expired' }],
    ['state of an email', 'pending', { state: 'draft' }, { state: 'draft', folder: 'drafts' }],
    ['channel', 'sent', { channel: 'managed' }, { channel: 'managed' }],
  ] as const)('by %s leave what fits, and all of it', async (_, group, filters, shown) => {
    const all = await walk({ folder: null, group })
    const found = await walk({ folder: null, group, filters })
    expect(found.length).toBeGreaterThan(0)
    for (const row of found) expect(row).toMatchObject(shown)
    const fits = (row: object) => {
      try {
        expect(row).toMatchObject(shown)
        return true
      } catch {
        return false
      }
    }
    expect(found.length).toBe(all.filter(fits).length)
  })

  it.each([
    { channel: 'gmail' },
    { reason: 'quota.full' },
    { identityId: '01990000-0000-7000-8000-000000000000' },
    { linkId: '01990000-0000-7000-8000-000000000000' },
    { channel: 'managed', linkId: '01990000-0000-7000-8000-000000000000' },
    { reason: 'quota.full', reasonGroup: 'link' },
    { since: new Date('2030-01-01') },
  ] as const)('leave nothing where nothing fits: %o', async filters => {
    for (const group of ['sent', 'pending', 'undelivered', null] as const)
      expect(await walk({ folder: null, group, filters: filters as ListFilters })).toEqual([])
  })

  it('go with words, in a folder of deliveries too', async () => {
    const filters = { reason: 'recipient.unknown' } as const
    const found = await walk({ folder: 'bounced', words: 'offer second', filters })
    expect(found.length).toBeGreaterThan(0)
    expect(found.every(row => row.unit === 'delivery' && row.reason?.code === 'recipient.unknown')).toBe(true)
    expect(await walk({ folder: 'bounced', words: 'first17', filters: { reason: 'quota.full' } })).toEqual([])
  })

  it('look through a bounded number of rows and go on from there', async () => {
    const many = await makeMailbox(database.db, 7_000)
    const wanted = {
      ...many,
      folder: null,
      filters: { since: new Date('2026-01-01'), state: 'held' },
      limit: 10,
    } as const
    const first = await list(wanted)
    expect(first).toMatchObject({ rows: [], nextCursor: expect.any(String) })
    expect(await list({ ...wanted, cursor: first.nextCursor ?? undefined })).toMatchObject({
      rows: [],
      nextCursor: null,
    })
  })

  it('find common words in more emails than are looked up by their ids', async () => {
    const many = await makeMailbox(database.db, 2_500)
    expect((await walk({ ...many, words: 'offer', limit: 100 })).length).toBe(2_500)
    expect((await walk({ ...many, words: 'offer', folder: 'drafts', limit: 100 })).length).toBe(125)
  })
})

describe('search', () => {
  it.each([
    ['a word of the subject', 'number 17'],
    ['the beginning of a word', 'first17 nor'],
    ['an address', 'first17@north.example'],
    ['capitals and signs around it', '  "FIRST17@NORTH.example",  '],
  ])('finds by %s', async (_, words) => {
    const found = await walk({ words })
    expect(found.map(row => row.subject)).toContain('Offer number 17')
  })

  it('finds all pages of what every email holds', async () => {
    expect((await walk({ words: 'good morning', limit: 9 })).length).toBe(200)
  })

  it('keeps to a folder when one is given', async () => {
    const found = await walk({ words: 'offer', folder: 'scheduled' })
    expect(found.length).toBe(10)
    expect((await walk({ words: 'offer', folder: 'spam' })).length).toBeGreaterThan(0)
  })

  it.each([
    'nobodyhasthisword',
    "'",
    "' | 'offer",
    '!offer:*A & (',
    '\\',
    '%',
    'member:',
    '\u0000'.repeat(3),
  ])('takes %j as words, not as a query language', async words => {
    const found = await walk({ words: `zzz ${words}` })
    expect(found).toEqual([])
  })

  it('cannot reach another member by their mark', async () => {
    expect(await walk({ ...other, words: `member:${ann.memberId}` })).toEqual([])
    expect(await walk({ ...other, memberId: ann.memberId, words: 'offer' })).toEqual([])
  })
})

it.each([
  ['too short', 'x'],
  ['no JSON', 'bm9uZQ'],
  ['another shape', Buffer.from('["now()","1"]').toString('base64url')],
  ['a zero byte', '\u0000'],
  ['long', 'x'.repeat(300)],
])('refuses a cursor that it did not write: %s', async (_, cursor) => {
  expect(() => list({ cursor })).toThrow(Problem)
})
