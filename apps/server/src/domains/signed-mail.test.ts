import { createHash, randomBytes } from 'node:crypto'
import type { SendingDomain } from '@fairlead/contract'
import { authenticate } from 'mailauth'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBody, type ReadBlob } from '../mail/body.ts'
import { signDkim } from '../mail/dkim.ts'
import type { Address } from '../mail/message.ts'
import { type MessageInput, renderMessage } from '../mail/render-message.ts'
import type { DomainId } from '../platform/ids.ts'
import { createSecrets } from '../platform/secrets.ts'
import { has } from '../testing/needs.ts'
import { type SeededWorkspace, seedWorkspace } from '../testing/seed-workspace.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createPlainResolver } from '../transports/dns/plain-resolver.ts'
import { createDomain, rotateKeys } from './change-domains.ts'
import { checkDomain } from './check-domain.ts'
import { readDomain } from './find-domains.ts'
import { createSenderDirectory } from './sender-directory.ts'
import { type DomainWorld, linesOf, openDomainWorld, ourHosts } from './testing/open-domain-world.ts'

const from = 'zoe@acme.test' as Address
const file = randomBytes(60_000)
const readBlob: ReadBlob = async function* () {
  yield file
}
const plain: MessageInput = {
  from: { name: 'Zoë Brandvåg', address: from },
  to: [{ name: 'Łukasz "Łuk" Żółć', address: 'marta@rcpt.test' as Address }],
  ...{ subject: 'Hello', date: new Date(), messageId: 'm1@mail.ours.test', text: 'Good morning' },
}
const contents: readonly [string, Partial<MessageInput>][] = [
  ['UTF-8 headers', { subject: `Offerte für Ångström – 見積もり ${'長い件名'.repeat(30)}` }],
  ['long lines', { text: `${'x'.repeat(5_000)}\n${'word '.repeat(2_000)}\n.\n..two dots\n` }],
  [
    'an attachment and HTML',
    {
      html: `<p>${'ü'.repeat(3_000)}</p>`,
      attachments: [
        {
          ...{ filename: 'Prüfbericht.pdf', contentType: 'application/pdf', size: file.length },
          sha256: createHash('sha256').update(file).digest('hex'),
        },
      ],
    },
  ],
]

/** Mail signed with what the outbox is given, read by a judge that asks the customer's own name server. */
describe.runIf(has('bind'))('mail that a domain signs', () => {
  const secrets = createSecrets(['a key for tests alone, 32 or more'])
  let world: DomainWorld
  let database: TestDatabase
  let seeded: SeededWorkspace
  let domainId: DomainId
  let clockMs = 0
  /** As it left before the keys were changed. */
  const early: string[] = []
  beforeAll(async () => {
    world = await openDomainWorld()
    database = await createTestDatabase()
    seeded = await seedWorkspace(database.db, from)
    const parts = { db: database.db, secrets, hosts: ourHosts }
    domainId = await createDomain(parts, { workspaceId: seeded.workspaceId, typed: 'acme.test' })
    await publish(await read())
  })
  afterAll(async () => {
    await world.close()
    await database.close()
  })

  const which = () => ({ workspaceId: seeded.workspaceId, domainId })
  const read = () =>
    readDomain(database.db, { ...which(), memberId: seeded.memberId, isAdmin: true }, ourHosts)
  async function publish(domain: SendingDomain, ...more: readonly string[]): Promise<void> {
    await world.publish(...linesOf(domain), '_dmarc TXT "v=DMARC1; p=reject; adkim=s"', ...more)
    clockMs += 3_600_000
    await database.setClockOffset(clockMs)
    await checkDomain({ ...world.lookUp, db: database.db }, which())
  }

  async function signed(changes: Partial<MessageInput>): Promise<string> {
    const directory = createSenderDirectory({
      ...{ db: database.db, secrets },
      platform: { keys: [], returnPathHost: ourHosts.returnPathHost },
    })
    const { keys } = await directory.routeOf(seeded.workspaceId, from)
    const frozen = await renderMessage({ ...plain, ...changes }, readBlob)
    const signatures = await signDkim(frozen.headers, frozen.bodyHash, keys, new Date())
    let wire = `${[...signatures, ...frozen.headers].join('\r\n')}\r\n\r\n`
    for await (const chunk of openBody(frozen.body, readBlob)) wire += chunk
    return wire
  }

  async function judged(wire: string) {
    const { dkim, dmarc } = await authenticate(wire, {
      ...{ ip: '192.0.2.10', helo: ourHosts.mailDomain, sender: `b-1@${ourHosts.returnPathHost}` },
      ...{ resolver: createPlainResolver([world.bind.address]), disableBimi: true },
    })
    const signatures = dkim.results.map(one => `${one.selector} ${one.algo} ${one.status.result}`)
    return { signatures, dmarc: dmarc ? dmarc.status.result : null }
  }
  const bothPass = ({ signing }: SendingDomain) => ({
    signatures: [`${signing.selectors[0]} rsa-sha256 pass`, `${signing.selectors[1]} ed25519-sha256 pass`],
    dmarc: 'pass',
  })

  test.each(contents)('passes by both algorithms: %s', async (_what, changes) => {
    const wire = await signed(changes)
    early.push(wire)
    expect(await judged(wire)).toEqual(bothPass(await read()))
  })

  test('passes by the new keys after a change, and what left before still passes by the old ones', async () => {
    const before = await read()
    await rotateKeys({ db: database.db, secrets, hosts: ourHosts }, which())
    const waiting = await read()
    const old = linesOf(waiting, ['dkim-1', 'dkim-2'])
    await publish(waiting)
    const after = await read()
    expect(after.rotation.state).toBe('switched')
    expect(after.signing.selectors).not.toEqual(before.signing.selectors)
    await publish(after, ...old)
    for (const [, changes] of contents) expect(await judged(await signed(changes))).toEqual(bothPass(after))
    expect(early).toHaveLength(contents.length)
    for (const wire of early) expect(await judged(wire)).toEqual(bothPass(before))
  })

  test('fails where a letter was changed on the way', async () => {
    const wire = (await signed({})).replace('Good morning', 'Good evening')
    const { signatures, dmarc } = await judged(wire)
    expect(signatures.every(one => !one.endsWith(' pass'))).toBe(true)
    expect(dmarc).not.toBe('pass')
  })
})
