import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lead, refusal, sendAs } from './testing/deliveries.ts'
import { receive } from './testing/receive.ts'
import { callApi, startTestApi, type TestApi, type TestMember } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

const hostile = `<script>alert(1)</script><img src=x onerror=alert(1)><img src="https://spy.example/1.gif" alt="spy">
<p style="background:url(https://spy.example/2.gif)">Yes &amp; thanks</p><svg onload=alert(1)></svg>
<a href="javascript:alert(1)">one</a><a href="https://north.example/">two</a><img src="cid:logo@north">
<form action="https://spy.example"><input name=p></form><iframe src="https://spy.example"></iframe><base href="//spy.example">`

const answer = [
  'From: Carl <carl@north.example>',
  'To: ann@acme.example',
  'Subject: Re: Offer',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Type: text/html; charset=utf-8',
  '',
  hostile,
  '--b',
  'Content-Type: image/png; name="logo.png"',
  'Content-ID: <logo@north>',
  'Content-Disposition: inline',
  'Content-Transfer-Encoding: base64',
  '',
  'iVBORw0KGgo=',
  '--b',
  'Content-Type: text/html; name="../a<b>\u00e4.html"',
  'Content-Disposition: attachment; filename="../a<b>.html"',
  '',
  '<script>alert(1)</script>',
  '--b--',
  '',
].join('\r\n')

async function conversation() {
  const sent = await sendAs(api.ann, { html: `<p>Good <b>morning</b></p>`, text: 'Good morning' })
  await lead(api, sent.deliveryIds[0], refusal)
  return { sent, ...(await receive(api, { member: api.ann, emailId: sent.id, raw: answer })) }
}

const get = (path: string, member: TestMember = api.ann) => member.call('GET', path)

describe('GET /threads/{id}', () => {
  it('shows the message as sent, what became of it, and what came back', async () => {
    const { sent, threadId, inboundId, noticeId } = await conversation()
    const { status, body } = await get(`/threads/${threadId}`)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      ...{ id: threadId, subject: 'Offer' },
      emails: [
        {
          id: sent.id,
          body: {
            html: expect.stringContaining('<b>morning</b>'),
            text: expect.stringContaining('Good morning'),
          },
          ...{ isArchived: false, isDeleted: false },
          deliveries: [
            {
              state: 'refused',
              folder: 'bounced',
              reason: { code: 'recipient.unknown', reply: '550 5.1.1 no such user' },
            },
          ],
          events: [{ kind: 'released', sentence: 'Released to the outbox' }, { kind: 'refused' }],
        },
      ],
      inbound: [
        {
          ...{
            id: inboundId,
            noticeId,
            kind: 'reply',
            hasHtml: true,
            text: expect.stringContaining('Yes & thanks'),
          },
          from: { name: 'Carl', address: 'carl@north.example' },
          attachments: [
            { index: 0, filename: 'logo.png', bytes: 8 },
            { index: 1, contentType: 'text/html' },
          ],
        },
      ],
    })
    expect(JSON.stringify(body)).not.toContain('alert(1)<')
  })

  it('shows an email before it leaves', async () => {
    const sendAt = new Date(Date.now() + 3_600_000).toISOString()
    const sent = await sendAs(api.ann, { html: '<p>Later</p><script>x</script>', sendAt })
    const { body: email } = await get(`/emails/${sent.id}`)
    const { body } = await get(`/threads/${email.threadId}`)
    expect(body).toMatchObject({
      emails: [{ state: 'scheduled', body: { html: '<p>Later</p>' } }],
      inbound: [],
    })
  })

  it('counts the answer in its row', async () => {
    const { sent } = await conversation()
    const { body } = await get('/conversations?folder=bounced&limit=1')
    expect(body.rows).toMatchObject([{ emailId: sent.id, replyCount: 1, snippet: 'Good morning' }])
  })
})

