import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { readPace } from '../links/pace.ts'
import { asEngine, asWeb } from '../platform/database/as-role.ts'
import { newId } from '../platform/ids.ts'
import { seedWorkspace } from '../testing/seed-workspace.ts'
import { openMailbox, type TestMailbox, type TestWatcher, watchMailboxes } from './testing/mailbox.ts'
import { type InboundWorld, openInboundWorld, type SentEmail } from './testing/open-inbound-world.ts'
import { writeDsn, writeReply } from './testing/write-notice.ts'

const eventually = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 10_000, interval: 20 })

let world: InboundWorld
let box: TestMailbox
let watching: TestWatcher
beforeAll(async () => {
  world = await openInboundWorld()
})
afterAll(() => world.close())
beforeEach(async () => {
  box = await openMailbox(world.database.db, world.seeded)
  watching = watchMailboxes(world.database.db, [box], () => world.inbound.reader?.wake())
  await cursorIs('0')
})
afterEach(() => watching.watcher.stop())

interface Watch {
  cursor: string | null
  reason: { code: string } | null
  failures: number
}
const watchOf = async (mailbox = box): Promise<Watch | undefined> => {
  const found = await asEngine(world.database.db, tx =>
    sql<Watch>`select cursor, reason, failures from fairlead.link_watch where link_id = ${mailbox.linkId}`.execute(
      tx,
    ),
  )
  return found.rows[0]
}
const cursorIs = (cursor: string, mailbox = box) =>
  eventually(async () => expect((await watchOf(mailbox))?.cursor).toBe(cursor))
const keptOf = async (mailbox = box) => {
  const found = await asEngine(world.database.db, tx =>
    sql<{ key: string; state: string; by: string | null }>`
      select dedupe_key as key, state, matched_by as by from fairlead.notice
      where source = ${`link:${mailbox.linkId}`} order by dedupe_key`.execute(tx),
  )
  return found.rows
}
const answers = ({ first }: SentEmail) => [`In-Reply-To: <${first.rfcMessageId}>`]
const returned = ({ first }: SentEmail) =>
  writeDsn({
    to: 'ann@sender.example',
    queueId: first.id.slice(-8),
    recipients: [{ final: first.address }],
    returned: [`Message-ID: <${first.rfcMessageId}>`, 'Subject: Hello'],
  })

test('a bounce in the mailbox ends the delivery with its reason', async () => {
  const sent = await world.sent(['gone'])
  const key = box.put({ raw: returned(sent) })
  await eventually(async () =>
    expect(await world.deliveries(sent.email)).toMatchObject([
      { state: 'bounced', reason: { code: 'recipient.unknown' } },
    ]),
  )
  expect(await keptOf()).toEqual([{ key, state: 'applied', by: 'message-id' }])
})

test('a reply is filed in its thread, also from another address; an automatic answer is none', async () => {
  const sent = await world.sent(['carl'])
  box.put({ raw: writeReply({ to: 'ann@sender.example', headers: answers(sent) }) })
  await eventually(async () => expect(await world.kinds(sent.email)).toContain('replied'))
  box.put({
    raw: writeReply({
      to: 'ann@sender.example',
      headers: [...answers(sent), 'Auto-Submitted: auto-replied'],
    }),
  })
  await eventually(async () => expect(await world.kinds(sent.email)).toContain('autoReplied'))
  expect((await world.kinds(sent.email)).filter(kind => kind === 'replied')).toHaveLength(1)
  expect((await keptOf()).map(one => one.by)).toEqual(['in-reply-to', 'in-reply-to'])
})

