import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { has } from '../testing/needs.ts'
import type { MailboxWatcher } from './start-mailbox-watcher.ts'
import { type ImapWorld, openImapWorld, watchOverImap } from './testing/imap-world.ts'
import { type InboundWorld, openInboundWorld, type SentEmail } from './testing/open-inbound-world.ts'
import { keptOf, watchOf } from './testing/watch-of.ts'
import { writeReply } from './testing/write-notice.ts'

const eventually = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 20_000, interval: 20 })
/** So long that only news brings a look. */
const never = 3_600_000

describe.runIf(has('dovecot'))('a mailbox of a real server', () => {
  let world: InboundWorld
  const opened: ImapWorld[] = []
  const watching: MailboxWatcher[] = []
  let replies = 0

  beforeAll(async () => {
    world = await openInboundWorld()
  })
  afterEach(async () => {
    await Promise.all(watching.splice(0).map(watcher => watcher.stop()))
    await Promise.all(opened.splice(0).map(one => one.close()))
    await world.database.setClockOffset(0)
  })
  afterAll(() => world?.close())

  const open = async (dovecotSettings = '') => {
    const imap = await openImapWorld(world.database.db, world.seeded, { dovecotSettings })
    opened.push(imap)
    return imap
  }
  const watch = (imap: ImapWorld, everyMs: number) => {
    const onStored = () => world.inbound.reader?.wake()
    const watcher = watchOverImap(world.database.db, imap.place, { everyMs, onStored })
    watching.push(watcher)
    return watcher
  }
  const now = (imap: ImapWorld) => watchOf(world.database.db, imap.linkId)
  /** Somebody waits there, and the look that this begins with is over. */
  const isHeard = (imap: ImapWorld) =>
    eventually(async () =>
      expect(await now(imap)).toMatchObject({
        attendant: expect.any(String),
        cursor: expect.any(String),
        hasNews: false,
      }),
    )
  const replyTo = ({ first }: SentEmail) => {
    replies += 1
    return writeReply({
      to: 'ann@sender.example',
      headers: [`In-Reply-To: <${first.rfcMessageId}>`],
      body: `Answer ${replies}`,
    }).replace('<reply-1@', `<reply-${replies}@`)
  }
  const repliesTo = async ({ email }: SentEmail) =>
    (await world.kinds(email)).filter(kind => kind === 'replied').length

  test('a new mail is seen at once, without any poll, and stays unread', async () => {
    const imap = await open()
    watch(imap, never)
    await isHeard(imap)
    const sent = await world.sent(['amy'])
    for (let count = 1; count <= 3; count++) {
      await imap.put(replyTo(sent))
      await eventually(async () => expect(await repliesTo(sent)).toBe(count))
    }
    expect(await imap.countRead()).toBe(0)
  })

  test('a connection that breaks: polled meanwhile, waited at again later, nothing lost or twice', async () => {
    const imap = await open()
    watch(imap, 100)
    await isHeard(imap)
    const sent = await world.sent(['ben'])
    imap.cut()
    await imap.put(replyTo(sent))
    await eventually(async () => expect(await now(imap)).toMatchObject({ attendant: null }))
    expect((await now(imap))?.restSeconds).toBeGreaterThan(200)
    imap.mend()
    await eventually(async () => expect(await repliesTo(sent)).toBe(1))
    expect(await now(imap), 'by polling').toMatchObject({ attendant: null, failures: 0 })
    await world.database.setClockOffset(301_000)
    await isHeard(imap)
    await imap.put(replyTo(sent))
    await eventually(async () => expect(await repliesTo(sent)).toBe(2))
    expect(await keptOf(world.database.db, imap.linkId)).toHaveLength(2)
  })

  test('a server without IDLE is polled, and not asked for it again for hours', async () => {
    const imap = await open(
      'imap_capability = IMAP4rev1 SASL-IR LITERAL+ ID ENABLE UIDPLUS NAMESPACE SPECIAL-USE',
    )
    watch(imap, 100)
    await eventually(async () => {
      const found = await now(imap)
      expect(found).toMatchObject({ attendant: null, cursor: expect.any(String) })
      expect(found?.restSeconds).toBeGreaterThan(3_600)
    })
    const sent = await world.sent(['cat'])
    await imap.put(replyTo(sent))
    await eventually(async () => expect(await repliesTo(sent)).toBe(1))
  })

  test('a server that numbers its mail anew while it is waited at: each mail once', async () => {
    const imap = await open()
    watch(imap, 100)
    await isHeard(imap)
    const sent = await world.sent(['dan'])
    await imap.put(replyTo(sent))
    await eventually(async () => expect(await repliesTo(sent)).toBe(1))
    const { uidValidity } = JSON.parse((await now(imap))?.cursor ?? '{}')
    await imap.numberAnew()
    await imap.put(replyTo(sent))
    // Dovecot hangs up on those who wait there, or leaves them without news: then the look of every five minutes sees it.
    await world.database.setClockOffset(301_000)
    await eventually(async () => expect(await repliesTo(sent)).toBe(2))
    await eventually(async () =>
      expect(JSON.parse((await now(imap))?.cursor ?? '{}').uidValidity).not.toBe(uidValidity),
    )
    expect(await keptOf(world.database.db, imap.linkId)).toHaveLength(2)
    expect(await imap.countRead()).toBe(0)
  })

  test('a process that stops leaves the mailbox, and another waits there at once', async () => {
    const imap = await open()
    const first = watch(imap, never)
    await isHeard(imap)
    const before = (await now(imap))?.attendant
    const second = watch(imap, never)
    const sent = await world.sent(['eva'])
    await imap.put(replyTo(sent))
    await eventually(async () => expect(await repliesTo(sent)).toBe(1))
    expect((await now(imap))?.attendant, 'one at a time').toBe(before)
    await first.stop()
    await imap.put(replyTo(sent))
    await eventually(async () => expect(await repliesTo(sent)).toBe(2))
    expect((await now(imap))?.attendant).not.toBe(before)
    await second.stop()
    expect((await now(imap))?.attendant).toBeNull()
  })
})
