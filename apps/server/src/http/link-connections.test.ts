import { sandboxClient } from '@fairlead/simulator/client'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { asEngine } from '../platform/database/as-role.ts'
import { parseId } from '../platform/ids.ts'
import { browserOf, type TestBrowser } from './testing/browser.ts'
import { type ConnectApi, consentAs, followBack, startConnectApi } from './testing/connect-api.ts'
import type { TestMember } from './testing/start-test-api.ts'

let api: ConnectApi
let browser: TestBrowser
beforeAll(async () => {
  api = await startConnectApi()
  await api.accounts.client.putClients({ client: 'secret of the client' })
  browser = await browserOf(api, api.bob)
})
afterAll(() => api.close())
beforeEach(async () => {
  await asEngine(api.database.db, async tx => {
    await sql`update fairlead.identity set link_id = null`.execute(tx)
    await sql`delete from fairlead.link where kind <> 'managed'`.execute(tx)
  })
  await setUp(api.ann)
})

const setUp = (admin: TestMember, more: object = {}) =>
  Promise.all(
    ['google', 'microsoft'].map(provider =>
      admin.call('PUT', `/oauth-clients/${provider}`, {
        body: { clientId: 'client', secret: 'secret of the client', ...more },
      }),
    ),
  )
const start = async (kind: string) => {
  const { body } = await browser.call('POST', '/links/connect', { body: { kind } })
  return body as { id: string; authorizationUrl: string; pending: unknown }
}
const comeBack = async (kind: string, address: string) => {
  const { authorizationUrl } = await start(kind)
  return followBack(api, await consentAs(authorizationUrl, address), { cookie: browser.cookies() })
}
const confirm = (id: string | null, body: object = {}) =>
  browser.call('POST', `/links/connect/${id}/confirm`, { body })
const connect = async (kind: string, address: string) =>
  (await confirm((await comeBack(kind, address)).get('connection'))).body

describe.each([
  ['gmail', 'Gmail'],
  ['microsoft', 'Microsoft 365'],
])('connecting %s', (kind, named) => {
  it('asks with a proof key, a state and the exact address, shows the account, and connects it', async () => {
    const { authorizationUrl, pending } = await start(kind)
    const asked = new URL(authorizationUrl).searchParams
    expect(pending).toBeNull()
    expect(asked.get('code_challenge_method')).toBe('S256')
    expect(asked.get('redirect_uri')).toMatch(/\/oauth\/callback\/(google|microsoft)$/)
    const back = await followBack(api, await consentAs(authorizationUrl, 'bob@acme.example'), {
      cookie: browser.cookies(),
    })
    const id = back.get('connection')
    const shown = await browser.call('GET', `/links/connect/${id}`)
    expect(shown.body).toMatchObject({
      kind,
      address: 'bob@acme.example',
      reconnects: null,
      replaces: null,
      isSimulated: false,
    })
    const { body } = await confirm(id)
    expect(body).toMatchObject({
      kind,
      name: `${named} (bob@acme.example)`,
      owner: 'member',
      state: 'ready',
      hasSecret: true,
    })
    expect((await confirm(id)).status).toBe(404)
    const [identity] = (await browser.call('GET', '/identities')).body.identities as {
      linkId: string
      verifiedBy: string
    }[]
    expect(identity).toMatchObject({ linkId: body.id, verifiedBy: 'account' })
  })

  it('the same account again mends the link that it is', async () => {
    const link = await connect(kind, 'bob@acme.example')
    const id = (await comeBack(kind, 'BOB@acme.example')).get('connection')
    expect((await browser.call('GET', `/links/connect/${id}`)).body).toMatchObject({ reconnects: link.id })
    expect((await confirm(id)).body).toMatchObject({ id: link.id, state: 'ready' })
  })

  it('another account replaces the first, after a question', async () => {
    const first = await connect(kind, 'bob@acme.example')
    const id = (await comeBack(kind, 'bob.second@acme.example')).get('connection')
    expect((await browser.call('GET', `/links/connect/${id}`)).body.replaces).toMatchObject({
      linkId: first.id,
      waiting: 0,
    })
    expect((await confirm(id)).body).toMatchObject({ status: 409, code: 'oauth.must-replace' })
    const second = (await confirm(id, { waiting: 'move' })).body
    expect(second).toMatchObject({ name: `${named} (bob.second@acme.example)` })
    const { links } = (await browser.call('GET', '/links')).body as unknown as {
      links: { id: string; kind: string }[]
    }
    expect(links.filter(link => link.kind === kind).map(link => link.id)).toEqual([second.id])
    const [identity] = (await browser.call('GET', '/identities')).body.identities as { linkId: string }[]
    expect(identity?.linkId).toBe(second.id)
  })

  it('more than one, where the admin allows it', async () => {
    await setUp(api.ann, { allowsSeveral: true })
    await connect(kind, 'bob@acme.example')
    expect(await connect(kind, 'bob.other@acme.example')).toMatchObject({ state: 'ready' })
  })

  it('an account of another domain is refused, and its grant given back', async () => {
    await setUp(api.ann, { allowedDomains: ['acme.example'] })
    const back = await comeBack(kind, `private.${kind}@elsewhere.example`)
    expect(back.get('connectProblem')).toBe('oauth.wrong-domain')
    const [account] = (await api.accounts.client.accounts()).filter(one =>
      one.address.startsWith(`private.${kind}`),
    )
    if (kind === 'gmail') expect(account?.grants).toBe(0)
  })

  it('dropped: nothing is connected', async () => {
    const id = (await comeBack(kind, 'bob.third@acme.example')).get('connection')
    expect((await browser.call('DELETE', `/links/connect/${id}`)).status).toBe(200)
    expect((await confirm(id)).status).toBe(404)
  })
})

