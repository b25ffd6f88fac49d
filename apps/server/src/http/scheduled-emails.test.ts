import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asEngine } from '../platform/database/as-role.ts'
import { newId } from '../platform/ids.ts'
import { sendAs } from './testing/deliveries.ts'
import { asDraft, draftOf, letter, releaseDue, sentDraft } from './testing/drafts.ts'
import { startTestApi, type TestApi } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

const post = (id: string, verb: string, body: object = {}) =>
  api.ann.call('POST', `/emails/${id}/${verb}`, { body })
const stateOf = async (id: string) => (await api.ann.call('GET', `/emails/${id}`)).body.state
const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString()

describe('POST /emails/{id}/undo', () => {
  it('gives the draft back as it was written', async () => {
    const { id } = await sentDraft(api.ann, { fields: { to: ['"Berg, Carl" <carl@north.example>'] } })
    const answer = await post(id, 'undo')
    expect(answer).toMatchObject({
      status: 200,
      body: {
        ...letter,
        to: ['"Berg, Carl" <carl@north.example>'],
        state: 'draft',
        version: 3,
        identityId: null,
        linkId: null,
      },
    })
    expect(await post(id, 'undo')).toMatchObject({ status: 200, body: answer.body })
    await releaseDue(api)
    expect(await stateOf(id)).toBe('draft')
    const late = await api.ann.call('POST', `/drafts/${id}/send`, { body: { version: 1 } })
    expect(late.body).toMatchObject({ code: 'draft.changed' })
  })

  it('says when it is too late, and knows nothing of others', async () => {
    const { id } = await sentDraft(api.ann, { when: { undoMs: 0 } })
    for (const member of [api.bob, api.eve]) {
      expect((await member.call('POST', `/emails/${id}/undo`)).status).toBe(404)
    }
    await releaseDue(api)
    expect((await post(id, 'undo')).body).toMatchObject({
      ...{ status: 409, code: 'email.too-late', params: { state: 'released' } },
    })
  })

  it('and release, edit, cancel: exactly one wins', async () => {
    for (let round = 0; round < 8; round++) {
      const { id } = await sentDraft(api.ann, { when: { undoMs: 0 } })
      const [undo, cancel] = await Promise.all([post(id, 'undo'), post(id, 'cancel'), releaseDue(api)])
      const { state, deliveries } = (await api.ann.call('GET', `/emails/${id}`)).body
      if (state === 'released') {
        expect(deliveries).toHaveLength(1)
        expect(undo.status).toBe(409)
      } else {
        expect(deliveries).toHaveLength(0)
        expect([undo.status, cancel.status].toSorted()).toEqual([200, 409])
      }
    }
  })
})

describe('POST /emails/{id}/edit', () => {
  it('makes scheduled and cancelled mail a draft, also what came by the API', async () => {
    const fields = { html: undefined, text: 'Good <morning>\n\nAnn', sendAt: tomorrow() }
    const { id } = await sendAs(api.ann, fields)
    const answer = await post(id, 'edit')
    expect(asDraft(answer)).toMatchObject({ state: 'draft', html: '<p>Good &lt;morning&gt;</p><p>Ann</p>' })
    const cancelled = await sentDraft(api.ann)
    await post(cancelled.id, 'cancel')
    expect((await post(cancelled.id, 'edit')).body).toMatchObject({ ...letter, state: 'draft' })
  })

  it('not what has left, nor what is of others', async () => {
    const { id } = await sendAs(api.ann)
    expect((await post(id, 'edit')).body).toMatchObject({ status: 409, code: 'email.too-late' })
    expect((await api.eve.call('POST', `/emails/${id}/edit`)).status).toBe(404)
    expect((await post('eml_x', 'edit')).status).toBe(404)
  })
})

describe('POST /emails/{id}/send-now', () => {
  it('makes a scheduled email due', async () => {
    const { id } = await sentDraft(api.ann, { when: { sendAt: tomorrow() } })
    const due = api.due()
    expect(await post(id, 'send-now')).toMatchObject({
      status: 202,
      body: { state: 'scheduled', wall: null },
    })
    expect(api.due()).toBe(due + 1)
    await releaseDue(api)
    expect(await stateOf(id)).toBe('released')
    expect((await post(id, 'send-now')).body).toMatchObject({ code: 'email.too-late' })
  })

  it('does not know emails of others, and sends no draft', async () => {
    const { id } = await draftOf(api.ann)
    expect((await api.bob.call('POST', `/emails/${id}/send-now`)).status).toBe(404)
    expect((await post(id, 'send-now')).body).toMatchObject({
      code: 'email.too-late',
      params: { state: 'draft' },
    })
  })
})