test('of all other mail nothing is kept, and a person’s is not even read', async () => {
  const sent = await world.sent(['dora'])
  box.put({ raw: writeReply({ to: 'ann@sender.example' }) })
  box.put({ raw: writeReply({ to: 'ann@sender.example', headers: ['References: <stranger@x.example>'] }) })
  const machine = box.put({
    raw: writeDsn({ to: 'ann@sender.example', recipients: [{ final: 'x@y.example' }] }),
  })
  box.put({
    raw: writeReply({
      to: 'dora@customer.example',
      headers: [...answers(sent), `X-Fairlead-Ref: msg_${sent.first.messageId}`],
    }),
  })
  await cursorIs('4')
  expect(await keptOf()).toEqual([])
  expect(box.read).toEqual([machine])
})

test('what the sender wrote into the thread from their own mailbox is no reply', async () => {
  const sent = await world.sent(['eric'])
  const own = writeReply({ to: 'eric@customer.example', headers: answers(sent) }).replace(
    'bob@customer.example',
    'ann@sender.example',
  )
  box.put({ raw: own })
  await cursorIs('1')
  expect(await keptOf()).toEqual([])
  const toSelf = await world.sentTo(['ann@sender.example'])
  box.put({ raw: own.replace(sent.first.rfcMessageId, toSelf.first.rfcMessageId) })
  await eventually(async () => expect(await world.kinds(toSelf.email)).toContain('replied'))
})

test('however often the mailbox shows a mail, it is applied once', async () => {
  const sent = await world.sent(['fay'])
  const mail = { raw: returned(sent), key: 'the same' }
  box.put(mail)
  box.put(mail)
  await cursorIs('2')
  box.put(mail)
  box.put({ raw: writeReply({ to: 'x' }) })
  await cursorIs('4')
  await eventually(async () => expect(await keptOf()).toMatchObject([{ key: 'the same', state: 'applied' }]))
  expect((await world.kinds(sent.email)).filter(kind => kind === 'bounced')).toHaveLength(1)
  // What is kept is not fetched again: a provider counts each reading.
  expect(box.read.filter(key => key === 'the same').length).toBeLessThanOrEqual(2)
})

test('a look that breaks half way keeps nothing, and the next one all of it, once', async () => {
  const [one, two] = [await world.sent(['gus']), await world.sent(['hal'])]
  const [first, second] = [box.put({ raw: returned(one) }), 'second']
  box.unreadable.add(second)
  box.put({ raw: returned(two), key: second })
  await eventually(async () => expect((await watchOf())?.failures).toBeGreaterThan(1))
  expect(await watchOf()).toMatchObject({ cursor: '0', reason: { code: 'local.error' } })
  expect(await keptOf()).toEqual([])
  box.unreadable.delete(second)
  await cursorIs('2')
  expect((await keptOf()).map(({ key }) => key)).toEqual([first, second])
  expect(await watchOf()).toMatchObject({ reason: null, failures: 0 })
})

test('one mail that can never be read does not stop the others', async () => {
  const [one, two] = [await world.sent(['ida']), await world.sent(['jon'])]
  const dead = box.put({ raw: returned(one) })
  box.unreadable.add(dead)
  const well = box.put({ raw: returned(two) })
  await cursorIs('2')
  expect((await keptOf()).map(({ key }) => key)).toEqual([well])
  expect(watching.warnings).toContainEqual(expect.objectContaining({ dedupeKey: dead }))
})

test('a mailbox that cannot be looked into is tried again, and says why', async () => {
  box.trouble = () => ({ failed: { code: 'link.login' } })
  await eventually(async () => expect((await watchOf())?.reason?.code).toBe('link.login'))
  box.trouble = null
  await eventually(async () => expect(await watchOf()).toMatchObject({ reason: null, failures: 0 }))
})

test('a cursor that means nothing any more is the channel’s to mend: what it shows again is kept once', async () => {
  const sent = await world.sent(['kim'])
  const key = box.put({ raw: returned(sent) })
  await cursorIs('1')
  const looks = box.cursors.length
  box.trouble = () => ({ seen: box.mails, next: '1', isMore: false })
  await eventually(() => expect(box.cursors.length).toBeGreaterThan(looks + 1))
  expect((await keptOf()).map(one => one.key)).toEqual([key])
})

