import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asEngine } from '../platform/database/as-role.ts'
import { asDraft, draftOf, letter, sentDraft } from './testing/drafts.ts'
import { startTestApi, type TestApi } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

const nobody = 'eml_01990000-0000-7000-8000-000000000000'

describe('POST /drafts', () => {
  it('keeps nothing at all, and anything that was typed', async () => {
    const empty = await api.ann.call('POST', '/drafts', { body: {} })
    expect(empty).toMatchObject({
      status: 201,
      body: { version: 1, state: 'draft', to: [], subject: '', html: '', identityId: null, attachments: [] },
    })
    const typed = {
      to: ['carl@', 'Dora <dora@north.example>', ''],
      cc: ['a, b'],
      bcc: ['"Bo, Jr" <bo@x.example>'],
    }
    const made = await draftOf(api.ann, { ...typed, subject: 'Hi\u0000\ud800 there\nyou' })
    const { body } = await api.ann.call('GET', `/drafts/${made.id}`)
    expect(body).toMatchObject({ ...typed, subject: 'Hi\ufffd there\nyou' })
  })

  it('cleans the html before it is kept', async () => {
    const html =
      '<p onclick="x()">Hi<script>alert(1)</script><img src=x onerror=y></p><iframe src="//e"></iframe>'
    expect((await draftOf(api.ann, { html })).html).toBe('<p>Hi<img src="x" /></p>')
  })

  it('makes one draft of one key, also of ten requests at once', async () => {
    const createKey = crypto.randomUUID()
    const made = await Promise.all(Array.from({ length: 10 }, () => draftOf(api.ann, { createKey })))
    expect(new Set(made.map(draft => draft.id)).size).toBe(1)
    expect((await draftOf(api.eve, { createKey })).id).not.toBe(made[0]?.id)
  })

  it('refuses identities and channels of others, and what is too large', async () => {
    for (const other of [api.bob, api.eve]) {
      const { identities } = (await other.call('GET', '/identities')).body as { identities: { id: string }[] }
      const answer = await api.ann.call('POST', '/drafts', { body: { identityId: identities[0]?.id } })
      expect(answer.body).toMatchObject({ status: 404, code: 'not-found' })
    }
    const { links } = (await api.eve.call('GET', '/links')).body as { links: { id: string }[] }
    expect((await api.ann.call('POST', '/drafts', { body: { linkId: links[0]?.id } })).status).toBe(404)
    expect((await api.ann.call('POST', '/drafts', { body: { html: 'x'.repeat(5_000_001) } })).status).toBe(
      400,
    )
    expect(
      (await api.ann.call('POST', '/drafts', { body: { html: 'x'.repeat(13_000_000) } })).body,
    ).toMatchObject({
      code: 'request.too-large',
      status: 413,
    })
    expect((await api.ann.call('POST', '/drafts', { body: { to: Array(501).fill('') } })).status).toBe(400)
  })
})

describe('GET /drafts/{id}', () => {
  it('shows a draft to its writer alone', async () => {
    const { id } = await draftOf(api.ann)
    expect((await api.ann.call('GET', `/drafts/${id}`)).body).toMatchObject({ id, subject: 'Offer' })
    for (const member of [api.bob, api.eve])
      expect((await member.call('GET', `/drafts/${id}`)).status).toBe(404)
    for (const wrong of [nobody, 'x', "eml_' or true --"]) {
      expect((await api.ann.call('GET', `/drafts/${encodeURIComponent(wrong)}`)).status).toBe(404)
    }
  })

  it('is no draft once it is scheduled, and one again when that was cancelled', async () => {
    const { id } = await sentDraft(api.ann)
    expect((await api.ann.call('GET', `/drafts/${id}`)).body).toMatchObject({
      ...{ status: 409, code: 'draft.not-a-draft', params: { state: 'scheduled' } },
    })
    await api.ann.call('POST', `/emails/${id}/cancel`)
    expect((await api.ann.call('GET', `/drafts/${id}`)).body).toMatchObject({ ...letter, state: 'cancelled' })
  })
})

