import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asEngine } from '../platform/database/as-role.ts'
import { newId, showId } from '../platform/ids.ts'
import { browserOf } from './testing/browser.ts'
import { sendAs } from './testing/deliveries.ts'
import { draftOf, upload } from './testing/drafts.ts'
import { connectServer, startLinkApi } from './testing/links.ts'
import { receive } from './testing/receive.ts'
import type { Answer, TestApi } from './testing/start-test-api.ts'

let api: TestApi
let things: Readonly<Record<string, string>>
beforeAll(async () => {
  api = await startLinkApi()
  things = await makeOneOfEach()
})
afterAll(() => api.close())

const idOf = ({ body }: Answer): string => String(body.id)

/** Ann's, one of each kind, by the part of the path that names the kind. */
async function makeOneOfEach(): Promise<Record<string, string>> {
  const { ann } = api
  const sent = await sendAs(ann)
  const draft = await draftOf(ann)
  const file = await upload(
    { api, member: ann, id: draft.id },
    { content: Buffer.from('x'), query: 'filename=a.txt' },
  )
  const came = await receive(api, { member: ann, emailId: sent.id, raw: 'From: x@north.example\r\n\r\nHi' })
  const body = { name: 'Ann', address: 'ann2@acme.example' }
  const invited = await ann.call('POST', '/invitations', {
    body: { address: 'new@acme.example', role: 'rep' },
  })
  const browser = await browserOf(api, ann)
  const { sessions } = (await browser.call('GET', '/sessions')).body as { sessions: { id: string }[] }
  return {
    ...{ emails: sent.id, drafts: draft.id, threads: came.threadId, deliveries: sent.deliveryIds[0] ?? '' },
    ...{ attachments: idOf(file), inbound: came.inboundId, notices: came.noticeId },
    ...{ identities: idOf(await ann.call('POST', '/identities', { body })), invitations: idOf(invited) },
    ...{ links: (await connectServer(ann)).id, members: showId('member', ann.memberId) },
    ...{ 'api-keys': ann.keyId, sessions: sessions[0]?.id ?? '', domains: await domainOfAnn() },
  }
}

async function domainOfAnn(): Promise<string> {
  const { body } = await api.ann.call('POST', '/domains', { body: { domain: 'acme.example' } })
  return String(body.id)
}

/** What a route has to be given to come as far as looking for the thing. */
const bodies: Readonly<Record<string, object>> = {
  'PUT /drafts': { version: 1, subject: 'Mine now' },
  'POST /drafts/send': { version: 1 },
  'POST /emails/reschedule': { sendAt: new Date(Date.now() + 3_600_000).toISOString() },
  'POST /links/move': { toLinkId: showId('link', newId('link')) },
  'PUT /links/pace': { pace: null },
  'PATCH /links': { version: 1, name: 'Mine now' },
  'PATCH /members': { role: 'rep' },
}

/** Routes whose `id` is of something that lives for minutes alone, or only in the sandbox: their own tests look. */
const elsewhere = /^\/api\/v1\/(?:links\/connect|sandbox|sessions\/:id)/

describe('the ids of another workspace', () => {
  it('lead nowhere, in whatever route they stand, and change nothing', async () => {
    const before = await rows()
    const found: Record<string, unknown> = {}
    for (const { method, path } of api.http.routes()) {
      const [, kind = '', rest = ''] = /^\/api\/v1\/([\w-]+)\/:id\b(?:\/(\w[\w-]*))?/.exec(path) ?? []
      if (kind === '' || elsewhere.test(path)) continue
      const id = things[kind]
      if (!id) throw new Error(`nothing was made for ${path}`)
      const target = path
        .replace('/api/v1', '')
        .replace(':id', id)
        .replace(':attachmentId', things.attachments ?? '')
        .replace(':index', '0')
        .replace(':contentId', 'x')
      const body = bodies[[`${method} /${kind}`, rest].filter(Boolean).join('/')] ?? {}
      const isUpload = path.endsWith('/attachments') && method === 'POST'
      const headers: Record<string, string> = isUpload ? { 'content-type': 'application/octet-stream' } : {}
      const options = method === 'GET' || method === 'DELETE' ? {} : { body: isUpload ? 'x' : body, headers }
      const { status } = await api.eve.call(method, isUpload ? `${target}?filename=a.txt` : target, options)
      found[`${method} ${path}`] = status
    }
    expect(Object.entries(found).filter(([, status]) => status !== 404)).toEqual([])
    expect(Object.keys(found).length).toBeGreaterThan(40)
    expect(await rows()).toEqual(before)
  })
})

/** Everything of Ann's workspace that a foreign request could have changed. */
async function rows(): Promise<unknown> {
  const tables = [
    'email',
    'attachment',
    'delivery',
    'identity',
    'link',
    'member',
    'invitation',
    'sending_domain',
  ]
  const read = (table: string) =>
    asEngine(api.database.db, tx =>
      sql`select to_jsonb(t) as row from ${sql.table(`fairlead.${table}`)} t
        where workspace_id = ${api.ann.workspaceId} order by id`.execute(tx),
    )
  return Promise.all(tables.map(async table => [table, (await read(table)).rows]))
}
