import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { domainsOfProvider, noteProviders } from '../domains/mx-providers.ts'
import { asEngine, asWeb } from '../platform/database/as-role.ts'
import { connect } from '../platform/database/connect.ts'
import { type SeededWorkspace, seedWorkspace } from '../testing/seed-workspace.ts'
import { acceptTestEmail } from '../testing/start-test-outbox.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import type { MxAnswer } from '../transports/dns/client.ts'
import { findReceiver, readAcceptance } from './read-acceptance.ts'

let database: TestDatabase
let seeded: SeededWorkspace
let stranger: SeededWorkspace
beforeAll(async () => {
  database = await createTestDatabase()
  seeded = await seedWorkspace(database.db)
  stranger = await seedWorkspace(database.db, 'eve@evil.example')
  for (const one of [seeded, stranger]) await acceptTestEmail(database.db, one, ['a@first.example'])
  await copies([
    { count: 40, address: 'x@North.Example', state: 'accepted', daysAgo: 1 },
    { count: 5, address: 'y@north.example', state: 'refused', fault: 'recipient', daysAgo: 2 },
    { count: 3, address: 'y@north.example', state: 'refused', fault: 'link', daysAgo: 2 },
    { count: 7, address: 'y@north.example', state: 'delivered', daysAgo: 31 },
    { count: 9, address: 'y@north.example', state: 'cancelled', daysAgo: 1 },
    { count: 12, address: 'w@south.example', state: 'delivered', daysAgo: 4 },
    { count: 4_000, address: 'z@other.example', state: 'delivered', daysAgo: 3 },
  ])
  const superuser = connect({ url: database.superuserUrl, most: 1 })
  await sql`analyze fairlead.delivery`.execute(superuser)
  await superuser.destroy()
}, 60_000)
afterAll(() => database.close())

interface Copies {
  readonly count: number
  readonly address: string
  readonly state: string
  readonly fault?: string
  readonly daysAgo: number
}

/** Deliveries of both workspaces, alike but for these. */
async function copies(rows: readonly Copies[]): Promise<void> {
  for (const { count, address, state, fault, daysAgo } of rows) {
    await asEngine(database.db, tx =>
      sql`insert into fairlead.delivery (workspace_id, id, email_id, message_id, recipient_id, member_id, link_id, address,
            state, folder, fault, due_at, give_up_at, settled_at)
          select workspace_id, gen_random_uuid(), email_id, message_id, recipient_id, member_id, link_id, ${address}, ${state},
            null, ${fault ?? null}, null, give_up_at, fairlead.now() - ${daysAgo} * interval '1 day'
          from fairlead.delivery, generate_series(1, ${count}) where address = 'a@first.example'`.execute(tx),
    )
  }
}

describe('whose servers take it', () => {
  const mx = (providers: Readonly<Record<string, string>>) => ({
    db: database.db,
    dns: {
      resolveMx: async (domain: string): Promise<MxAnswer> => {
        const provider = providers[domain]
        return provider === undefined
          ? { is: 'temporary', code: 'ETIMEOUT' }
          : { is: 'found', provider, isImplicit: false, hosts: [{ host: `mx.${provider}`, preference: 1 }] }
      },
    },
  })

  it('is the provider of most recipients, with every domain that it was seen to take mail for', async () => {
    await noteProviders(database.db, [
      { domain: 'seen-before.example', provider: 'big.example' },
      { domain: 'elsewhere.example', provider: 'small.example' },
    ])
    const parts = mx({ 'a.example': 'big.example', 'b.example': 'big.example', 'c.example': 'small.example' })
    const found = await findReceiver(parts, ['c.example', 'c.example', 'a.example', 'b.example', 'a.example'])
    expect(found?.provider).toBe('big.example')
    expect(found?.domains.toSorted()).toEqual(['a.example', 'b.example', 'seen-before.example'])
  })

  it('follows a domain that moves to another provider', async () => {
    await findReceiver(mx({ 'moving.example': 'old.example' }), ['moving.example'])
    const now = await findReceiver(mx({ 'moving.example': 'new.example' }), ['moving.example'])
    expect(now).toEqual({ provider: 'new.example', domains: ['moving.example'] })
    expect(await domainsOfProvider(database.db, 'old.example')).toEqual([])
  })

  it('is the domain itself where DNS gives no answer, and nobody without recipients', async () => {
    expect(await findReceiver(mx({}), ['x.example'])).toEqual({
      provider: 'x.example',
      domains: ['x.example'],
    })
    expect(await findReceiver(mx({}), [])).toBeNull()
  })
})

describe('how the recipients’ servers took it', () => {
  it('counts settled deliveries of 30 days to all domains of a provider, for our side of nothing', async () => {
    const links = [seeded.linkId, stranger.linkId]
    const read = await asWeb(database.db, seeded.workspaceId, tx =>
      readAcceptance(tx, {
        links,
        receiver: { provider: 'host.example', domains: ['north.example', 'south.example'] },
      }),
    )
    expect(read.get(seeded.linkId)).toEqual({ provider: 'host.example', count: 57, accepted: 52 })
    expect(read.get(stranger.linkId)).toMatchObject({ count: 0 })
  })

  it('is empty where no recipient is known', async () => {
    const read = await asWeb(database.db, seeded.workspaceId, tx =>
      readAcceptance(tx, { links: [seeded.linkId], receiver: null }),
    )
    expect(read.size).toBe(0)
  })

  it('is served by its index under the policies, newest first without a sort', async () => {
    const { linkId } = seeded
    const plan = await asWeb(database.db, seeded.workspaceId, async tx => {
      const found = await sql<{ 'QUERY PLAN': string }>`
        explain select d.state from fairlead.delivery d
        where d.link_id = ${linkId} and d.address_domain = 'north.example'
          and d.settled_at >= fairlead.now() - 30 * interval '1 day'
        order by d.settled_at desc limit 2000`.execute(tx)
      return found.rows.map(row => row['QUERY PLAN']).join('\n')
    })
    expect(plan).toContain('delivery_acceptance')
    expect(plan).not.toContain('Sort')
  })
})
