import { randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asDraft, draftOf, releaseDue, sentDraft, upload } from './testing/drafts.ts'
import { startTestApi, type TestApi, type TestMember } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

const pdf = 'filename=Offer.pdf&contentType=application/pdf'
const attach = (id: string, content: Uint8Array<ArrayBuffer>, query = pdf) =>
  upload({ api, member: api.ann, id }, { content, query })
const bytes = (text: string) => new Uint8Array(Buffer.from(text))
const png = new Uint8Array(Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'))

const download = (member: TestMember, id: unknown) =>
  fetch(`${api.url}/api/v1/attachments/${id}/content`, { headers: { authorization: `Bearer ${member.key}` } })

describe('POST /drafts/{id}/attachments', () => {
  it('keeps a file with its draft, which goes with the email', async () => {
    const { id } = await draftOf(api.ann)
    const made = await attach(id, bytes('%PDF-1.7'))
    expect(made).toMatchObject({
      status: 201,
      body: { filename: 'Offer.pdf', contentType: 'application/pdf', bytes: 8, contentId: null },
    })
    const draft = asDraft(await api.ann.call('GET', `/drafts/${id}`))
    expect(draft).toMatchObject({ version: 1, attachments: [made.body] })
    await api.ann.call('POST', `/drafts/${id}/send`, { body: { version: 1, undoMs: 0 } })
    await releaseDue(api)
    expect((await api.ann.call('GET', `/emails/${id}`)).body).toMatchObject({
      ...{ state: 'released', attachments: [{ filename: 'Offer.pdf', bytes: 8 }] },
    })
  })

  it('takes what is announced by nobody, piece by piece, and names an empty file', async () => {
    const { id } = await draftOf(api.ann)
    const piece = new Uint8Array(randomBytes(200_000))
    let left = 20
    const content = new ReadableStream({
      pull(controller) {
        if (left-- > 0) controller.enqueue(piece)
        else controller.close()
      },
    })
    const made = await upload({ api, member: api.ann, id }, { content, query: 'filename=noise' })
    expect(made).toMatchObject({
      status: 201,
      body: { bytes: 4_000_000, contentType: 'application/octet-stream' },
    })
    expect((await attach(id, new Uint8Array(0), 'filename=empty')).body).toMatchObject({ bytes: 0 })
  })

  it('keeps a picture of the text under a content id, if it is one', async () => {
    const { id } = await draftOf(api.ann)
    const made = await attach(id, png, 'filename=a.png&contentType=text/html&inline=true')
    expect(made.body).toMatchObject({
      contentType: 'image/png',
      contentId: expect.stringMatching(/@fairlead$/),
    })
    const svg = await attach(
      id,
      bytes('<svg onload="x()"/>'),
      'filename=a.svg&contentType=image/svg%2Bxml&inline=true',
    )
    expect(svg.body).toMatchObject({ status: 422, code: 'email.attachment-invalid' })
    const html = `<img src="cid:${made.body.contentId}">`
    const saved = await api.ann.call('PUT', `/drafts/${id}`, { body: { version: 1, html } })
    expect(asDraft(saved).html).toContain(`cid:${made.body.contentId}`)
  })

  it('refuses 30 MB with the limit of the channel, announced or not', async () => {
    const { id } = await draftOf(api.ann)
    const big = new Uint8Array(30_000_000)
    const announced = await attach(id, big)
    expect(announced.body).toMatchObject({
      ...{ status: 413, code: 'attachment.too-large', params: { limitMegabytes: 25, filename: 'Offer.pdf' } },
    })
    const content = new Blob([big]).stream()
    const silent = await upload({ api, member: api.ann, id }, { content, query: pdf })
    expect(silent.body).toMatchObject({ status: 413, code: 'attachment.too-large' })
    expect((await api.ann.call('GET', `/drafts/${id}/attachments`)).body).toMatchObject({ attachments: [] })
  })

  it('counts what is attached already, also by uploads at the same time', async () => {
    const { id } = await draftOf(api.ann)
    const answers = await Promise.all(
      Array.from({ length: 4 }, (_, n) => attach(id, new Uint8Array(7_000_000).fill(n))),
    )
    expect(answers.map(answer => answer.status).toSorted()).toEqual([201, 201, 413, 413])
  })

  it.each([
    ['no name', 'contentType=application/pdf', 'request.invalid'],
    ['a name of spaces', 'filename=%20', 'email.attachment-invalid'],
    ['a header in its name', 'filename=a%0d%0aX-Evil:1', 'email.attachment-invalid'],
    ['a header in its type', 'filename=a&contentType=a/b%0d%0aX:1', 'email.attachment-invalid'],
    ['a type that is none', 'filename=a&contentType=pdf', 'email.attachment-invalid'],
    ['an endless name', `filename=${'x'.repeat(300)}`, 'request.invalid'],
  ])('refuses a file with %s', async (_, query, code) => {
    const { id } = await draftOf(api.ann)
    expect((await attach(id, bytes('x'), query)).body).toMatchObject({ code })
  })

  it('refuses other content types, others, and what is no draft', async () => {
    const { id } = await draftOf(api.ann)
    const json = await api.ann.call('POST', `/drafts/${id}/attachments?${pdf}`, { body: {} })
    expect(json.body).toMatchObject({ status: 415, code: 'request.unsupported-type' })
    for (const member of [api.bob, api.eve]) {
      const answer = await upload({ api, member, id }, { content: bytes('x'), query: pdf })
      expect(answer.status).toBe(404)
    }
    const sent = await sentDraft(api.ann)
    expect((await attach(sent.id, bytes('x'))).body).toMatchObject({ code: 'draft.not-a-draft' })
  })

  it('keeps nothing of an upload that is cut', async () => {
    const { id } = await draftOf(api.ann)
    await new Promise<void>(resolve => {
      const cut = request(`${api.url}/api/v1/drafts/${id}/attachments?${pdf}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${api.ann.key}`,
          'content-type': 'application/octet-stream',
          'content-length': 1_000_000,
        },
      })
      cut.on('error', () => resolve())
      cut.on('close', () => resolve())
      cut.write(Buffer.alloc(300_000), () => cut.destroy())
    })
    expect((await attach(id, bytes('x'))).status).toBe(201)
    const { body } = await api.ann.call('GET', `/drafts/${id}/attachments`)
    expect(body.attachments).toHaveLength(1)
  })
})

