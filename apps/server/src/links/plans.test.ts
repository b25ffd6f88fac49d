import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type MailboxOfMany, makeMailbox } from '../conversations/testing/mailbox-of-many.ts'
import { asEngine, asWeb } from '../platform/database/as-role.ts'
import type { LinkId } from '../platform/ids.ts'
import { expectIndexed, observePlans, type PlanObserver } from '../testing/observe-plans.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { listLinks } from './list-links.ts'
import { readPace } from './pace.ts'
import { countWaiting } from './remove-link.ts'

/** Lists of links are planned as fairlead_web, under the policies, among those of many workspaces and much mail. */
let database: TestDatabase
let observer: PlanObserver
let mailbox: MailboxOfMany
let linkId: LinkId

beforeAll(async () => {
  database = await createTestDatabase()
  mailbox = await makeMailbox(database.db, 10_000)
  await makeMailbox(database.db, 10_000)
  await asEngine(database.db, async tx => {
    await sql`insert into fairlead.workspace (id, name) select gen_random_uuid(), 'Other ' || n from generate_series(1, 2000) n`.execute(
      tx,
    )
    await sql`
      insert into fairlead.member (workspace_id, id, user_id, name, address, role)
      select id, gen_random_uuid(), gen_random_uuid(), 'Ann', 'ann@' || id, 'admin' from fairlead.workspace where name like 'Other %'`.execute(
      tx,
    )
    await sql`
      insert into fairlead.link (workspace_id, id, member_id, kind, name, settings)
      select m.workspace_id, gen_random_uuid(), case when n > 1 then m.id end, 'smtp', 'Office ' || n, '{"host":"mail.example"}'
      from fairlead.member m, generate_series(1, 5) n`.execute(tx)
    await sql`insert into fairlead.link_watch (workspace_id, link_id) select workspace_id, id from fairlead.link`.execute(
      tx,
    )
    await sql`
      insert into fairlead.bounce_probe (workspace_id, link_id, message_id) select workspace_id, id, id || '@mail.example' from fairlead.link`.execute(
      tx,
    )
    await sql`
      insert into fairlead.identity (workspace_id, id, member_id, name, address, address_key, is_default, link_id)
      select l.workspace_id, gen_random_uuid(), l.member_id, 'Ann', l.id || '@acme.example', l.id || '@acme.example', false, l.id
      from fairlead.link l where l.member_id is not null`.execute(tx)
    await sql`
      insert into fairlead.link_identity (workspace_id, link_id, identity_id, address_key, state)
      select workspace_id, link_id, id, address_key, 'permitted' from fairlead.identity where link_id is not null`.execute(
      tx,
    )
    const found = await sql<{ id: LinkId }>`
      select id from fairlead.link where workspace_id = ${mailbox.workspaceId} order by kind limit 1`.execute(
      tx,
    )
    linkId = found.rows[0]?.id ?? ('' as LinkId)
  })
  observer = await observePlans(database)
})
afterAll(async () => {
  await observer?.close()
  await database?.close()
})

test.each(['admin', 'rep'] as const)('the links of %s are read by indexes', async role => {
  const shown = await observer.plansOf(() => listLinks(observer.db, { ...mailbox, role }))
  expect(shown.join()).toContain('link_watch')
  expectIndexed(shown)
})

test('one link is read by indexes', async () => {
  expectIndexed(await observer.plansOf(() => listLinks(observer.db, { ...mailbox, role: 'admin', linkId })))
})

test('the mail that waits for a link is counted by an index', async () => {
  const caller = { ...mailbox, role: 'admin' } as const
  expectIndexed(
    await observer.plansOf(() =>
      asWeb(observer.db, mailbox.workspaceId, tx => countWaiting(tx, caller, linkId)),
    ),
  )
})

test('the pace of a link is read by indexes', async () => {
  const { workspaceId } = mailbox
  expectIndexed(
    await observer.plansOf(() =>
      asWeb(observer.db, workspaceId, tx => readPace(tx, { workspaceId, linkId }, undefined)),
    ),
  )
})
