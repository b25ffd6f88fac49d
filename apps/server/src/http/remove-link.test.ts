import type { Identity, Link } from '@fairlead/contract'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asEngine } from '../platform/database/as-role.ts'
import { parseId } from '../platform/ids.ts'
import { lead, sendAs } from './testing/deliveries.ts'
import { sentDraft } from './testing/drafts.ts'
import { connectServer, linkOf, managedOf, startLinkApi } from './testing/links.ts'
import type { Body, TestApi, TestMember } from './testing/start-test-api.ts'

let api: TestApi
let managed: Link
beforeAll(async () => {
  api = await startLinkApi()
  managed = await managedOf(api.ann)
  const { identities } = (await api.ann.call('GET', '/identities')).body as unknown as {
    identities: Identity[]
  }
  for (const { id } of identities) await api.ann.call('POST', `/identities/${id}/vouch`)
})
afterAll(() => api.close())

const remove = async (member: TestMember, link: Link, query = '') =>
  (await member.call('DELETE', `/links/${link.id}${query}`)).body
interface Row {
  emailId: string
  subject: string
}
const rowsIn = async (member: TestMember, folder: string) =>
  ((await member.call('GET', `/conversations?folder=${folder}`)).body as unknown as { rows: Row[] }).rows
const emailOf = async (member: TestMember, id: string) => (await member.call('GET', `/emails/${id}`)).body

