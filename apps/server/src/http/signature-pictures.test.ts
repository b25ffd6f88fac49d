import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asEngine } from '../platform/database/as-role.ts'
import { draftOf, releaseDue, sentDraft } from './testing/drafts.ts'
import { startTestApi, type TestApi, type TestMember } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const gif = Buffer.from('GIF89a\x01\x00\x01\x00\x00\x00\x00;', 'latin1')
const img = (bytes: Buffer, type = 'image/png') =>
  `<img src="data:${type};base64,${bytes.toString('base64')}" alt="Logo">`

/** The member's own identity, the one that was made with the workspace. */
async function identityOf(member: TestMember): Promise<string> {
  const { body } = await member.call('GET', '/identities')
  const { identities } = body as unknown as { identities: { id: string; address: string }[] }
  const own = identities.find(({ address }) => address === member.address)
  if (own === undefined) throw new Error('no identity')
  return own.id
}

async function sign(member: TestMember, signatureHtml: string) {
  const id = await identityOf(member)
  return { id, answer: await member.call('PATCH', `/identities/${id}`, { body: { signatureHtml } }) }
}

const contentIdsIn = (html: unknown): string[] =>
  [...String(html).matchAll(/cid:([^"]+)"/g)].map(([, id = '']) => id)

const read = (member: TestMember, id: string, contentId = '') =>
  fetch(`${api.url}/api/v1/identities/${id}/pictures/${encodeURIComponent(contentId)}`, {
    headers: { authorization: `Bearer ${member.key}` },
  })

/** Rows of an email's attachments, those of the signature among them. */
async function attachmentsOf(emailId: string) {
  const found = await asEngine(api.database.db, tx =>
    sql<{ filename: string; contentId: string | null; isOfSignature: boolean }>`
      select filename, content_id as "contentId", is_of_signature as "isOfSignature" from fairlead.attachment
      where email_id = ${emailId.slice(4)} order by position`.execute(tx),
  )
  return found.rows
}

describe('PATCH /identities/{id} with pictures in the signature', () => {
  it('keeps them apart from the html, each once, by its octets and not by what it calls itself', async () => {
    const { answer } = await sign(api.ann, `<p>Ann ${img(png, 'image/gif')}${img(png)}</p>`)
    const [first, second, third] = contentIdsIn(answer.body.signatureHtml)
    expect(first).toMatch(/^[0-9a-f]{32}@signature\.fairlead$/)
    expect([second, third]).toEqual([first, undefined])
    expect(String(answer.body.signatureHtml)).not.toContain('data:')
    const picture = await read(api.ann, await identityOf(api.ann), first)
    expect(picture.headers.get('content-type')).toBe('image/png')
    expect(Buffer.from(await picture.arrayBuffer())).toEqual(png)
  })

  it('keeps what is named again, and forgets what is not', async () => {
    const { id, answer } = await sign(api.ann, `<p>${img(png)}${img(gif, 'image/gif')}</p>`)
    const [logo, dot] = contentIdsIn(answer.body.signatureHtml)
    await sign(api.ann, `<p>Ann<img src="cid:${logo}"></p>`)
    expect((await read(api.ann, id, logo)).status).toBe(200)
    expect((await read(api.ann, id, dot)).status).toBe(404)
    await sign(api.ann, '<p>Ann</p>')
    expect((await read(api.ann, id, logo)).status).toBe(404)
  })

  it('refuses what is no picture, too many, and too much in several requests too', async () => {
    const page = img(Buffer.from('<svg onload="alert(1)">'))
    expect((await sign(api.ann, page)).answer.body).toMatchObject({
      ...{ status: 422, code: 'signature.picture-invalid', params: { number: 1 } },
    })
    const many = Array.from({ length: 21 }, (_, n) => img(Buffer.concat([png, Buffer.from([n])])))
    expect((await sign(api.ann, many.join(''))).answer.body).toMatchObject({
      ...{ code: 'signature.too-many-pictures', params: { count: 21, limit: 20 } },
    })
    const half = img(Buffer.concat([png, Buffer.alloc(250_000)]))
    const [kept] = contentIdsIn((await sign(api.ann, half)).answer.body.signatureHtml)
    const more = `<img src="cid:${kept}">${img(Buffer.concat([gif, Buffer.alloc(250_000)]), 'image/gif')}`
    const { id, answer } = await sign(api.ann, more)
    expect(answer.body).toMatchObject({ code: 'signature.too-large', params: { limitKilobytes: 400 } })
    expect((await read(api.ann, id, kept)).status).toBe(200)
  })
})

describe('GET /identities/{id}/pictures/{contentId}', () => {
  it('is for the member and the admins of the workspace, as a picture that runs nothing', async () => {
    const { id, answer } = await sign(api.bob, img(png))
    const [contentId] = contentIdsIn(answer.body.signatureHtml)
    for (const member of [api.bob, api.ann]) {
      const picture = await read(member, id, contentId)
      expect(picture.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox")
      expect(picture.headers.get('x-content-type-options')).toBe('nosniff')
      expect(picture.status).toBe(200)
    }
    expect((await read(api.eve, id, contentId)).status).toBe(404)
    const foreign = await sign(api.ann, img(png))
    expect((await read(api.bob, foreign.id, contentIdsIn(foreign.answer.body.signatureHtml)[0])).status).toBe(
      404,
    )
    for (const wrong of ['x', '../../me', "'; drop table x"]) {
      expect((await read(api.bob, id, wrong)).status).toBe(404)
    }
  })
})

describe('an email with a picture in its signature', () => {
  it('carries it as a part that the html names; undo takes it off, and a draft never shows it as a file', async () => {
    const { answer } = await sign(api.ann, `<p>Ann</p>${img(png)}`)
    const [contentId] = contentIdsIn(answer.body.signatureHtml)
    const { id } = await sentDraft(api.ann)
    expect(await attachmentsOf(id)).toEqual([{ filename: 'signature-1.png', contentId, isOfSignature: true }])
    const draft = await api.ann.call('POST', `/emails/${id}/undo`)
    expect(draft.body).toMatchObject({ state: 'draft', attachments: [], html: '<p>Good morning</p>' })
    expect(await attachmentsOf(id)).toEqual([])
    await api.ann.call('POST', `/drafts/${id}/send`, { body: { version: draft.body.version, undoMs: 0 } })
    // What is frozen stays, whatever becomes of the signature.
    await sign(api.ann, '')
    await releaseDue(api)
    const { body } = await api.ann.call('GET', `/emails/${id}`)
    expect(body).toMatchObject({ state: 'released', attachments: [] })
    const message = await messageOf(id)
    expect(message).toContain('Content-Type: multipart/related')
    expect(message).toContain(`Content-ID: <${contentId}>`)
    const thread = await api.ann.call('GET', `/threads/${body.threadId}`)
    expect(JSON.stringify(thread.body)).toContain(`data:image/png;base64,${png.toString('base64')}`)
  })

  it('carries it when it is sent by POST /emails, at once and later; plain text alone carries none', async () => {
    await sign(api.ann, img(png))
    const email = { to: ['carl@north.example'], subject: 'Offer', html: '<p>Hi</p>' }
    const now = await api.ann.call('POST', '/emails', { body: email })
    expect(await messageOf(String(now.body.id))).toContain('Content-Disposition: inline')
    const sendAt = new Date(Date.now() + 3_600_000).toISOString()
    const later = await api.ann.call('POST', '/emails', { body: { ...email, sendAt } })
    expect(await attachmentsOf(String(later.body.id))).toMatchObject([{ isOfSignature: true }])
    const plain = { to: email.to, subject: 'Offer', text: 'Hi' }
    const text = await api.ann.call('POST', '/emails', { body: plain })
    expect(await attachmentsOf(String(text.body.id))).toEqual([])
  })

  it('is weighed by the check before Send', async () => {
    await sign(api.ann, img(Buffer.concat([png, Buffer.alloc(300_000)])))
    const { id } = await draftOf(api.ann)
    const room = 24_900_000
    await asEngine(api.database.db, tx =>
      sql`insert into fairlead.attachment (workspace_id, id, email_id, position, filename, content_type, sha256, size)
          values (${api.ann.workspaceId}, gen_random_uuid(), ${id.slice(4)}, 0, 'a.bin', 'application/octet-stream',
            ${'0'.repeat(64)}, ${Math.floor((room * 57) / 78)})`.execute(tx),
    )
    const { body } = await api.ann.call('POST', `/drafts/${id}/check`, { body: {} })
    expect(body.findings).toMatchObject([{ code: 'email.too-large' }])
  })
})

async function messageOf(emailId: string): Promise<string> {
  const found = await asEngine(api.database.db, tx =>
    sql<{ message: string }>`select array_to_string(headers, ' ') || body as message from fairlead.message
      where email_id = ${emailId.slice(4)}`.execute(tx),
  )
  return found.rows[0]?.message ?? ''
}