describe('GET /oauth/callback/{provider}', () => {
  it('does nothing without the state that this member began with, and nothing twice', async () => {
    const { authorizationUrl } = await start('gmail')
    const path = await consentAs(authorizationUrl, 'bob@acme.example')
    const cookie = browser.cookies()
    const stale = (query: URLSearchParams) => query.get('connectProblem')
    expect(stale(await followBack(api, path))).toBe('oauth.stale')
    const others = await browserOf(api, api.ann)
    expect(stale(await followBack(api, path, { cookie: others.cookies() }))).toBe('oauth.stale')
    expect(stale(await followBack(api, path.replace('google', 'microsoft'), { cookie }))).toBe('oauth.stale')
    expect(stale(await followBack(api, path.replace(/state=[^&]+/, 'state=guessed'), { cookie }))).toBe(
      'oauth.stale',
    )
    expect((await followBack(api, path, { cookie })).get('connection')).toBeTruthy()
    expect(stale(await followBack(api, path, { cookie }))).toBe('oauth.stale')
  })

  it('says that consent was not given', async () => {
    const state = new URL((await start('gmail')).authorizationUrl).searchParams.get('state')
    const path = `/oauth/callback/google?state=${state}&error=access_denied`
    expect((await followBack(api, path, { cookie: browser.cookies() })).get('connectProblem')).toBe(
      'oauth.denied',
    )
  })
})

describe('GET /links/connect', () => {
  it('says what can be connected, and POST that an admin has to set it up first', async () => {
    expect((await api.eve.call('GET', '/links/connect')).body.options).toMatchObject([
      { kind: 'gmail', state: 'needs-client' },
      { kind: 'microsoft', state: 'needs-client' },
    ])
    const { body } = await api.eve.call('POST', '/links/connect', { body: { kind: 'gmail' } })
    expect(body).toMatchObject({ status: 422, code: 'oauth.client-missing', params: { provider: 'Google' } })
  })

  it('nobody else sees a connection', async () => {
    const id = (await comeBack('gmail', 'bob@acme.example')).get('connection')
    for (const other of [api.ann, api.eve])
      expect((await other.call('GET', `/links/connect/${id}`)).status).toBe(404)
  })
})

describe('DELETE /links/{id}', () => {
  const grantsOf = async (address: string) =>
    (await api.accounts.client.accounts()).find(one => one.address === address && one.vendor === 'google')
      ?.grants
  const remove = (id: unknown) => browser.call('DELETE', `/links/${id}`)

  it('gives the grant back at the provider', async () => {
    const link = await connect('gmail', 'bob.leaves@acme.example')
    expect(await grantsOf('bob.leaves@acme.example')).toBe(1)
    expect((await api.eve.call('DELETE', `/links/${link.id}`)).status).toBe(404)
    expect((await api.ann.call('DELETE', `/links/${link.id}`)).status).toBe(403)
    expect(await grantsOf('bob.leaves@acme.example')).toBe(1)
    expect((await remove(link.id)).status).toBe(200)
    expect(await grantsOf('bob.leaves@acme.example')).toBe(0)
    expect((await remove(link.id)).status).toBe(200)
    expect((await browser.call('GET', `/links/${link.id}`)).status).toBe(404)
  })

  it('removes the link also where the provider does not take the grant back, and where there is no place for it', async () => {
    const link = await connect('gmail', 'bob.stuck@acme.example')
    await api.accounts.client.putFaults([{ vendor: 'google', path: 'revoke', does: 'answer', status: 503 }])
    expect((await remove(link.id)).status).toBe(200)
    expect(await api.accounts.client.faultsLeft()).toBe(0)
    const other = await connect('microsoft', 'bob.stuck@acme.example')
    expect((await remove(other.id)).status).toBe(200)
    for (const { id } of [link, other]) expect((await browser.call('GET', `/links/${id}`)).status).toBe(404)
  })

  it('removes the link also where its secret cannot be opened any more', async () => {
    const link = await connect('gmail', 'bob.sealed@acme.example')
    await asEngine(api.database.db, tx =>
      sql`update fairlead.link set secret = 'v1:another:key:of:old' where id = ${parseId('link', String(link.id))}`.execute(
        tx,
      ),
    )
    expect((await remove(link.id)).status).toBe(200)
    expect(await grantsOf('bob.sealed@acme.example')).toBe(1)
  })
})