test('what the account sent without us is counted with the cursor, once, and only of the last day', async () => {
  const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000)
  const mails = [
    { at: hoursAgo(0), recipients: 3, external: 2 },
    { at: hoursAgo(-5), recipients: 1, external: 0 },
    { at: hoursAgo(25), recipients: 50, external: 50 },
  ]
  const unreadable = box.put({ raw: returned(await world.sent(['sue'])) })
  box.unreadable.add(unreadable)
  box.trouble = cursor =>
    cursor === '0' ? { seen: box.mails, next: '1', isMore: false, sentElsewhere: mails } : null
  await eventually(async () => expect((await watchOf())?.failures).toBeGreaterThan(1))
  const used = () =>
    asWeb(world.database.db, world.seeded.workspaceId, tx =>
      readPace(tx, { workspaceId: world.seeded.workspaceId, linkId: box.linkId }, undefined),
    )
  expect((await used()).used).toMatchObject({ messages: 0, elsewhere: 0 })
  box.unreadable.delete(unreadable)
  await cursorIs('1')
  const looks = box.cursors.length
  await eventually(() => expect(box.cursors.length).toBeGreaterThan(looks + 1))
  expect((await used()).used).toEqual({ messages: 2, recipients: 4, externalRecipients: 2, elsewhere: 2 })
})

test('a mailbox tells nothing about another workspace’s mail', async () => {
  const stranger = await seedWorkspace(world.database.db, 'eve@evil.example')
  const theirs = await openMailbox(world.database.db, stranger)
  await watching.watcher.stop()
  watching = watchMailboxes(world.database.db, [box, theirs], () => world.inbound.reader?.wake())
  await cursorIs('0', theirs)
  const sent = await world.sent(['lea'])
  theirs.put({ raw: returned(sent) })
  theirs.put({ raw: writeReply({ to: 'eve@evil.example', headers: answers(sent) }) })
  const named = `X-Failed-Recipients: ${sent.first.address}\r\n`
  theirs.put({
    raw: `${named}${writeDsn({ to: 'eve@evil.example', recipients: [{ final: sent.first.address }] })}`,
  })
  await cursorIs('3', theirs)
  expect(await keptOf(theirs)).toEqual([])
  expect(await world.deliveries(sent.email)).toMatchObject([{ state: 'delivered' }])
})

test('an address alone is a clue to the link’s own mail alone', async () => {
  const sent = await world.sent(['mia'])
  const raw = `X-Failed-Recipients: ${sent.first.address}\r\n${writeDsn({ to: 'ann@sender.example', recipients: [{ final: sent.first.address }] })}`
  box.put({ raw })
  await cursorIs('1')
  expect(await keptOf()).toEqual([])
  await asEngine(world.database.db, tx =>
    sql`update fairlead.delivery set link_id = ${box.linkId} where id = ${sent.first.id}`.execute(tx),
  )
  box.put({ raw })
  await eventually(async () =>
    expect(await world.deliveries(sent.email)).toMatchObject([{ state: 'bounced' }]),
  )
})

test('a provider’s thread counts where the answer to our own hand-over named it', async () => {
  const sent = await world.sent(['nan'])
  const raw = writeReply({ to: 'ann@sender.example' })
  box.put({ raw, threadId: 't-1' })
  await cursorIs('1')
  expect(box.read).toEqual([])
  const { first } = sent
  await asEngine(world.database.db, tx =>
    sql`insert into fairlead.handoff (workspace_id, id, email_id, message_id, link_id, round, rfc_message_id, envelope_from,
          started_at, receipt)
        values (${first.workspaceId}, ${newId('handoff')}, ${first.emailId}, ${first.messageId}, ${box.linkId}, 1,
          ${first.rfcMessageId}, '', fairlead.now(), '{"threadId":"t-1"}')`.execute(tx),
  )
  box.put({ raw, threadId: 't-1' })
  await eventually(async () => expect(await keptOf()).toMatchObject([{ by: 'thread' }]))
  expect(await world.kinds(sent.email)).toContain('replied')
})

