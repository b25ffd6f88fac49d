import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asEngine } from '../platform/database/as-role.ts'
import { type Answer, startTestApi, type TestApi } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

const offer = { to: ['carl@north.example'], subject: 'Offer', text: 'Good morning' }
const send = (body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  api.ann.call('POST', '/emails', { body, headers })

async function countEmails(): Promise<number> {
  const found = await asEngine(api.database.db, tx =>
    sql<{ count: number }>`select count(*) from fairlead.email`.execute(tx),
  )
  return found.rows[0]?.count ?? 0
}

describe('POST /emails', () => {
  it('accepts an email, answers its recipients, and puts one delivery for each into the queue', async () => {
    const before = api.due()
    const answer = await send({
      ...offer,
      to: ['Carl Berg <carl@north.example>', 'dora@north.example'],
      cc: ['erik@south.example'],
      bcc: ['CARL@north.example', 'frida@west.example'],
    })
    expect(answer.status).toBe(202)
    expect(answer.body).toMatchObject({
      id: expect.stringMatching(/^eml_/),
      threadId: expect.stringMatching(/^thr_/),
      state: 'released',
      sendAt: null,
      recipients: [
        {
          kind: 'to',
          name: 'Carl Berg',
          address: 'carl@north.example',
          deliveryId: expect.stringMatching(/^dlv_/),
        },
        { kind: 'to', address: 'dora@north.example' },
        { kind: 'cc', address: 'erik@south.example' },
        { kind: 'bcc', address: 'frida@west.example' },
      ],
    })
    expect(api.due()).toBe(before + 1)
  })

  it('keeps what is to be sent later', async () => {
    const answer = await send({ ...offer, sendAt: '2999-01-01T08:00:00+01:00' })
    expect(answer.body).toMatchObject({ status: 422, code: 'email.send-at-too-far' })
    const sendAt = new Date(Date.now() + 86_400_000).toISOString()
    const kept = await send({ ...offer, sendAt })
    expect(kept.body).toMatchObject({ state: 'scheduled', sendAt, recipients: [{ deliveryId: null }] })
  })

  it.each([
    ['no recipient', { to: [] }, 'email.no-recipient', 422],
    ['an address without a domain', { to: ['carl'] }, 'email.address-invalid', 422],
    ['two addresses in one', { to: ['a@north.example, b@north.example'] }, 'email.address-invalid', 422],
    ['no content', { text: undefined }, 'email.no-content', 422],
    ['a subject with a line break', { subject: 'Hi\r\nBcc: eve@evil.example' }, 'email.line-break', 422],
    [
      'a header inside an address',
      { to: ['a@north.example\r\nBcc: eve@evil.example'] },
      'email.address-invalid',
      422,
    ],
    [
      'a header inside a name',
      { to: ['"A\r\nBcc: e@evil.example" <a@north.example>'] },
      'email.address-invalid',
      422,
    ],
    ['a zero byte in the subject', { subject: 'a\u0000b' }, 'email.line-break', 422],
    ['a line separator in the subject', { subject: 'a\u2028b' }, 'email.line-break', 422],
    ['a field of the wrong type', { to: 'carl@north.example' }, 'request.invalid', 400],
    ['a field that does not exist', { too: [] }, 'request.invalid', 400],
    ['a number for a subject', { subject: 5 }, 'request.invalid', 400],
    ['an endless subject', { subject: 'x'.repeat(1_001) }, 'request.invalid', 400],
    ['a day that does not exist', { sendAt: '2026-02-30T10:00:00Z' }, 'request.invalid', 400],
    ['a day without a zone', { sendAt: '2026-12-01T10:00:00' }, 'request.invalid', 400],
    ['an id that is none', { identityId: 'x' }, 'not-found', 404],
    [
      'an identity that nobody has',
      { identityId: 'idn_01990000-0000-7000-8000-000000000000' },
      'not-found',
      404,
    ],
    ['a link that nobody has', { linkId: 'lnk_01990000-0000-7000-8000-000000000000' }, 'not-found', 404],
    ['an id with SQL in it', { linkId: "lnk_' or true --" }, 'not-found', 404],
  ])('refuses %s with its own code and a sentence', async (_, fields, code, status) => {
    const before = await countEmails()
    const answer = await send({ ...offer, ...fields })
    expect(answer.body).toMatchObject({ code, status, type: `urn:fairlead:problem:${code}` })
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
    expect(answer.body.detail).toMatch(/^.+\.$/)
    expect(await countEmails()).toBe(before)
  })

  it('refuses 10,000 recipients and says how many there may be', async () => {
    const to = Array.from({ length: 10_000 }, (_, n) => `p${n}@north.example`)
    const answer = await send({ ...offer, to })
    expect(answer.body).toMatchObject({
      code: 'email.too-many-recipients',
      params: { count: 10_000, limit: 100 },
    })
  })

  it('names the first field that is wrong and the rule', async () => {
    const answer = await send({ ...offer, attachments: [{ filename: '', contentBase64: '' }] })
    expect(answer.body.params).toMatchObject({ field: 'attachments.0.filename', rule: expect.any(String) })
  })

  it('cannot send as an identity that is not verified, nor as another member or workspace', async () => {
    const unverified = await api.bob.call('POST', '/emails', { body: offer })
    expect(unverified.body).toMatchObject({
      code: 'identity.unverified',
      params: { address: 'bob@acme.example' },
    })
    for (const other of [api.bob, api.eve]) {
      const { identities } = (await other.call('GET', '/identities')).body as { identities: { id: string }[] }
      const answer = await send({ ...offer, identityId: identities[0]?.id })
      expect(answer.body).toMatchObject({ status: 404, code: 'not-found' })
    }
    const { links } = (await api.eve.call('GET', '/links')).body as { links: { id: string }[] }
    expect((await send({ ...offer, linkId: links[0]?.id })).status).toBe(404)
  })
})

describe('attachments', () => {
  const attach = (...attachments: object[]) => send({ ...offer, attachments })
  const pdf = { filename: 'Offer.pdf', contentType: 'application/pdf' }

  it('go with the email', async () => {
    const content = Buffer.from('%PDF-1.7 not really')
    const answer = await attach({ ...pdf, contentBase64: content.toString('base64') })
    expect(answer.status).toBe(202)
    const { body } = await api.ann.call('GET', `/emails/${answer.body.id}`)
    expect(body.attachments).toEqual([{ ...pdf, bytes: content.length }])
  })

  it.each([
    ['not base64', { ...pdf, contentBase64: '%%%%' }],
    ['cut', { ...pdf, contentBase64: 'abc' }],
    ['of no type', { ...pdf, contentType: 'pdf', contentBase64: '' }],
    ['with a header in its type', { ...pdf, contentType: 'a/b\r\nX-Evil: 1', contentBase64: '' }],
    ['with a header in its name', { ...pdf, filename: 'a\r\nX-Evil: 1', contentBase64: '' }],
    ['without a name', { ...pdf, filename: ' ', contentBase64: '' }],
  ])('are refused when one is %s', async (_, attachment) => {
    const answer = await attach(attachment)
    expect(answer.status).toBe(422)
    expect(answer.body.code).toMatch(/^email\./)
  })

  it('of 30 MB are refused with the limit of the channel', async () => {
    const answer = await attach({ ...pdf, contentBase64: Buffer.alloc(30_000_000, 'x').toString('base64') })
    expect(answer.body).toMatchObject({ code: 'email.too-large', params: { limitMegabytes: 25 } })
    expect(answer.body.detail).toContain('25 MB')
  })

  it('of more than a request may hold are refused before they are read', async () => {
    const answer = await attach({ ...pdf, contentBase64: 'x'.repeat(45_000_000) })
    expect(answer.body).toMatchObject({ status: 413, code: 'request.too-large' })
  })
})

describe('Idempotency-Key', () => {
  const key = () => ({ 'idempotency-key': crypto.randomUUID() })

  it('gives the first answer again to the same request, and makes no second email', async () => {
    const headers = key()
    const first = await send(offer, headers)
    const before = await countEmails()
    const again = await send({ text: offer.text, subject: offer.subject, to: offer.to }, headers)
    expect(again).toMatchObject({ status: 202, body: first.body })
    expect(await countEmails()).toBe(before)
  })

  it('makes exactly one email of twenty requests at once', async () => {
    const headers = key()
    const before = await countEmails()
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(offer, headers)))
    expect(answers.map(answer => answer.status)).toEqual(Array.from({ length: 20 }, () => 202))
    expect(new Set(answers.map(answer => JSON.stringify(answer.body))).size).toBe(1)
    expect(await countEmails()).toBe(before + 1)
  })

  it('refuses another body under the same key', async () => {
    const headers = key()
    await send(offer, headers)
    const answer = await send({ ...offer, subject: 'Another offer' }, headers)
    expect(answer.body).toMatchObject({ status: 422, code: 'idempotency.conflict' })
  })

  it('is free for another member, for whom it means another email', async () => {
    const headers = key()
    const mine = await send(offer, headers)
    const theirs = await api.eve.call('POST', '/emails', { body: offer, headers })
    expect(theirs.status).toBe(202)
    expect(theirs.body.id).not.toBe(mine.body.id)
  })

  it('is free again after a request that was refused, and after a day', async () => {
    const headers = key()
    expect((await send({ ...offer, to: ['carl'] }, headers)).status).toBe(422)
    const first = await send(offer, headers)
    expect(first.status).toBe(202)
    await api.database.setClockOffset(24 * 3_600_000 + 1_000)
    const later = await send(offer, headers)
    await api.database.setClockOffset(0)
    expect(later.status).toBe(202)
    expect(later.body.id).not.toBe(first.body.id)
  })

  it.each([
    ['empty', ''],
    ['with a space', 'a b'],
    ['too long', 'x'.repeat(256)],
  ])('refuses a key that is %s', async (_, value) => {
    const answer = await send(offer, { 'idempotency-key': value })
    expect(answer.body).toMatchObject({ status: 400, code: 'idempotency.key-invalid' })
  })
})
