import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sandboxClient } from '../../client.ts'
import { type Simulator, startSimulator } from '../../start-simulator.ts'
import { gmailRoutes } from '../gmail-routes.ts'
import { graphRoutes } from '../graph-routes.ts'
import { gmailErrorReply, gmailReplies } from './gmail.ts'
import { graphErrorReply, graphReplies } from './graph.ts'
import { type DocumentedReply, departures, missing } from './shape.ts'

let simulator: Simulator
let data: string
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'documented-'))
  simulator = await startSimulator({ data })
})
afterAll(async () => {
  await simulator.close()
  await rm(data, { recursive: true, force: true })
})

const raw = [
  ...['From: Ann <ann@acme.example>', 'To: Bob <bob@elsewhere.example>', 'Cc: cy@elsewhere.example'],
  ...['Subject: Hello', 'Message-ID: <m1@acme.example>', '', 'Hi'],
].join('\r\n')

/** The access token of ann@acme.example, as a web application gets it. */
async function signIn(authorize: string, token: string, scope: string): Promise<string> {
  const redirect = 'http://fairlead.test/callback'
  const verifier = 'v'.repeat(43)
  const asked = new URL(`${simulator.api}${authorize}`)
  for (const [name, value] of Object.entries({
    ...{ client_id: sandboxClient.id, redirect_uri: redirect, response_type: 'code', scope, state: 's' },
    ...{ login_hint: 'ann@acme.example', access_type: 'offline', code_challenge_method: 'S256' },
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  }))
    asked.searchParams.set(name, value)
  const answer = await fetch(asked, { redirect: 'manual' })
  const code = new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? ''
  const form = {
    ...{ grant_type: 'authorization_code', code, redirect_uri: redirect, code_verifier: verifier },
    ...{ client_id: sandboxClient.id, client_secret: sandboxClient.secret },
  }
  const given = await fetch(`${simulator.api}${token}`, { method: 'POST', body: new URLSearchParams(form) })
  return ((await given.json()) as { access_token: string }).access_token
}

type Ask = (
  documented: DocumentedReply,
  method: string,
  path: string,
  more?: { body?: BodyInit; type?: string },
) => Promise<Record<string, string>>

/** Asks, and compares the reply with what is documented of it. */
function asker(base: string, access: string, seen: Set<string>): Ask {
  return async (documented, method, path, { body, type = 'application/json' } = {}) => {
    const answer = await fetch(`${simulator.api}${base}${path}`, {
      method,
      headers: { authorization: `Bearer ${access}`, ...(body === undefined ? {} : { 'content-type': type }) },
      ...(body === undefined ? {} : { body }),
    })
    seen.add(`${method} ${new URL(answer.url).pathname.replace(base, '')}`)
    const text = await answer.text()
    const told = `${method} ${path}, documented at ${documented.source}`
    expect(answer.status, told).toBe(documented.status)
    if (documented.shape === null) {
      expect(text, told).toBe('')
      return {}
    }
    const value: unknown = JSON.parse(text)
    expect(departures(value, documented.shape), told).toEqual([])
    expect(missing(value, documented.always), told).toEqual([])
    return value as Record<string, string>
  }
}

const routesWithout = (routes: readonly { method: string; path: RegExp }[], seen: ReadonlySet<string>) =>
  routes
    .filter(
      ({ method, path }) =>
        ![...seen].some(one => one.startsWith(`${method} `) && path.test(one.slice(method.length + 1))),
    )
    .map(({ method, path }) => `${method} ${path.source}`)

const json = (value: unknown) => ({ body: JSON.stringify(value) })

