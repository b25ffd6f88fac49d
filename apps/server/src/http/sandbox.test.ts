import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SandboxDelivery, SandboxRecord } from '../conversations/sandbox-internet.ts'
import { asEngine } from '../platform/database/as-role.ts'
import { parseId } from '../platform/ids.ts'
import { sendAs } from './testing/deliveries.ts'
import { startTestApi, type TestApi } from './testing/start-test-api.ts'

/** The simulated internet as far as the inbox looks at it; end-to-end tests have the real one. */
const received: SandboxDelivery[] = []
const published: SandboxRecord[] = []
const raw =
  'From: Ann <ann@acme.example>\r\nSubject: Offer\r\nContent-Type: text/html\r\n\r\n<p>Hi</p><script>x</script>'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi({
    sandbox: {
      publish: async records => {
        published.push(...records)
      },
      received: async () => received.toReversed(),
      message: async id => received.find(message => message.id === id) ?? null,
      raw: async () => Buffer.from(raw),
      behaviours: async () => ({
        recipients: [{ localPart: 'bounce', says: 'Bounces.', source: null }],
        domains: [{ domain: 'nomail.example', says: 'Takes no mail.' }],
      }),
    },
  })
})
afterAll(() => api.close())

const dkim = { result: 'pass', selector: 's1', isAligned: false }
const verdicts: SandboxDelivery['verdicts'] = {
  state: 'done',
  spf: { result: 'pass', domain: 'mail.fairlead.test' },
  dkim: [{ ...dkim, domain: 'mail.fairlead.test' }],
  dmarc: { result: 'none', domain: 'acme.example', policy: 'none' },
}

async function arrive(member = api.ann, fields: Partial<SandboxDelivery> = {}): Promise<string> {
  const { id } = await sendAs(member)
  const emailId = parseId('email', id)
  const found = await asEngine(api.database.db, tx =>
    sql<{ id: string }>`select id from fairlead.message where email_id = ${emailId}`.execute(tx),
  )
  const message = {
    ...{
      id: `m${received.length}`,
      receivedAt: new Date().toISOString(),
      size: 100,
      tls: null,
      answer: '250 Ok',
    },
    ...{
      mailFrom: 'b-1@mail.fairlead.test',
      recipients: [{ address: 'carl@north.example' }],
      subject: 'Offer',
    },
    ...{ from: 'Ann <ann@acme.example>', messageId: `${found.rows[0]?.id}@mail.fairlead.test`, verdicts },
    ...fields,
  }
  received.push(message)
  return message.id
}

type Listed = { messages: { id: string; fromLine: string; via: string | null }[] }
const list = async (member = api.ann) =>
  (await member.call('GET', '/sandbox/messages')).body as unknown as Listed

describe('GET /sandbox/messages', () => {
  it("shows a member's own mail as a recipient sees it, newest first", async () => {
    await arrive(api.ann, { messageId: 'somebody@elsewhere.example' })
    const aligned = await arrive(api.ann, {
      verdicts: { ...verdicts, dkim: [{ ...dkim, domain: 'acme.example', isAligned: true }] },
    })
    const foreign = await arrive()
    const { messages } = await list()
    expect(messages.map(({ id }) => id)).toEqual([foreign, aligned])
    expect(messages).toMatchObject([
      {
        ...{ fromLine: 'Ann <ann@acme.example> via mail.fairlead.test', via: 'mail.fairlead.test' },
        ...{ mailedBy: 'mail.fairlead.test', signedBy: 'mail.fairlead.test' },
        verdicts: {
          state: 'done',
          spf: { result: 'pass' },
          dkim: [{ result: 'pass' }],
          dmarc: { result: 'none' },
        },
      },
      { fromLine: 'Ann <ann@acme.example>', via: null, signedBy: 'acme.example' },
    ])
    for (const member of [api.bob, api.eve]) expect(await list(member)).toEqual({ messages: [] })
  })

  it('says nothing of a via tag while the verdicts are not there', async () => {
    await arrive(api.ann, { verdicts: { state: 'pending' } })
    expect((await list()).messages[0]).toMatchObject({
      via: null,
      signedBy: null,
      verdicts: { spf: null, dkim: [] },
    })
  })

  it.each(['?limit=0', '?limit=101', '?limit=x'])('refuses %s', async query => {
    expect((await api.ann.call('GET', `/sandbox/messages${query}`)).status).toBe(400)
  })
})

describe('GET /sandbox/messages/{id}', () => {
  it('shows the body without what runs', async () => {
    const id = await arrive()
    const { status, body } = await api.ann.call('GET', `/sandbox/messages/${id}`)
    expect(status).toBe(200)
    expect(body).toMatchObject({ id, html: expect.stringMatching(/^<p>Hi<\/p>\s*$/), attachments: [] })
  })

  it('hides it from others', async () => {
    const id = await arrive()
    for (const path of [`/sandbox/messages/${id}`, `/sandbox/messages/${id}/raw`])
      for (const member of [api.bob, api.eve]) expect((await member.call('GET', path)).status).toBe(404)
    expect((await api.ann.call('GET', '/sandbox/messages/nothing')).status).toBe(404)
    expect((await api.ann.call('GET', '/sandbox/messages/%2e%2e%2foptions')).status).toBe(404)
  })
})

it('GET /sandbox/messages/{id}/raw gives the bytes as a download', async () => {
  const id = await arrive()
  const { headers, body } = await api.ann.call('GET', `/sandbox/messages/${id}/raw`)
  expect(body.text).toBe(raw)
  expect(headers.get('content-disposition')).toContain('attachment')
})

it('POST /sandbox/domains/{id}/records publishes the records of an own domain, for admins', async () => {
  const { body } = await api.ann.call('POST', '/domains', { body: { domain: 'acme.example' } })
  const path = `/sandbox/domains/${body.id}/records`
  expect((await api.bob.call('POST', path)).status).toBe(403)
  expect((await api.eve.call('POST', path)).status).toBe(404)
  expect(published).toEqual([])
  const answer = await api.ann.call('POST', path)
  expect([answer.status, answer.body.domain]).toEqual([200, 'acme.example'])
  expect(published.map(({ name, type }) => `${name} ${type}`).toSorted()).toEqual([
    expect.stringMatching(/^bounce-\S+\.acme\.example MX$/),
    expect.stringMatching(/^bounce-\S+\.acme\.example TXT$/),
    expect.stringMatching(/^fl-\S+e\._domainkey\.acme\.example TXT$/),
    expect.stringMatching(/^fl-\S+r\._domainkey\.acme\.example TXT$/),
  ])
}, 60_000)

it('GET /sandbox/behaviours lists what can be tried out', async () => {
  const { body } = await api.ann.call('GET', '/sandbox/behaviours')
  expect(body).toMatchObject({
    recipients: [{ localPart: 'bounce' }],
    domains: [{ domain: 'nomail.example' }],
  })
})

it('is not there outside of the sandbox', async () => {
  const live = await startTestApi({ mode: 'live' })
  try {
    for (const path of ['/messages', '/behaviours', '/messages/x', '/messages/x/raw']) {
      const { body } = await live.ann.call('GET', `/sandbox${path}`)
      expect(body).toMatchObject({ status: 404, code: 'sandbox.off' })
    }
  } finally {
    await live.close()
  }
})
