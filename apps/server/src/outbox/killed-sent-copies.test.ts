import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { smtpLink } from '../channels/smtp/testing/smtp-link.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { FailpointName } from '../platform/failpoint.ts'
import { makeAuthority, type TestAuthority } from '../testing/make-authority.ts'
import { has } from '../testing/needs.ts'
import { type SeededWorkspace, seedWorkspace } from '../testing/seed-workspace.ts'
import { type MailServer, startMailServer } from '../testing/start-mail-server.ts'
import { acceptTestEmail } from '../testing/start-test-outbox.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { a, type NameServer, startNameServer } from '../transports/testing/name-server.ts'
import { readSent } from './testing/read-sent.ts'

/** One run of each in CI; `FAIRLEAD_FAULT_RUNS=20 npx vitest run apps/server/src/outbox/killed-sent-copies.test.ts` by hand. */
const runs = Number(process.env.FAIRLEAD_FAULT_RUNS ?? 1)
const user = 'ann@sender.test'
const host = 'mail.sender.test'
const imapHost = 'imap.sender.test'
/** Until a copy that a killed worker had taken up is anybody's again. */
const leaseMs = 181_000

const places: FailpointName[] = ['after-answers-commit', 'before-copy', 'after-copy']

describe.runIf(has('postfix', 'dovecot'))('a worker killed while it files a copy', () => {
  let database: TestDatabase
  let seeded: SeededWorkspace
  let authority: TestAuthority
  let server: MailServer
  let names: NameServer
  let clockMs = 0
  const children: ChildProcess[] = []
  const imap = { host: imapHost, port: 993, encryption: 'tls', user } as const
  const { settings } = smtpLink({ host, user, imap })
  const known = { ...settings, measured: { ...settings.measured, filesSentCopy: false } }

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
    await asEngine(database.db, tx =>
      sql`update fairlead.link set settings = ${JSON.stringify(known)}::jsonb`.execute(tx),
    )
  })
  afterEach(() => children.splice(0).forEach(child => void child.kill('SIGKILL')))
  afterAll(async () => {
    await names?.close()
    await server?.stop()
    await database?.close()
  })

  function startWorker(failpoints: string): ChildProcess {
    const program = fileURLToPath(new URL('./testing/run-copying-worker.ts', import.meta.url))
    const child = spawn(process.execPath, [program], {
      env: {
        ...process.env,
        ...{ DATABASE_URL: database.url, NAME_SERVER: names.address, AUTHORITY: authority.certificate },
        ...{ LINK: JSON.stringify(known), FAIRLEAD_FAILPOINTS: failpoints },
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    children.push(child)
    return child
  }

  const states = async () =>
    (
      await asEngine(database.db, tx =>
        sql<{ state: string }>`select state from fairlead.sent_copy order by due_at`.execute(tx),
      )
    ).rows.map(({ state }) => state)
  const copiesOf = async (to: string) =>
    (await readSent(server, { user, password: 'secret' })).filter(mail => mail.includes(to)).length

  test.each(places)(
    '%s: the next leaves exactly one in the Sent folder, and one at the recipient',
    { timeout: runs * 60_000 + 60_000 },
    async place => {
      for (let run = 0; run < runs; run++) {
        const to = `${place}-${run}@rcpt.test`
        const before = (await states()).length
        await acceptTestEmail(database.db, seeded, [to])
        const [, signal] = await once(startWorker(`${place}=kill`), 'exit')
        expect(signal).toBe('SIGKILL')
        expect(await copiesOf(to)).toBe(place === 'after-copy' ? 1 : 0)
        clockMs += leaseMs
        await database.setClockOffset(clockMs)
        const next = startWorker('')
        await vi.waitFor(async () => expect(await states()).toEqual(Array(before + 1).fill('filed')), {
          timeout: 50_000,
          interval: 100,
        })
        next.kill('SIGKILL')
        expect(await copiesOf(to)).toBe(1)
        expect(await server.postfix.arrived(to, 1)).toHaveLength(1)
      }
    },
  )
})
