import type { SmtpLinkSettings } from '@fairlead/contract'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { DeliveryChannel } from '../channels/channel.ts'
import { smtpChannel, smtpLink } from '../channels/smtp/testing/smtp-link.ts'
import { asEngine } from '../platform/database/as-role.ts'
import { makeAuthority, type TestAuthority } from '../testing/make-authority.ts'
import { has } from '../testing/needs.ts'
import { type SeededWorkspace, seedWorkspace } from '../testing/seed-workspace.ts'
import { type MailServer, startMailServer } from '../testing/start-mail-server.ts'
import {
  acceptTestEmail,
  deliveriesOf,
  openTestMessage,
  startTestOutbox,
} from '../testing/start-test-outbox.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { a, type NameServer, startNameServer } from '../transports/testing/name-server.ts'
import { planSentCopies, takeSentCopy } from './sent-copy-rows.ts'
import type { Outbox } from './start-outbox.ts'
import { type SentCopies, startSentCopies } from './start-sent-copies.ts'
import { readSent } from './testing/read-sent.ts'

const user = 'ann@sender.test'
const host = 'mail.sender.test'
const imapHost = 'imap.sender.test'

describe.runIf(has('postfix', 'dovecot'))('the copy in the Sent folder', () => {
  let database: TestDatabase
  let seeded: SeededWorkspace
  let authority: TestAuthority
  let server: MailServer
  let names: NameServer
  let channel: DeliveryChannel<unknown>
  const running: (Outbox | SentCopies)[] = []
  const password = { current: 'secret' }
  const settings = smtpLink({
    host,
    user,
    imap: { host: imapHost, port: 993, encryption: 'tls', user },
  }).settings

  beforeAll(async () => {
    database = await createTestDatabase()
    seeded = await seedWorkspace(database.db)
    authority = await makeAuthority()
    server = await startMailServer({
      users: { [user]: 'secret' },
      certificate: await authority.issue([host, imapHost]),
      domains: ['rcpt.test', 'sender.test'],
    })
    names = await startNameServer({
      [`A ${host}`]: [a(host, server.postfix.address)],
      [`A ${imapHost}`]: [a(imapHost, server.dovecot.address)],
    })
    channel = smtpChannel({ dnsServer: names.address, authority: authority.certificate })
  })
  afterEach(async () => {
    for (const one of running.splice(0)) await one.stop(1_000)
    password.current = 'secret'
  })
  afterAll(async () => {
    await channel?.close?.()
    await names?.close()
    await server?.stop()
    await database?.close()
  })

  const openLink = () => smtpLink(settings, password)
  // The test outbox knows its one channel under the kind of the seeded link.
  const channels = () => new Map([['managed', channel] as const])

  async function give(known: SmtpLinkSettings): Promise<void> {
    await asEngine(database.db, tx =>
      sql`update fairlead.link set settings = ${JSON.stringify(known)}::jsonb`.execute(tx),
    )
  }

  const measured = (filesSentCopy: boolean): SmtpLinkSettings => ({
    ...settings,
    measured: { ...settings.measured, filesSentCopy },
  })

  function startCopies(): void {
    running.push(
      startSentCopies({
        ...{ db: database.db, channels: channels(), pollMs: 100, openLink },
        log: { warn: (facts, message) => console.warn(message, facts) },
        openMessage: openTestMessage,
      }),
    )
  }

  async function sendOne(to: string): Promise<void> {
    const outbox = await startTestOutbox(database.db, channel, { openLink })
    running.push(outbox)
    const email = await acceptTestEmail(database.db, seeded, [to], {
      bcc: ['blind@rcpt.test'],
      onDue: () => outbox.wake(),
    })
    await vi.waitFor(
      async () =>
        expect((await deliveriesOf(database.db, email)).map(({ state }) => state)).toEqual([
          'accepted',
          'accepted',
        ]),
      { timeout: 20_000, interval: 50 },
    )
  }

  const rows = async () =>
    (
      await asEngine(database.db, tx =>
        sql<{
          state: string
          reason: string | null
        }>`select state, reason->>'code' as reason from fairlead.sent_copy order by tries`.execute(tx),
      )
    ).rows

  const sent = () => readSent(server, { user, password: 'secret' })

  test('is filed once, with Bcc in it, and not again when nobody saw that it was; a wrong password only delays it', async () => {
    await give(measured(false))
    await sendOne('bob@rcpt.test')
    password.current = 'wrong'
    startCopies()
    await vi.waitFor(async () => expect(await rows()).toEqual([{ state: 'waiting', reason: 'link.login' }]), {
      timeout: 20_000,
      interval: 50,
    })
    expect(await sent()).toEqual([])
    password.current = 'secret'
    for (let again = 1; again <= 3; again++) {
      // As after a kill between filing and writing it down: the row waits still.
      await asEngine(database.db, tx =>
        sql`update fairlead.sent_copy set state = 'waiting', due_at = fairlead.now() - interval '1 second'`.execute(
          tx,
        ),
      )
      await vi.waitFor(async () => expect((await rows()).map(({ state }) => state)).toEqual(['filed']), {
        ...{ timeout: 20_000, interval: 50 },
      })
      const copies = await sent()
      expect(copies).toHaveLength(1)
      expect(copies[0]).toMatch(/^Bcc: blind@rcpt\.test\r$/m)
      expect(copies[0]).toMatch(/^X-Fairlead-Ref: msg_/m)
      expect(copies[0]).toMatch(/^To: .*bob@rcpt\.test/m)
    }
    for (const to of ['bob@rcpt.test', 'blind@rcpt.test']) {
      const arrived = await server.postfix.arrived(to, 1)
      expect(arrived).toHaveLength(1)
      expect(arrived[0]?.toString()).not.toMatch(/^Bcc:/m)
    }
  })

  test('is never filed where the server files its own', async () => {
    const before = await rows()
    await give(measured(true))
    await sendOne('cara@rcpt.test')
    await asEngine(database.db, tx => planSentCopies(tx, channels()))
    expect(await rows()).toEqual(before)
  })

  test('waits a little where nobody knows yet what the server does', async () => {
    await give(settings)
    await sendOne('dora@rcpt.test')
    await asEngine(database.db, tx => planSentCopies(tx, channels()))
    const taken = await asEngine(database.db, takeSentCopy)
    // That of the test before was sent by then and counts from its own answer.
    expect(taken).toBeNull()
  })
})