test('what answers a mail whose hand-over has no answer yet is not passed by until that is known', async () => {
  const sent = await world.sent(['pia'])
  const { first } = sent
  const handoff = newId('handoff')
  await asEngine(world.database.db, async tx => {
    await sql`insert into fairlead.handoff (workspace_id, id, email_id, message_id, link_id, round, rfc_message_id, envelope_from,
          started_at, marked_at)
        values (${first.workspaceId}, ${handoff}, ${first.emailId}, ${first.messageId}, ${box.linkId}, 1,
          ${first.rfcMessageId}, '', fairlead.now(), fairlead.now())`.execute(tx)
    await sql`insert into fairlead.handoff_look (workspace_id, handoff_id, email_id)
        values (${first.workspaceId}, ${handoff}, ${first.emailId})`.execute(tx)
  })
  const raw = writeReply({ to: 'ann@sender.example', headers: ['In-Reply-To: <given@provider.example>'] })
  // Nobody answered in the minutes before it left.
  box.put({ raw, key: 'older' })
  box.mails.splice(0, 1, ...box.mails.map(mail => ({ ...mail, receivedAt: new Date(Date.now() - 660_000) })))
  box.put({ raw: writeReply({ to: 'ann@sender.example' }) })
  await cursorIs('2')
  const other = box.put({ raw: returned(await world.sent(['quin'])) })
  const key = box.put({ raw })
  await eventually(async () => expect((await keptOf()).map(one => one.key)).toEqual([other]))
  const looks = box.cursors.length
  await eventually(() => expect(box.cursors.length).toBeGreaterThan(looks + 2))
  expect((await watchOf())?.cursor).toBe('2')
  await asEngine(world.database.db, tx =>
    sql`update fairlead.handoff set seen_message_id = 'given@provider.example' where id = ${handoff}`.execute(
      tx,
    ),
  )
  await cursorIs('4')
  expect((await keptOf()).map(one => one.key)).toEqual([other, key].toSorted())
  await eventually(async () => expect(await world.kinds(sent.email)).toContain('replied'))
})

test('two channels that see one mailbox file its mail once', async () => {
  const other = await openMailbox(world.database.db, world.seeded)
  await watching.watcher.stop()
  watching = watchMailboxes(world.database.db, [box, other], () => world.inbound.reader?.wake())
  await cursorIs('0', other)
  const sent = await world.sent(['ora'])
  const raw = writeReply({ to: 'ann@sender.example', headers: answers(sent) })
  box.put({ raw })
  other.put({ raw })
  await eventually(async () =>
    expect([await keptOf(), await keptOf(other)]).toMatchObject([
      [{ state: 'applied' }],
      [{ state: 'applied' }],
    ]),
  )
  expect((await world.kinds(sent.email)).filter(kind => kind === 'replied')).toHaveLength(1)
})

test('two workers share the mailboxes: each look is one worker’s', async () => {
  const other = watchMailboxes(world.database.db, [box], () => world.inbound.reader?.wake())
  const mails = await Promise.all(['o', 'p', 'q'].map(name => world.sent([name])))
  for (const sent of mails) box.put({ raw: returned(sent) })
  await cursorIs('3')
  expect(await keptOf()).toHaveLength(3)
  await other.watcher.stop()
})

test('the mailbox of a paused or removed link is left alone', async () => {
  await asEngine(world.database.db, tx =>
    sql`update fairlead.link set state = 'paused' where id = ${box.linkId}`.execute(tx),
  )
  const other = await openMailbox(world.database.db, world.seeded)
  await watching.watcher.stop()
  const looks = box.cursors.length
  watching = watchMailboxes(world.database.db, [box, other], () => undefined)
  await eventually(() => expect(other.cursors.length).toBeGreaterThan(3))
  expect(box.cursors).toHaveLength(looks)
})
