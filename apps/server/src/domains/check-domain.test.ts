import type { SendingDomain } from '@fairlead/contract'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Address } from '../mail/message.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { DomainId, WorkspaceId } from '../platform/ids.ts'
import { createSecrets } from '../platform/secrets.ts'
import { has } from '../testing/needs.ts'
import { type SeededWorkspace, seedWorkspace } from '../testing/seed-workspace.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createDomain, removeDomain, rotateKeys } from './change-domains.ts'
import { checkDomain } from './check-domain.ts'
import { checkDueDomains } from './check-due-domains.ts'
import { readDomain } from './find-domains.ts'
import { createSenderDirectory } from './sender-directory.ts'
import { graceHours } from './switch-state.ts'
import { type DomainWorld, linesOf, openDomainWorld, ourHosts } from './testing/open-domain-world.ts'

const secrets = createSecrets(['a key for tests alone, 32 or more'])

describe.runIf(has('bind'))('a domain whose records come and go', () => {
  let world: DomainWorld
  let database: TestDatabase
  let seeded: SeededWorkspace
  let domainId: DomainId
  let clockMs = 0
  beforeAll(async () => {
    world = await openDomainWorld()
    database = await createTestDatabase()
    seeded = await seedWorkspace(database.db, 'ann@acme.test')
    await setVerification(null)
    domainId = await createDomain(
      { db: database.db, secrets, hosts: ourHosts },
      { workspaceId: seeded.workspaceId, typed: ' Acme.TEST. ' },
    )
  })
  afterAll(async () => {
    await world.close()
    await database.close()
  })

  const which = () => ({ workspaceId: seeded.workspaceId, domainId })
  const read = () =>
    readDomain(database.db, { ...which(), memberId: seeded.memberId, isAdmin: true }, ourHosts)
  async function look(hoursLater = 1): Promise<SendingDomain> {
    clockMs += hoursLater * 3_600_000
    await database.setClockOffset(clockMs)
    expect(await checkDomain({ ...world.lookUp, db: database.db }, which())).toBe(true)
    return read()
  }
  const setVerification = (by: 'mail' | null) =>
    asEngine(database.db, tx =>
      sql`update fairlead.identity set verified_by = ${by}, verified_at = case when ${by}::text is null then null else fairlead.now() end
        where id = ${seeded.identityId}`.execute(tx),
    )
  async function verification(): Promise<string | null> {
    const found = await asEngine(database.db, tx =>
      sql<{
        by: string | null
      }>`select verified_by as by from fairlead.identity where id = ${seeded.identityId}`.execute(tx),
    )
    return found.rows[0]?.by ?? null
  }
  const route = (from = 'ann@acme.test', workspaceId: WorkspaceId = seeded.workspaceId) =>
    createSenderDirectory({
      ...{ db: database.db, secrets },
      platform: { keys: [], returnPathHost: ourHosts.returnPathHost },
    }).routeOf(workspaceId, from as Address)
  const eventsSoFar = async () =>
    (
      await asEngine(database.db, tx =>
        sql<{ kind: string }>`select kind from fairlead.domain_event order by occurred_at, id`.execute(tx),
      )
    ).rows.map(row => row.kind)
  const states = (domain: SendingDomain) =>
    Object.fromEntries(domain.records.map(({ purpose, state }) => [purpose, state]))

  test('nothing is there: the records are missing, and DMARC is advised because a look-up proves that there is none', async () => {
    const shown = await look(0)
    expect(shown).toMatchObject({
      domain: 'acme.test',
      recordsFound: 0,
      recordsRequired: 4,
      isDmarcKnown: true,
    })
    expect(states(shown)).toEqual({
      'dkim-1': 'not-found',
      'dkim-2': 'not-found',
      'return-path-mx': 'not-found',
      'return-path-spf': 'not-found',
      'dmarc-advice': 'not-found',
      'tls-report-advice': 'not-found',
      'report-authorisation': 'not-found',
    })
    expect(shown.nameServers).toEqual(['ns.acme.test'])
    expect(shown.before).toMatchObject({ via: 'mail.ours.test', dkim: 'not-aligned', dmarc: 'no-policy' })
    expect(shown.after).toMatchObject({ via: null, signedBy: 'acme.test', spf: 'aligned' })
    expect(await route()).toMatchObject({ signingDomain: null, returnPathHost: ourHosts.returnPathHost })
  })

  test('the signature switches by itself, and the identity is verified by the domain', async () => {
    await world.publish(...linesOf(await read(), ['dkim-1', 'dkim-2']))
    const shown = await look()
    expect(shown.signing).toMatchObject({ state: 'on', algorithms: ['rsa-sha256', 'ed25519-sha256'] })
    expect(shown.envelope.state).toBe('off')
    expect(shown.before).toMatchObject({ via: null, dkim: 'aligned', spf: 'not-aligned' })
    expect(await verification()).toBe('domain')
    const { keys, signingDomain, returnPathHost } = await route()
    expect([signingDomain, keys.length, returnPathHost]).toEqual(['acme.test', 2, ourHosts.returnPathHost])
    expect((await route('x@news.acme.test')).signingDomain).toBe('acme.test')
    expect((await route('x@notacme.test')).signingDomain).toBeNull()
  })

  test('then the envelope; a published policy takes the advice away', async () => {
    await world.publish(
      ...linesOf(await read(), ['dkim-1', 'dkim-2', 'return-path-mx', 'return-path-spf']),
      '_dmarc TXT "v=DMARC1; p=reject; aspf=s; rua=mailto:x@acme.test"',
      '_smtp._tls TXT "v=TLSRPTv1; rua=https://reports.acme.test/tls"',
    )
    const shown = await look()
    expect(shown).toMatchObject({ recordsFound: 4, envelope: { state: 'on' } })
    expect(states(shown)).not.toHaveProperty('dmarc-advice')
    expect(states(shown)).not.toHaveProperty('tls-report-advice')
    expect(shown.dmarc).toMatchObject({ policy: 'reject', spfAlignment: 'strict', reportsToUs: false })
    expect(shown.reportRecord).toBe(
      `v=DMARC1; p=reject; aspf=s; rua=mailto:x@acme.test,mailto:${shown.reportAddress}`,
    )
    expect(shown.before).toMatchObject({ dkim: 'aligned', spf: 'not-aligned', dmarc: 'pass' })
    expect((await route()).returnPathHost).toBe(shown.envelope.host)
  })

  test('silent name servers change nothing', async () => {
    const asked = { ...world.lookUp.authority }
    const shown = await read()
    const silent = { ...asked, findAuthority: async () => ({ hosts: [], places: [] }) }
    clockMs += 3_600_000
    await database.setClockOffset(clockMs)
    const failed = { is: 'failed', cause: 'timeout' } as const
    const lookUp = {
      ...world.lookUp,
      authority: {
        ...silent,
        ask: async () => ({ said: [failed], from: 'resolver' as const }),
        askResolver: async () => failed,
      },
    }
    await checkDomain({ ...lookUp, db: database.db }, which())
    const after = await read()
    expect(states(after)).toEqual(states(shown))
    expect(after.records[0]?.problem).toMatchObject({ code: 'unanswered' })
    expect([after.signing.state, after.envelope.state]).toEqual(['on', 'on'])
    expect(after.dmarc).toEqual(shown.dmarc)
  })

  test('the return path goes: its grace begins, bounces come to us meanwhile, the signature stays', async () => {
    await world.publish(...linesOf(await read(), ['dkim-1', 'dkim-2']))
    const shown = await look()
    expect([shown.signing.state, shown.envelope.state]).toEqual(['on', 'grace'])
    expect(shown.envelope.until).not.toBeNull()
    expect((await route()).returnPathHost).toBe(ourHosts.returnPathHost)
    await world.publish(...linesOf(shown, ['dkim-1', 'dkim-2', 'return-path-mx', 'return-path-spf']))
    expect((await look()).envelope.state).toBe('on')
  })

  test('keys change without a gap: the next ones sign once both are found, the old records stay', async () => {
    await rotateKeys({ db: database.db, secrets, hosts: ourHosts }, which())
    await expect(rotateKeys({ db: database.db, secrets, hosts: ourHosts }, which())).rejects.toMatchObject({
      code: 'domain.rotation-open',
    })
    const before = await look()
    const old = before.signing.selectors
    expect(before.rotation.state).toBe('waiting')
    await world.publish(
      ...linesOf(before, ['dkim-1', 'dkim-2', 'dkim-next-1', 'return-path-mx', 'return-path-spf']),
    )
    expect((await look()).signing.selectors).toEqual(old)
    await world.publish(...linesOf(before))
    const after = await look()
    expect(after.rotation).toMatchObject({ state: 'switched', oldSelectors: old })
    expect(after.signing.selectors).not.toEqual(old)
    expect(after.signing.state).toBe('on')
    expect((await route()).keys.map(key => key.selector)).toEqual(after.signing.selectors)
  })

  test('the signature goes: it goes on for the grace, then it ends and with it the verification', async () => {
    await world.publish()
    const lapsed = await look()
    expect([lapsed.signing.state, lapsed.envelope.state]).toEqual(['grace', 'grace'])
    expect((await route()).keys.map(key => key.algorithm)).toEqual(['rsa-sha256'])
    expect(await verification()).toBe('domain')
    expect((await look(graceHours - 1)).signing.state).toBe('grace')
    const over = await look(2)
    expect([over.signing.state, over.envelope.state]).toEqual(['off', 'off'])
    expect(await verification()).toBeNull()
    expect((await route()).signingDomain).toBeNull()
    expect(await eventsSoFar()).toEqual([
      ...['signing-on', 'envelope-on', 'envelope-grace', 'envelope-mended', 'keys-switched'],
      ...['signing-grace', 'envelope-grace', 'signing-off', 'envelope-off'],
    ])
  })

  test('an identity that its mailbox vouched for stays verified', async () => {
    await setVerification('mail')
    await world.publish(...linesOf(await read()))
    expect((await look()).signing.state).toBe('on')
    await removeDomain(database.db, which())
    expect(await verification()).toBe('mail')
    expect((await route()).keys).toEqual([])
    await expect(read()).rejects.toMatchObject({ code: 'not-found' })
  })

  test('every due domain is looked at once, by whoever comes first', async () => {
    const typed = ['a.acme.test', 'b.acme.test', 'c.acme.test']
    for (const one of typed)
      await createDomain(
        { db: database.db, secrets, hosts: ourHosts },
        { workspaceId: seeded.workspaceId, typed: one },
      )
    const parts = { ...world.lookUp, db: database.db }
    const both = await Promise.all([1, 2].map(() => checkDueDomains(parts, new AbortController().signal)))
    expect(both.reduce((sum, count) => sum + count, 0)).toBe(3)
    expect(await checkDueDomains(parts, new AbortController().signal)).toBe(0)
  })
})

describe.runIf(has('bind'))('a signed zone', () => {
  test('is read like any other, over TCP where its answers are long', async () => {
    const world = await openDomainWorld({ signed: true })
    const database = await createTestDatabase()
    try {
      const { workspaceId, memberId } = await seedWorkspace(database.db, 'ann@acme.test')
      const parts = { db: database.db, secrets, hosts: ourHosts }
      const domainId = await createDomain(parts, { workspaceId, typed: 'acme.test' })
      const read = () => readDomain(database.db, { workspaceId, memberId, isAdmin: true, domainId }, ourHosts)
      await world.publish(...linesOf(await read()))
      await checkDomain({ ...world.lookUp, db: database.db }, { workspaceId, domainId })
      const shown = await read()
      expect(shown.records.filter(record => record.state !== 'found').map(record => record.purpose)).toEqual([
        'dmarc-advice',
        'tls-report-advice',
        'report-authorisation',
      ])
    } finally {
      await world.close()
      await database.close()
    }
  })
})
