import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { ChannelLink, DeliveryChannel } from '../channels/channel.ts'
import {
  type AccountBench,
  type ConnectedAccount,
  connect,
  openAccounts,
} from '../channels/testing/connected-account.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { EmailId } from '../platform/ids.ts'
import { type SeededWorkspace, seedWorkspace } from '../testing/seed-workspace.ts'
import { acceptTestEmail, deliveriesOf, startTestOutbox } from '../testing/start-test-outbox.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import type { Outbox } from './start-outbox.ts'

let database: TestDatabase
let seeded: SeededWorkspace
let accounts: AccountBench
const running: Outbox[] = []
beforeAll(async () => {
  accounts = await openAccounts()
  database = await createTestDatabase()
  seeded = await seedWorkspace(database.db)
})
afterEach(() => Promise.all(running.splice(0).map(outbox => outbox.stop(1_000))))
afterAll(async () => {
  await database.close()
  await accounts.close()
})

const eventually = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 15_000, interval: 25 })

/** Sends what is due by the account, over the simulated provider. */
async function sendAll(account: ConnectedAccount, email: EmailId) {
  const channel = accounts.channels.gmail as DeliveryChannel<unknown>
  const openLink = ({ id }: Pick<ChannelLink<unknown>, 'id'>) => ({
    ...{ id, settings: account.settings },
    withSecret: account.withSecret.bind(account),
  })
  running.push(await startTestOutbox(database.db, channel, { openLink }))
  await eventually(async () =>
    expect(await deliveriesOf(database.db, email)).toMatchObject([{ state: 'accepted' }]),
  )
  await Promise.all(running.splice(0).map(outbox => outbox.stop(1_000)))
  const found = await asEngine(database.db, tx =>
    sql<{ threadId: string; providerId: string }>`
      select receipt->>'threadId' as "threadId", receipt->>'providerId' as "providerId"
      from fairlead.handoff where email_id = ${email}`.execute(tx),
  )
  return found.rows[0]
}

async function threadOf(email: EmailId): Promise<string> {
  const found = await asEngine(database.db, tx =>
    sql<{ id: string }>`select thread_id as id from fairlead.email where id = ${email}`.execute(tx),
  )
  return found.rows[0]?.id ?? ''
}

test('a further message of a thread is filed in the thread that Gmail made of the first; another is not', async () => {
  const account = await connect(accounts.channels.gmail, 'ann@sender.example')
  const accept = () => acceptTestEmail(database.db, seeded, ['bob@elsewhere.example'])
  const root = await accept()
  const first = await sendAll(account, root)
  const reply = await accept()
  const thread = await threadOf(root)
  await asEngine(database.db, tx =>
    sql`update fairlead.email set thread_id = ${thread} where id = ${reply}`.execute(tx),
  )
  const second = await sendAll(account, reply)
  const other = await sendAll(account, await accept())
  expect(first?.threadId).toBeTruthy()
  expect(second?.threadId).toBe(first?.threadId)
  expect(other?.threadId).not.toBe(first?.threadId)
  const [shown] = (await accounts.client.accounts()).filter(one => one.vendor === 'google')
  const inThread = shown?.mails.filter(mail => mail.place === 'SENT' && mail.threadId === first?.threadId)
  expect(inThread?.map(mail => mail.id).toSorted()).toEqual(
    [first?.providerId, second?.providerId].toSorted(),
  )
})
