import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { has } from '../testing/needs.ts'
import { seedWorkspace } from '../testing/seed-workspace.ts'
import { type Postfix, startPostfix } from '../testing/start-postfix.ts'
import { acceptTestEmail, deliveriesOf } from '../testing/start-test-outbox.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { sendMail } from './testing/smtp-client.ts'
import {
  eventsOf,
  move,
  noticesOf,
  returnPathOf,
  sentDeliveries,
  startTestInbound,
  type TestInbound,
  toDelivered,
} from './testing/start-test-inbound.ts'

describe.runIf(has('postfix'))('a real Postfix that takes mail and returns it later', () => {
  const later = 'later@customer.example'
  let database: TestDatabase
  let inbound: TestInbound
  let postfix: Postfix

  beforeAll(async () => {
    database = await createTestDatabase()
    inbound = await startTestInbound(database.db)
    postfix = await startPostfix({
      domains: ['customer.example'],
      bouncesLater: [later],
      returnsTo: { address: '127.0.0.1', port: inbound.listener.port },
      settings: { smtp_tls_security_level: 'encrypt' },
    })
  })
  afterAll(async () => {
    await postfix.stop()
    await inbound.stop()
    await database.close()
  })

  test('its DSN comes to our return path over TLS and turns the delivery into Bounced', async () => {
    const email = await acceptTestEmail(database.db, await seedWorkspace(database.db), [later])
    const [delivery] = await sentDeliveries(database.db, email)
    if (delivery === undefined) throw new Error('no delivery')
    await move(database.db, delivery, ...toDelivered)
    const from = returnPathOf(delivery.id)
    const raw = `From: ann@sender.example\r\nTo: ${later}\r\nSubject: Hello\r\nX-Fairlead-Ref: msg_${delivery.messageId}\r\n\r\nHi\r\n`
    expect(await sendMail(postfix.port, { host: postfix.address, from, to: [later], raw })).toMatch(/^250/)
    await vi.waitFor(
      async () => expect(await deliveriesOf(database.db, email)).toMatchObject([{ state: 'bounced' }]),
      { timeout: 20_000, interval: 50 },
    )
    expect((await eventsOf(database.db, email)).at(-1)).toMatchObject({
      kind: 'bounced',
      data: { matchedBy: 'return-path', recipients: [{ final: later }] },
    })
    expect(await noticesOf(database.db)).toMatchObject([
      { state: 'applied', kind: 'bounce', envelopeTo: [from] },
    ])
  })
})
