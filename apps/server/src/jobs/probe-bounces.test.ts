import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { Handoff, SendOutcome } from '../channels/channel.ts'
import { scriptedLinkChannel } from '../channels/testing/scripted-link-channel.ts'
import { openMailbox, type TestMailbox, watchMailboxes } from '../inbound/testing/mailbox.ts'
import { type InboundWorld, openInboundWorld } from '../inbound/testing/open-inbound-world.ts'
import { sendMail } from '../inbound/testing/smtp-client.ts'
import { testHosts, testKey } from '../inbound/testing/start-test-inbound.ts'
import { writeDsn } from '../inbound/testing/write-notice.ts'
import { makeProbeAddress } from '../mail/return-path.ts'
import { type ProbeParts, probeBounces } from '../outbox/probe-bounces.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { LinkId } from '../platform/ids.ts'
import { createSecrets } from '../platform/secrets.ts'

const eventually = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 10_000, interval: 20 })
const { signal } = new AbortController()

let world: InboundWorld
let box: TestMailbox
beforeAll(async () => {
  world = await openInboundWorld()
})
afterAll(() => world.close())
beforeEach(async () => {
  await asEngine(world.database.db, tx => sql`update fairlead.link set state = 'paused'`.execute(tx))
  box = await openMailbox(world.database.db, world.seeded)
})

/** What the link's server heard from our listener, and the notice that it makes of it. */
interface Told {
  readonly answer: string
  readonly notice: string
  readonly handoff: Handoff
}

/** A server that hands the probe on to our own listener, as any on the internet does. */
function partsOf(told: Told[], more: { returnPath?: 'ours'; outcome?: SendOutcome } = {}): ProbeParts {
  const channel = scriptedLinkChannel({
    ...(more.returnPath === undefined
      ? {}
      : { traits: { returnPath: more.returnPath, bounces: 'return-path' } }),
    async send(handoff) {
      const [to = ''] = handoff.deliveries.map(delivery => delivery.to)
      const answer = await sendMail(world.inbound.listener.port, {
        to: [to],
        raw: 'x',
        from: handoff.envelopeFrom,
      })
      const notice = writeDsn({ to: handoff.envelopeFrom, recipients: [{ final: to, diagnostic: answer }] })
      told.push({ answer, notice, handoff })
      return more.outcome ?? { is: 'accepted', finalHop: false }
    },
  })
  return {
    ...{ db: world.database.db, secrets: createSecrets(['a key for tests alone, 32 or more']), key: testKey },
    ...{ returnPathHost: testHosts.returnPathHost, mailDomain: testHosts.mailDomain },
    channels: new Map([['smtp', channel]]),
  }
}

interface Probe {
  number: number
  isRefused: boolean
  isProved: boolean
  hasFailed: boolean
  seconds: number | null
}
const probeOf = async (id: LinkId = box.linkId): Promise<Probe | undefined> => {
  const found = await asEngine(world.database.db, tx =>
    sql<Probe>`
      select number, refused_at is not null as "isRefused", proved_at is not null as "isProved",
        failed_at is not null as "hasFailed", proved_seconds as seconds
      from fairlead.bounce_probe where link_id = ${id}`.execute(tx),
  )
  return found.rows[0]
}

test('our listener refuses a probe as it does any unknown name, and the notice in the mailbox proves the link', async () => {
  const told: Told[] = []
  expect(await probeBounces(partsOf(told), signal)).toEqual({ sent: 1, failed: 0 })
  expect(told[0]?.answer).toMatch(/^550 5\.1\.1 /)
  expect(told[0]?.handoff.envelopeFrom).toBe('ann@sender.example')
  await eventually(async () => expect(await probeOf()).toMatchObject({ isRefused: true, isProved: false }))
  const { watcher } = watchMailboxes(world.database.db, [box], () => world.inbound.reader?.wake())
  await eventually(() => expect(box.cursors.length).toBeGreaterThan(0))
  box.put({ raw: told[0]?.notice ?? '' })
  await eventually(async () => expect(await probeOf()).toMatchObject({ isProved: true, hasFailed: false }))
  expect((await probeOf())?.seconds).toBeLessThan(60)
  await watcher.stop()
  expect(await probeBounces(partsOf(told), signal)).toEqual({ sent: 0, failed: 0 })
})

test('with a borrowed return path the notice comes straight home', async () => {
  const told: Told[] = []
  await probeBounces(partsOf(told, { returnPath: 'ours' }), signal)
  const [first] = told
  expect(first?.handoff.envelopeFrom).toMatch(/^b-.*@rp\.mail\.example$/)
  await world.receive(String(first?.handoff.envelopeFrom), first?.notice ?? '')
  await eventually(async () => expect(await probeOf()).toMatchObject({ isProved: true }))
})

test('the notice of another link’s probe, or of an older one, proves nothing', async () => {
  const told: Told[] = []
  await probeBounces(partsOf(told), signal)
  const other = await openMailbox(world.database.db, world.seeded)
  const { watcher } = watchMailboxes(world.database.db, [other], () => world.inbound.reader?.wake())
  await eventually(() => expect(other.cursors.length).toBeGreaterThan(0))
  other.put({ raw: told[0]?.notice ?? '' })
  const looks = other.cursors.length
  await eventually(() => expect(other.cursors.length).toBeGreaterThan(looks + 2))
  expect(await probeOf()).toMatchObject({ isProved: false })
  await watcher.stop()
  const forged = makeProbeAddress({
    key: { id: testKey.id, secret: Buffer.from('not the key') },
    ...{ linkId: box.linkId, round: 1, host: testHosts.returnPathHost },
  })
  const port = world.inbound.listener.port
  expect(await sendMail(port, { to: [forged], raw: 'x', from: 'a@b.example' })).toMatch(/^550 5\.1\.1 /)
})

test('without a notice within a day the link counts as unproved, until a later probe comes back', async () => {
  const told: Told[] = []
  await probeBounces(partsOf(told), signal)
  await age('25 hours')
  expect(await probeBounces(partsOf(told), signal)).toEqual({ sent: 0, failed: 1 })
  expect(await probeOf()).toMatchObject({ number: 1, hasFailed: true })
  await age('7 days')
  expect(await probeBounces(partsOf(told), signal)).toEqual({ sent: 1, failed: 0 })
  expect(await probeOf()).toMatchObject({ number: 2, hasFailed: false })
})

test('a probe that never left is tried again, and one that is refused at once proves nothing', async () => {
  const deferred: SendOutcome = { is: 'deferred', reason: { code: 'transport.network' } }
  expect(await probeBounces(partsOf([], { outcome: deferred }), signal)).toMatchObject({ sent: 0 })
  expect(await probeOf()).toBeUndefined()
  const refused: SendOutcome = { is: 'refused', reason: { code: 'recipient.unknown' } }
  await probeBounces(partsOf([], { outcome: refused }), signal)
  expect(await probeOf()).toMatchObject({ hasFailed: true, isProved: false })
})

async function age(by: string): Promise<void> {
  await asEngine(world.database.db, tx =>
    sql`update fairlead.bounce_probe set sent_at = sent_at - ${by}::interval where link_id = ${box.linkId}`.execute(
      tx,
    ),
  )
}