describe('PUT /drafts/{id}', () => {
  const save = (id: string, body: object) => api.ann.call('PUT', `/drafts/${id}`, { body })

  it('saves the whole and counts the versions', async () => {
    const { id, version } = await draftOf(api.ann)
    const saved = await save(id, {
      version,
      to: ['dora@north.example'],
      html: '<p>New</p>',
      savedFrom: 'tab 1',
    })
    expect(saved).toMatchObject({
      status: 200,
      body: { version: 2, to: ['dora@north.example'], html: '<p>New</p>', subject: '', savedFrom: 'tab 1' },
    })
    const { body } = await api.ann.call('GET', '/conversations?folder=drafts&q=dora')
    expect(JSON.stringify(body)).toContain(id)
  })

  it('does not overwrite what another window saved, and says when and from where', async () => {
    const { id, version } = await draftOf(api.ann)
    await save(id, { ...letter, version, subject: 'From one', savedFrom: 'one' })
    const late = await save(id, { ...letter, version, subject: 'From two', savedFrom: 'two' })
    expect(late.body).toMatchObject({
      ...{ status: 409, code: 'draft.changed' },
      params: { version: 2, savedFrom: 'one', savedAt: expect.any(String) },
    })
    expect(asDraft(await api.ann.call('GET', `/drafts/${id}`)).subject).toBe('From one')
  })

  it('answers the same save again as the first, and counts nothing for no change', async () => {
    const { id, version } = await draftOf(api.ann)
    const change = { ...letter, version, html: '<p>A &amp; B</p><br>' }
    const [first, again] = [await save(id, change), await save(id, change)]
    expect(again).toMatchObject({ status: 200, body: first.body })
    expect((await save(id, { ...change, version: 2 })).body.version).toBe(2)
  })

  it('lets one of twenty windows win at once', async () => {
    const { id, version } = await draftOf(api.ann)
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => save(id, { ...letter, version, subject: `${n}` })),
    )
    expect(answers.filter(answer => answer.status === 200)).toHaveLength(1)
    expect(answers.filter(answer => answer.body.code === 'draft.changed')).toHaveLength(19)
  })

  it('refuses what is no draft any more, others, and a version that is none', async () => {
    const { id } = await sentDraft(api.ann)
    expect((await save(id, { ...letter, version: 2 })).body).toMatchObject({ code: 'draft.not-a-draft' })
    const mine = await draftOf(api.ann)
    for (const member of [api.bob, api.eve]) {
      const answer = await member.call('PUT', `/drafts/${mine.id}`, { body: { ...letter, version: 1 } })
      expect(answer.status).toBe(404)
    }
    expect((await save(mine.id, { ...letter })).status).toBe(400)
    expect((await save(mine.id, { ...letter, version: 0 })).status).toBe(400)
  })

  it('keeps a 5 MB text', async () => {
    const { id, version } = await draftOf(api.ann)
    const html = `<p>${'Good morning, "Ann". '.repeat(230_000)}</p>`
    const saved = await save(id, { ...letter, version, html })
    expect(saved.status).toBe(200)
    expect(asDraft(saved).html.length).toBe(html.length)
  })

  it('takes a cancelled email up again as a draft', async () => {
    const { id } = await sentDraft(api.ann)
    await api.ann.call('POST', `/emails/${id}/cancel`)
    const { version } = asDraft(await api.ann.call('GET', `/drafts/${id}`))
    expect((await save(id, { ...letter, subject: 'Again', version })).body).toMatchObject({
      ...{ state: 'draft', subject: 'Again' },
    })
  })
})

describe('DELETE /drafts/{id}', () => {
  it('deletes a draft for good, its conversation with it', async () => {
    const { id } = await draftOf(api.ann)
    for (const member of [api.bob, api.eve]) {
      expect((await member.call('DELETE', `/drafts/${id}`)).status).toBe(404)
    }
    expect((await api.ann.call('DELETE', `/drafts/${id}`)).status).toBe(204)
    expect((await api.ann.call('GET', `/drafts/${id}`)).status).toBe(404)
    expect((await api.ann.call('DELETE', `/drafts/${id}`)).status).toBe(404)
    const threads = await asEngine(api.database.db, tx =>
      sql`select from fairlead.thread t
          where not exists (select from fairlead.email e where e.thread_id = t.id)`.execute(tx),
    )
    expect(threads.rows).toEqual([])
  })

  it('does not delete what is on its way', async () => {
    const { id } = await sentDraft(api.ann)
    expect((await api.ann.call('DELETE', `/drafts/${id}`)).body).toMatchObject({ code: 'draft.not-a-draft' })
  })
})
