import type { Link, MovedMail } from '@fairlead/contract'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { recordPermission } from '../links/record-permission.ts'
import { asEngine } from '../platform/database/as-role.ts'
import { type IdentityId, type LinkId, parseId } from '../platform/ids.ts'
import { lead, sendAs } from './testing/deliveries.ts'
import { sentDraft } from './testing/drafts.ts'
import { connectServer, linkOf, managedOf, startLinkApi } from './testing/links.ts'
import type { TestApi, TestMember } from './testing/start-test-api.ts'

let api: TestApi
let team: Link
let managed: Link
beforeAll(async () => {
  api = await startLinkApi()
  managed = await managedOf(api.ann)
  const { identities } = (await api.ann.call('GET', '/identities')).body as { identities: { id: string }[] }
  for (const { id } of identities) await api.ann.call('POST', `/identities/${id}/vouch`)
})
afterAll(() => api.close())
beforeEach(async () => {
  team = await connectServer(api.ann, { owner: 'team' })
})

const move = async (member: TestMember, from: Link, to: Link) =>
  (await member.call('POST', `/links/${from.id}/move`, { body: { toLinkId: to.id } }))
    .body as unknown as MovedMail
const waitingAt = async (member: TestMember, link: Link) => (await linkOf(member, link.id))?.health.waiting

describe('POST /links/{id}/move', () => {
  it('moves a rep’s own mail alone, in one action, and writes down where from and to', async () => {
    const [bobs] = [await sendAs(api.bob, { linkId: team.id, to: ['a@x.example', 'b@x.example'] })]
    await sendAs(api.ann, { linkId: team.id })
    expect(await move(api.bob, team, managed)).toEqual({ moved: 2, scheduled: 0, left: [], leftCount: 0 })
    expect(await waitingAt(api.ann, team)).toBe(1)
    const email = (await api.bob.call('GET', `/emails/${bobs.id}`)).body as {
      deliveries: { linkId: string; state: string }[]
      events: { kind: string; linkId: string }[]
    }
    expect(email.deliveries.map(({ linkId, state }) => [linkId, state])).toEqual([
      [managed.id, 'queued'],
      [managed.id, 'queued'],
    ])
    expect(email.events.filter(event => event.kind === 'moved')).toHaveLength(2)
  })

  it('moves everybody’s for an admin, what is scheduled too, whatever the link’s state', async () => {
    await sendAs(api.bob, { linkId: team.id })
    await sendAs(api.ann, { linkId: team.id })
    const sendAt = new Date(Date.now() + 3_600_000).toISOString()
    await sentDraft(api.bob, { fields: { linkId: team.id }, when: { sendAt } })
    await api.ann.call('POST', `/links/${team.id}/pause`)
    expect(await move(api.ann, team, managed)).toMatchObject({ moved: 2, scheduled: 1, leftCount: 0 })
    expect(await waitingAt(api.ann, team)).toBe(0)
    expect(await move(api.ann, team, managed)).toMatchObject({ moved: 0, scheduled: 0 })
  })

  it('leaves what is being handed over, and what is too large or not permitted, and says which', async () => {
    await move(api.ann, managed, await connectServer(api.ann, { owner: 'team' }))
    const sent = await sendAs(api.ann, { linkId: managed.id, to: ['a@x.example', 'b@x.example'] })
    await lead(api, sent.deliveryIds[0], [{ event: 'claimed' }])
    const large = await sendAs(api.ann, { linkId: managed.id, text: 'x'.repeat(1_200_000) })
    expect(await move(api.ann, managed, team)).toMatchObject({
      moved: 1,
      leftCount: 1,
      left: [
        {
          deliveryId: large.deliveryIds[0],
          problem: { code: 'email.too-large', params: { limitMegabytes: 1 } },
        },
      ],
    })
    const other = await connectServer(api.ann, { owner: 'team' })
    await refuse(other)
    expect(await move(api.ann, team, other)).toMatchObject({
      moved: 0,
      left: [{ problem: { code: 'identity.not-permitted', params: { address: 'ann@acme.example' } } }],
    })
  })

  it('gives moved mail its time anew, due at once', async () => {
    const { deliveryIds } = await sendAs(api.ann, { linkId: team.id })
    const id = parseId('delivery', deliveryIds[0] ?? '')
    await asEngine(api.database.db, tx =>
      sql`update fairlead.delivery set due_at = fairlead.now() + interval '3 hours', give_up_at = fairlead.now(),
          reason = '{"code":"link.login"}', fault = 'link' where id = ${id}`.execute(tx),
    )
    await move(api.ann, team, managed)
    const found = await asEngine(api.database.db, tx =>
      sql<{ isDue: boolean; hasTime: boolean; reason: unknown }>`
        select due_at <= fairlead.now() as "isDue", give_up_at > fairlead.now() + interval '3 days' as "hasTime", reason
        from fairlead.delivery where id = ${id}`.execute(tx),
    )
    expect(found.rows).toEqual([{ isDue: true, hasTime: true, reason: null }])
  })

  it('moves to nothing that cannot carry it', async () => {
    const code = async (member: TestMember, from: Link, to: Link) =>
      ((await move(member, from, to)) as unknown as { code: string }).code
    expect(await code(api.ann, team, team)).toBe('link.same')
    const paused = await connectServer(api.ann, { owner: 'team' })
    await api.ann.call('POST', `/links/${paused.id}/pause`)
    expect(await code(api.ann, team, paused)).toBe('link.not-usable')
    const bobs = await connectServer(api.bob)
    expect(await code(api.ann, team, bobs)).toBe('not-found')
    expect(await code(api.eve, team, managed)).toBe('not-found')
    expect(await code(api.bob, team, bobs)).toBeUndefined()
  })
})

async function refuse(link: Link): Promise<void> {
  const linkId = parseId('link', link.id) as LinkId
  const { workspaceId, memberId } = api.ann
  await asEngine(api.database.db, async tx => {
    const found = await sql<{ id: IdentityId }>`
      select id from fairlead.identity where member_id = ${memberId} and is_default`.execute(tx)
    for (const { id: identityId } of found.rows)
      await recordPermission(tx, {
        ...{ workspaceId, linkId, identityId, isPermitted: false },
        reason: { code: 'identity.not-permitted', reply: '550 5.7.60 SendAsDenied' },
      })
  })
}
