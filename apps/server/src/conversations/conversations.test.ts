import { folders, Problem } from '@fairlead/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { countFolders } from './count-folders.ts'
import { type ConversationPage, listConversations, type WantedPage } from './list-conversations.ts'
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
