import { noPace } from '@fairlead/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ChannelTraits } from '../channels/channel.ts'
import { recordSentElsewhere, setPace } from '../links/pace.ts'
import { asEngine, asWeb } from '../platform/database/as-role.ts'
import { type SeededWorkspace, seedWorkspace } from '../testing/seed-workspace.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { nearest, readLeftToday } from './read-left-today.ts'

let database: TestDatabase
let seeded: SeededWorkspace
beforeAll(async () => {
  database = await createTestDatabase()
  seeded = await seedWorkspace(database.db)
})
afterAll(() => database.close())

const traits: ChannelTraits = {
  ...{ handsOver: 'per-message', fromAddress: 'account', sentCopy: 'by-provider', bounces: 'mailbox' },
  ...{ replies: 'mailbox', returnPath: 'identity', maxBytes: 25_000_000, connectionsPerLane: 1 },
}
const source = { windowSeconds: 86_400, source: 'https://vendor.example/', asOf: '2026-11-01' }
const limited: ChannelTraits = {
  ...traits,
  limits: [
    { counts: 'messages', most: 2_000, ...source },
    { counts: 'recipients', most: 3_000, ...source },
  ],
}
const left = async (of: ChannelTraits | null) =>
  (
    await asWeb(database.db, seeded.workspaceId, tx =>
      readLeftToday(tx, seeded.workspaceId, [{ id: seeded.linkId, traits: of }]),
    )
  ).get(seeded.linkId) ?? null

test('a link without a limit a day has none, and one that is not here any more neither', async () => {
  expect([await left(traits), await left(null)]).toEqual([null, null])
})

test('the provider’s limits count what left without Fairlead too; the admin’s own may be nearer', async () => {
  const which = { workspaceId: seeded.workspaceId, linkId: seeded.linkId }
  await asEngine(database.db, tx =>
    recordSentElsewhere(tx, [{ ...which, at: new Date(), recipients: 40, external: 0 }]),
  )
  expect(await left(limited)).toEqual({ messages: 1_999, recipients: 2_960 })
  await asWeb(database.db, seeded.workspaceId, tx =>
    setPace(tx, which, { pace: { ...noPace, perDayRecipients: 30 }, byKind: undefined }),
  )
  const now = await left(limited)
  expect(now).toEqual({ messages: 1_999, recipients: 0 })
  expect(now && nearest(now)).toBe(0)
})