describe('POST /emails/{id}/reschedule', () => {
  it('gives another time', async () => {
    const { id } = await sentDraft(api.ann, { when: { sendAt: tomorrow() } })
    const sendAt = new Date(Date.now() + 2 * 86_400_000).toISOString()
    expect(await post(id, 'reschedule', { sendAt })).toMatchObject({
      status: 200,
      body: { sendAt, wall: null },
    })
    const day = sendAt.slice(0, 10)
    const walled = await post(id, 'reschedule', { wall: `${day}T09:30`, zone: 'Asia/Tokyo' })
    expect(walled.body).toMatchObject({
      sendAt: `${day}T00:30:00.000Z`,
      wall: `${day}T09:30`,
      zone: 'Asia/Tokyo',
    })
  })

  it.each([
    ['no time', {}, 'email.no-time'],
    ['the past', { sendAt: '2020-01-01T00:00:00Z' }, 'email.send-at-past'],
    ['a zone that is none', { wall: '2027-01-01T10:00', zone: '+02:00' }, 'email.zone-unknown'],
  ])('refuses %s', async (_, when, code) => {
    const { id } = await sentDraft(api.ann, { when: { sendAt: tomorrow() } })
    expect((await post(id, 'reschedule', when)).body).toMatchObject({ status: 422, code })
    expect((await api.eve.call('POST', `/emails/${id}/reschedule`, { body: when })).status).toBe(404)
  })
})

describe('POST /emails/{id}/follow-up', () => {
  it('continues the conversation: same people, Re:, In-Reply-To and References', async () => {
    const first = await sendAs(api.ann, { cc: ['dora@north.example'] })
    const { threadId } = (await api.ann.call('GET', `/emails/${first.id}`)).body
    const draft = asDraft(await post(first.id, 'follow-up'))
    expect(draft).toMatchObject({
      ...{
        threadId,
        subject: 'Re: Offer',
        to: ['carl@north.example'],
        cc: ['dora@north.example'],
        isFollowUp: true,
      },
    })
    await api.ann.call('PUT', `/drafts/${draft.id}`, { body: { ...letter, version: 1, html: 'And?' } })
    await api.ann.call('POST', `/drafts/${draft.id}/send`, { body: { version: 2, undoMs: 0 } })
    await releaseDue(api)
    const headers = await headersOf(draft.id)
    const ids = await headersOf(first.id)
    const messageId = /^Message-ID: (<.+>)$/m.exec(ids)?.[1]
    expect(messageId).toBeDefined()
    expect(headers).toContain(`In-Reply-To: ${messageId}`)
    expect(headers).toContain(`References: ${messageId}`)
    expect(asDraft(await post(draft.id, 'follow-up')).subject).toBe('Re: Offer')
  })

  it('answers the Message-ID that a provider gave it, where that is another', async () => {
    const sent = await sendAs(api.ann)
    await asEngine(api.database.db, tx =>
      sql`insert into fairlead.handoff (workspace_id, id, email_id, message_id, link_id, round, rfc_message_id, envelope_from,
            started_at, marked_at, seen_message_id)
          select m.workspace_id, ${newId('handoff')}, m.email_id, m.id, l.id, 1, m.rfc_message_id, '', fairlead.now(),
            fairlead.now(), 'theirs@provider.example'
          from fairlead.message m join fairlead.link l on l.workspace_id = m.workspace_id
          where m.email_id = ${sent.id.slice(4)}`.execute(tx),
    )
    const draft = asDraft(await post(sent.id, 'follow-up'))
    await api.ann.call('PUT', `/drafts/${draft.id}`, { body: { ...letter, version: 1, html: 'And?' } })
    await api.ann.call('POST', `/drafts/${draft.id}/send`, { body: { version: 2, undoMs: 0 } })
    await releaseDue(api)
    expect(await headersOf(draft.id)).toContain('In-Reply-To: <theirs@provider.example>')
  })

  it('only of what was sent, and only by its sender', async () => {
    const { id } = await draftOf(api.ann)
    expect((await post(id, 'follow-up')).body).toMatchObject({ status: 409, code: 'email.not-sent' })
    const sent = await sendAs(api.ann)
    expect((await api.bob.call('POST', `/emails/${sent.id}/follow-up`, { body: {} })).status).toBe(404)
    const inboundId = 'inb_01990000-0000-7000-8000-000000000000'
    expect((await post(sent.id, 'follow-up', { inboundId })).status).toBe(404)
  })
})

async function headersOf(id: string): Promise<string> {
  const found = await asEngine(api.database.db, tx =>
    sql<{ headers: string[] }>`select headers from fairlead.message where email_id = ${id.slice(4)}`.execute(
      tx,
    ),
  )
  return (found.rows[0]?.headers ?? []).join('\n').replace(/\r\n[ \t]+/g, ' ')
}