describe('DELETE /links/{id}', () => {
  it('takes the secret with it and leads identities back to the managed servers', async () => {
    const link = await connectServer(api.bob)
    expect(await remove(api.bob, link)).toMatchObject({ id: link.id, moved: 0, drafts: 0, stays: 0 })
    expect(await linkOf(api.bob, link.id)).toBeNull()
    const found = await asEngine(api.database.db, tx =>
      sql<{ secret: null; state: string }>`
        select secret, state from fairlead.link where id = ${parseId('link', link.id)}`.execute(tx),
    )
    expect(found.rows).toEqual([{ secret: null, state: 'removed' }])
    const { identities } = (await api.bob.call('GET', '/identities')).body as unknown as {
      identities: Identity[]
    }
    expect(identities.map(identity => identity.linkId)).toEqual([null])
    const next = await connectServer(api.bob)
    expect((await linkOf(api.bob, next.id))?.identities).toHaveLength(1)
  })

  it('asks when mail waits, and names how much', async () => {
    const link = await connectServer(api.bob)
    await sendAs(api.bob, { linkId: link.id, to: ['a@x.example', 'b@x.example'] })
    expect(await remove(api.bob, link)).toMatchObject({
      ...{ status: 409, code: 'link.has-waiting', params: { count: 2 } },
    })
    expect(await remove(api.bob, link, '?waiting=move')).toMatchObject({
      status: 400,
      code: 'request.invalid',
    })
    expect((await linkOf(api.bob, link.id))?.state).toBe('ready')
  })

  it('keeps what waits under it, shown, to be moved later, and loses none of it', async () => {
    const link = await connectServer(api.bob)
    await sendAs(api.bob, { linkId: link.id })
    expect(await remove(api.bob, link, '?waiting=stays')).toMatchObject({ stays: 1, moved: 0 })
    expect(await linkOf(api.bob, link.id)).toMatchObject({
      state: 'removed',
      health: { waiting: 1 },
      hasSecret: false,
    })
    const taken = await api.bob.call('POST', '/emails', {
      body: { to: ['c@x.example'], subject: 's', text: 't', linkId: link.id },
    })
    expect(taken.body).toMatchObject({ status: 422, code: 'link.not-usable' })
    const { causes } = (await api.bob.call('GET', '/conversations/causes')).body as { causes: Body[] }
    expect(causes).toContainEqual(expect.objectContaining({ linkId: link.id, kind: 'link', waiting: 1 }))
    const moved = await api.bob.call('POST', `/links/${link.id}/move`, { body: { toLinkId: managed.id } })
    expect(moved.body).toMatchObject({ moved: 1 })
    expect(await linkOf(api.bob, link.id)).toBeNull()
  })

  it('moves what waits where it is asked to, and removes nothing where that is impossible', async () => {
    const link = await connectServer(api.bob)
    await sendAs(api.bob, { linkId: link.id })
    const self = await remove(api.bob, link, `?waiting=move&toLinkId=${link.id}`)
    expect(self).toMatchObject({ code: 'link.same' })
    expect((await linkOf(api.bob, link.id))?.state).toBe('ready')
    const answer = await remove(api.bob, link, `?waiting=move&toLinkId=${managed.id}`)
    expect(answer).toMatchObject({ moved: 1, stays: 0, leftCount: 0 })
  })

  it('makes drafts of what waits, for those recipients alone whose mail has not left', async () => {
    const link = await connectServer(api.bob, { name: 'Leaving' })
    await api.bob.call('PATCH', `/identities/${(await ownIdentity(api.bob)).id}`, {
      body: { signatureHtml: '<p>Bob of Acme</p>' },
    })
    const sent = await sendAs(api.bob, {
      ...{ linkId: link.id, to: ['gone@x.example', 'stays@x.example'], subject: 'Half', text: undefined },
      ...{ html: '<p>Good morning</p>' },
    })
    await lead(api, sent.deliveryIds[0], [{ event: 'claimed' }, { event: 'marked' }])
    const sendAt = new Date(Date.now() + 3_600_000).toISOString()
    const later = await sentDraft(api.bob, {
      fields: { linkId: link.id, subject: 'Later' },
      when: { sendAt },
    })
    expect(await remove(api.bob, link, '?waiting=to-drafts')).toMatchObject({ drafts: 2, stays: 0 })
    const drafts = await rowsIn(api.bob, 'drafts')
    expect(drafts.map(row => row.subject).sort()).toEqual(['Half', 'Later'])
    const half = drafts.find(row => row.subject === 'Half')
    const draft = (await api.bob.call('GET', `/drafts/${half?.emailId}`)).body
    expect(draft).toMatchObject({ to: ['stays@x.example'], linkId: null })
    expect(String(draft.html)).toContain('Good morning')
    expect(String(draft.html)).not.toContain('Bob of Acme')
    expect(await emailOf(api.bob, sent.id)).toMatchObject({
      deliveries: [{ state: 'sending' }, { state: 'cancelled' }],
    })
    expect((await emailOf(api.bob, later.id)).state).toBe('draft')
  })

  it('is for admins where it is the team’s, and brings everybody’s mail to safety', async () => {
    const team = await connectServer(api.ann, { owner: 'team' })
    expect(await remove(api.bob, team)).toMatchObject({ status: 403, code: 'auth.forbidden' })
    expect(await remove(api.eve, team)).toMatchObject({ status: 404 })
    await sendAs(api.bob, { linkId: team.id, subject: 'Of Bob' })
    await sendAs(api.ann, { linkId: team.id, subject: 'Of Ann' })
    expect(await remove(api.ann, team, '?waiting=to-drafts')).toMatchObject({ drafts: 2 })
    expect((await rowsIn(api.bob, 'drafts')).map(row => row.subject)).toContain('Of Bob')
    expect((await rowsIn(api.ann, 'drafts')).map(row => row.subject)).toEqual(['Of Ann'])
  })

  it('leaves the managed servers', async () => {
    expect(await remove(api.ann, managed, '?waiting=stays')).toMatchObject({ code: 'link.built-in' })
  })

  it('may be asked twice at once', async () => {
    const link = await connectServer(api.bob)
    await sendAs(api.bob, { linkId: link.id })
    const both = await Promise.all([1, 2].map(() => remove(api.bob, link, '?waiting=to-drafts')))
    const drafts = both.reduce((sum, answer) => sum + Number(answer.drafts ?? 0), 0)
    expect(drafts).toBe(1)
  })
})

async function ownIdentity(member: TestMember): Promise<Identity> {
  const { identities } = (await member.call('GET', '/identities')).body as unknown as {
    identities: Identity[]
  }
  const [first] = identities
  if (first === undefined) throw new Error('no identity')
  return first
}