describe('the simulator answers as the vendor documents', () => {
  test('Gmail, every route', async () => {
    const scope = ['compose', 'readonly']
      .map(name => `https://www.googleapis.com/auth/gmail.${name}`)
      .join(' ')
    const access = await signIn('/google/o/oauth2/v2/auth', '/google/token', scope)
    const seen = new Set<string>()
    const ask = asker('/google', access, seen)
    const me = '/gmail/v1/users/me'
    const { historyId = '' } = await ask(gmailReplies.profile, 'GET', `${me}/profile`)
    const draft = json({ message: { raw: Buffer.from(raw).toString('base64url') } })
    const { id = '' } = await ask(gmailReplies.createDraft, 'POST', `${me}/drafts`, draft)
    await ask(gmailReplies.getDraft, 'GET', `${me}/drafts/${id}?format=minimal`)
    const sent = await ask(gmailReplies.sendDraft, 'POST', `${me}/drafts/send`, json({ id }))
    const other = await ask(gmailReplies.createDraft, 'POST', `/upload${me}/drafts?uploadType=media`, {
      ...{ body: raw, type: 'message/rfc822' },
    })
    await ask(gmailReplies.deleteDraft, 'DELETE', `${me}/drafts/${other.id}`)
    await ask(gmailReplies.listMessages, 'GET', `${me}/messages?q=in:sent`)
    await ask(gmailReplies.getMetadata, 'GET', `${me}/messages/${sent.id}?format=metadata`)
    await ask(gmailReplies.getRaw, 'GET', `${me}/messages/${sent.id}?format=raw`)
    await ask(gmailReplies.listHistory, 'GET', `${me}/history?startHistoryId=${historyId}`)
    await ask(gmailReplies.listSendAs, 'GET', `${me}/settings/sendAs`)
    await ask(gmailErrorReply, 'GET', `${me}/drafts/gone`)
    expect(routesWithout(gmailRoutes, seen)).toEqual([])
  })

  test('Microsoft Graph, every route', async () => {
    const scope = 'offline_access Mail.ReadWrite Mail.Send User.Read'
    const oauth = '/microsoft/organizations/oauth2/v2.0'
    const access = await signIn(`${oauth}/authorize`, `${oauth}/token`, scope)
    const seen = new Set<string>()
    const ask = asker('/graph', access, seen)
    const me = '/v1.0/me'
    const mime = { body: Buffer.from(raw).toString('base64'), type: 'text/plain' }
    const property = { id: 'String {2f1c4c0e-5a0f-4e39-9d3c-7b1f0e6a7d51} Name Marker', value: 'm' }
    await ask(graphReplies.me, 'GET', `${me}?$select=displayName,mail,userPrincipalName,proxyAddresses`)
    const { id = '' } = await ask(graphReplies.createDraft, 'POST', `${me}/messages`, mime)
    const at = `${me}/messages/${id}`
    await ask(graphReplies.change, 'PATCH', at, json({ singleValueExtendedProperties: [property] }))
    await ask(graphReplies.get, 'GET', at)
    await ask(graphReplies.getWithHeaders, 'GET', `${at}?$select=internetMessageHeaders,receivedDateTime`)
    const expand = encodeURIComponent(`singleValueExtendedProperties($filter=id eq '${property.id}')`)
    await ask(graphReplies.getWithProperty, 'GET', `${at}?$expand=${expand}`)
    const file = { '@odata.type': '#microsoft.graph.fileAttachment', name: 'a.txt', contentBytes: 'YQ==' }
    await ask(graphReplies.addFile, 'POST', `${at}/attachments`, json(file))
    const item = { AttachmentItem: { attachmentType: 'file', name: 'b.bin', size: 3_483_322 } }
    await ask(graphReplies.openUpload, 'POST', `${at}/attachments/createUploadSession`, json(item))
    await ask(graphReplies.send, 'POST', `${at}/send`)
    seen.add(`GET ${at}/$value`)
    const whole = await fetch(`${simulator.api}/graph${at}/$value`, {
      headers: { authorization: `Bearer ${access}` },
    })
    expect([whole.status, await whole.text()]).toEqual([200, expect.stringContaining('Subject: Hello')])
    await ask(graphReplies.delta, 'GET', `${me}/mailFolders/sentitems/messages/delta`)
    await ask(graphReplies.list, 'GET', `${me}/mailFolders/sentitems/messages`)
    const { id: second } = await ask(graphReplies.createDraft, 'POST', `${me}/messages`, mime)
    await ask(graphReplies.remove, 'DELETE', `${me}/messages/${second}`)
    await ask(graphErrorReply, 'GET', `${me}/messages/gone`)
    expect(routesWithout(graphRoutes, seen)).toEqual([])
  })
})

test('a reply with another type, an unknown property or a missing one is told', () => {
  const shape = { id: 'string', list: [{ at: 'number' }] } as const
  expect(departures({ id: 1, list: [{ at: '1' }], more: true }, shape)).toEqual([
    ...['reply.id is number, not string', 'reply.list[0].at is string, not number'],
    'reply.more is not documented',
  ])
  expect(missing({ id: 'x', list: { at: 1 } }, ['id', 'list.at', 'list.on'])).toEqual(['list.on'])
})