describe('GET /links/{id}/addresses', () => {
  it('lists what the account may send as, and verifies the identities among them', async () => {
    const address = 'sales@brand.example'
    await api.accounts.client.putAccount({
      vendor: 'google',
      address: 'bob@acme.example',
      aliases: [{ address, name: 'Sales', isConfirmed: true }],
    })
    const link = await connect('gmail', 'bob@acme.example')
    const { body } = await browser.call('POST', '/identities', { body: { name: 'Bob', address } })
    expect(body).toMatchObject({ verifiedBy: 'account' })
    const listed = await browser.call('GET', `/links/${link.id}/addresses`)
    expect(listed.body.addresses).toMatchObject([
      { address: 'bob@acme.example', kind: 'account', isConfirmed: true },
      { address, kind: 'alias', identityId: body.id },
    ])
  })

  it('a grant that was revoked pauses the link', async () => {
    const link = await connect('gmail', 'bob.gone@acme.example')
    await api.accounts.client.putAccount({
      vendor: 'google',
      address: 'bob.gone@acme.example',
      does: 'revoke',
    })
    expect((await browser.call('GET', `/links/${link.id}/addresses`)).body).toMatchObject({
      code: 'link.not-usable',
    })
    expect((await browser.call('GET', `/links/${link.id}`)).body).toMatchObject({
      state: 'needs-attention',
      reason: { code: 'link.login' },
    })
  })
})

describe('GET /links/{id}/quota', () => {
  it('says what is left today, and who says so', async () => {
    const link = await connect('gmail', 'bob@acme.example')
    const { body } = await browser.call('GET', `/links/${link.id}/quota`)
    expect(body).toMatchObject({ window: 'rolling-24h' })
    expect(body.limits).toMatchObject([
      { counts: 'messages', limit: 2_000, used: 0, left: 2_000, source: expect.stringMatching(/^https:/) },
      { counts: 'recipients', limit: 10_000 },
      { counts: 'external-recipients', limit: 3_000 },
    ])
    expect((await api.eve.call('GET', `/links/${link.id}/quota`)).status).toBe(404)
  })
})

describe('in the sandbox', () => {
  it('connects with one click, marked as simulated, without a client', async () => {
    const sandbox = await startConnectApi({ simulatedClient: sandboxClient })
    try {
      expect((await sandbox.bob.call('GET', '/links/connect')).body.options).toMatchObject([
        { state: 'simulated' },
        { state: 'simulated' },
      ])
      const { body } = await sandbox.bob.call('POST', '/links/connect', { body: { kind: 'gmail' } })
      expect(body).toMatchObject({
        authorizationUrl: null,
        pending: { address: 'bob@acme.example', isSimulated: true },
      })
      expect(
        (await sandbox.bob.call('POST', `/links/connect/${body.id}/confirm`, { body: {} })).body,
      ).toMatchObject({ kind: 'gmail', state: 'ready' })
    } finally {
      await sandbox.close()
    }
  })
})

describe('tokens, codes and secrets', () => {
  it('stand in no answer and no line of the log, and sealed in the database', async () => {
    const { authorizationUrl } = await start('gmail')
    const path = await consentAs(authorizationUrl, 'bob.quiet@acme.example')
    const back = await followBack(api, path, { cookie: browser.cookies() })
    const answers = [
      await browser.call('GET', `/links/connect/${back.get('connection')}`),
      await confirm(back.get('connection')),
      await browser.call('GET', '/links'),
      await browser.call('GET', '/oauth-clients/google'),
    ]
    const stored = await asEngine(api.database.db, tx =>
      sql<{
        row: unknown
      }>`select to_jsonb(l) as row from fairlead.link l union all select to_jsonb(c) from fairlead.oauth_client c union all select to_jsonb(o) from fairlead.oauth_connection o`.execute(
        tx,
      ),
    )
    const everywhere = JSON.stringify([answers.map(one => one.body), api.log, stored.rows])
    const code = new URLSearchParams(path.split('?')[1]).get('code') ?? 'none'
    for (const secret of ['ya29.', '1//0', 'eyJ0eXAi.', 'secret of the client', code])
      expect(everywhere).not.toContain(secret)
  })
})