describe('GET /inbound/{id}/body', () => {
  it('is a page in which nothing runs and nothing is loaded from elsewhere', async () => {
    const { inboundId } = await conversation()
    const { status, headers, body } = await get(`/inbound/${inboundId}/body`)
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; img-src data:;.*; sandbox /)
    expect(headers.get('x-frame-options')).toBe('SAMEORIGIN')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    const page = String(body.text)
    expect(page).toContain('Yes &amp; thanks')
    expect(page).toContain('src="data:image/png;base64,iVBORw0KGgo="')
    expect(page).toContain(
      '<a href="https://north.example/" target="_blank" rel="noopener noreferrer nofollow">',
    )
    expect(page).not.toMatch(/spy\.example|<script|onerror|javascript:|<svg|<form|<input|<iframe|<base/)
  })

  it('shows a plain message as text', async () => {
    const sent = await sendAs(api.ann)
    const raw = 'Subject: x\r\n\r\n<script>alert(1)</script> & so on'
    const { inboundId } = await receive(api, { member: api.ann, emailId: sent.id, raw })
    const { body } = await get(`/inbound/${inboundId}/body`)
    expect(body.text).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; so on')
  })

  it.each([
    ['nothing', ''],
    ['noise', Buffer.from(Array.from({ length: 4_000 }, (_, at) => (at * 7919) % 256))],
    [
      'parts without end',
      `Content-Type: multipart/mixed; boundary=a\r\n\r\n${'--a\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n'.repeat(500)}`,
    ],
    ['tags without end', `Content-Type: text/html\r\n\r\n${'<div><table>'.repeat(20_000)}`],
  ])('outlasts %s', async (_, raw) => {
    const sent = await sendAs(api.ann)
    const { inboundId, threadId } = await receive(api, { member: api.ann, emailId: sent.id, raw })
    expect((await get(`/inbound/${inboundId}/body`)).status).toBe(200)
    expect((await get(`/threads/${threadId}`)).status).toBe(200)
  })
})

describe('GET /inbound/{id}/attachments/{index}', () => {
  it('is a download, whatever the file calls itself', async () => {
    const { inboundId } = await conversation()
    const { status, headers, body } = await get(`/inbound/${inboundId}/attachments/1`)
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('application/octet-stream')
    expect(headers.get('content-disposition')).toMatch(
      /^attachment; filename="[\w. -]+"; filename\*=UTF-8''\S+$/,
    )
    expect(headers.get('content-security-policy')).toContain('sandbox')
    expect(body.text).toContain('alert(1)')
  })

  it.each(['2', '-1', '1.5', 'x', '99999'])('has no file %s', async index => {
    const { inboundId } = await conversation()
    expect((await get(`/inbound/${inboundId}/attachments/${index}`)).body.code).toMatch(
      /not-found|request\.invalid/,
    )
  })
})

describe('GET /notices/{id}/raw', () => {
  it('gives the bytes as they came', async () => {
    const { noticeId } = await conversation()
    const { status, headers, body } = await get(`/notices/${noticeId}/raw`)
    expect(status).toBe(200)
    expect(headers.get('content-disposition')).toContain('returned.eml')
    expect(body.text).toBe(answer)
  })

  it('is open to an admin of the workspace, and to a rep for their own alone', async () => {
    const { noticeId } = await conversation()
    expect((await get(`/notices/${noticeId}/raw`, api.bob)).status).toBe(404)
    expect((await get(`/notices/${noticeId}/raw`, api.eve)).status).toBe(404)
  })
})

it('reaches nothing of others, and nothing that is not there', async () => {
  const { threadId, inboundId } = await conversation()
  const paths = [`/threads/${threadId}`, `/inbound/${inboundId}/body`, `/inbound/${inboundId}/attachments/0`]
  for (const path of [
    ...paths,
    '/threads/nonsense',
    '/inbound/x/body',
    '/inbound/x/attachments/0',
    '/notices/x/raw',
  ])
    for (const member of [api.bob, api.eve]) expect((await get(path, member)).status, path).toBe(404)
  const stranger = await callApi(api.url, { method: 'GET', path: `/inbound/${inboundId}/body` })
  expect(stranger.status).toBe(401)
})