describe('GET /drafts/{id}/attachments', () => {
  it('says how much room is left, to the writer alone', async () => {
    const { id } = await draftOf(api.ann)
    await attach(id, new Uint8Array(5_700_000))
    const { body } = await api.ann.call('GET', `/drafts/${id}/attachments`)
    expect(body).toMatchObject({ encodedBytes: 7_800_000, limitBytes: 25_000_000 })
    for (const member of [api.bob, api.eve]) {
      expect((await member.call('GET', `/drafts/${id}/attachments`)).status).toBe(404)
    }
  })
})

describe('DELETE /drafts/{id}/attachments/{attachmentId}', () => {
  it('takes one off', async () => {
    const { id } = await draftOf(api.ann)
    const other = await draftOf(api.ann)
    const made = (await attach(id, bytes('x'))).body.id
    expect((await api.eve.call('DELETE', `/drafts/${id}/attachments/${made}`)).status).toBe(404)
    expect((await api.ann.call('DELETE', `/drafts/${other.id}/attachments/${made}`)).status).toBe(404)
    expect((await api.ann.call('DELETE', `/drafts/${id}/attachments/${made}`)).status).toBe(204)
    expect((await api.ann.call('DELETE', `/drafts/${id}/attachments/${made}`)).status).toBe(404)
  })
})

describe('GET /attachments/{id}/content', () => {
  it('gives the bytes as a file that no browser opens as a page', async () => {
    const { id } = await draftOf(api.ann)
    const content = bytes('<script>alert(1)</script>')
    const name = encodeURIComponent('Angebot "für" Ünal.html')
    const made = await attach(id, content, `filename=${name}&contentType=text/html`)
    const answer = await download(api.ann, made.body.id)
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(content)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': String(content.length),
      'x-content-type-options': 'nosniff',
      'content-disposition': `attachment; filename="Angebot _f_r_ _nal.html"; filename*=UTF-8''${name}`,
    })
  })

  it('to nobody else', async () => {
    const { id } = await draftOf(api.ann)
    const made = await attach(id, bytes('x'))
    for (const member of [api.bob, api.eve]) expect((await download(member, made.body.id)).status).toBe(404)
    expect((await download(api.ann, 'att_x')).status).toBe(404)
  })
})
