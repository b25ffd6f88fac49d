import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Address } from '../mail/message.ts'
import { asEngine } from '../platform/database/as-role.ts'
import { addMember } from '../team/add-member.ts'
import { findOrCreateUser } from '../team/find-or-create-user.ts'
import { setPassword } from '../team/passwords.ts'
import { browserOf, goodPassword, openBrowser } from './testing/browser.ts'
import { callApi, startTestApi, type TestApi } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi({ rates: { perAddress: 10_000 } })
})
afterAll(() => api.close())

const forgetTries = () => asEngine(api.database.db, tx => sql`delete from fairlead.attempt_pace`.execute(tx))
const signIn = (address: string, password: string) =>
  openBrowser(api).call('POST', '/session', { body: { address, password } })

describe('POST /session', () => {
  it('signs in, whatever the capitals of the address, and then the cookie is the member', async () => {
    await browserOf(api, api.ann)
    const browser = openBrowser(api)
    const answer = await browser.call('POST', '/session', {
      body: { address: 'ANN@acme.example', password: goodPassword },
    })
    expect(answer).toMatchObject({
      status: 201,
      body: { signedInBy: 'session', workspace: { name: 'Acme' } },
    })
    expect((await browser.call('GET', '/me')).body).toEqual(answer.body)
  })

  it('says the same to a wrong password, an unknown address and no address', async () => {
    for (const address of ['ann@acme.example', 'nobody@acme.example', 'bob@acme.example', 'x']) {
      const answer = await signIn(address, 'not the password')
      expect(answer.body).toMatchObject({ status: 401, code: 'auth.wrong-password' })
      expect(answer.headers.getSetCookie()).toEqual([])
    }
  })

  it('slows guessing down, counts what comes at once, and does not lock the owner out elsewhere', async () => {
    await browserOf(api, api.ann)
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) => signIn('ann@acme.example', `guess number ${n}`)),
    )
    const slowed = answers.filter(answer => answer.body.code === 'auth.too-many-attempts')
    expect(slowed.length).toBeGreaterThanOrEqual(90)
    expect(slowed[0]?.body).toMatchObject({ status: 429, detail: expect.stringContaining('try again') })
    await api.database.setClockOffset(301_000)
    try {
      expect((await signIn('ann@acme.example', goodPassword)).status).toBe(201)
    } finally {
      await api.database.setClockOffset(0)
      await forgetTries()
    }
  })

  it('signs nobody in who is in no workspace', async () => {
    const userId = await findOrCreateUser(api.auth, { address: 'gone@acme.example' as Address, name: 'Gone' })
    await setPassword(api.auth, userId, goodPassword)
    const answer = await signIn('gone@acme.example', goodPassword)
    expect(answer.body).toMatchObject({ status: 403, code: 'auth.no-workspace' })
    expect(answer.headers.getSetCookie()).toEqual([])
  })
})

describe('a session', () => {
  it('is nobody any more when it was changed, or has ended', async () => {
    const browser = await browserOf(api, api.bob)
    const { cookies } = browser
    const me = (cookie: string) => callApi(api.url, { method: 'GET', path: '/me', headers: { cookie } })
    expect((await me(cookies())).status).toBe(200)
    const forged = cookies().replace(/=(..)/, '=xx')
    expect((await me(forged)).body).toMatchObject({ status: 401, code: 'auth.session-ended' })
    const kept = cookies()
    await browser.call('DELETE', '/session')
    expect(cookies()).toBe('')
    expect((await me(kept)).body).toMatchObject({ status: 401, code: 'auth.session-ended' })
    expect((await browser.call('GET', '/me')).body.code).toBe('auth.missing')
    expect((await browser.call('DELETE', '/session')).status).toBe(204)
  })

  it('lasts 14 days since the last visit', async () => {
    const browser = await browserOf(api, api.bob)
    const days = async () => {
      const found = await sql<{ days: number }>`
        select extract(epoch from max("expiresAt") - clock_timestamp())::float8 / 86400 as days from auth.session
        where "userId" = ${api.bob.userId}`.execute(api.database.db)
      return found.rows[0]?.days ?? 0
    }
    expect(await days()).toBeCloseTo(14, 1)
    await sql`update auth.session set "expiresAt" = clock_timestamp() + interval '3 days' where "userId" = ${api.bob.userId}`.execute(
      api.database.db,
    )
    const visit = await browser.call('GET', '/me')
    expect(visit.status).toBe(200)
    expect(visit.headers.getSetCookie().join()).toMatch(/Max-Age=1209600/i)
    expect(await days()).toBeCloseTo(14, 1)
    await sql`update auth.session set "expiresAt" = clock_timestamp() - interval '1 second' where "userId" = ${api.bob.userId}`.execute(
      api.database.db,
    )
    expect((await browser.call('GET', '/me')).body.code).toBe('auth.session-ended')
  })
})

describe('a change by session', () => {
  const change = (headers: Record<string, string>) =>
    callApi(api.url, { method: 'PATCH', path: '/me', body: { name: 'Bob' }, headers })

  it('comes from our own pages alone', async () => {
    const cookie = (await browserOf(api, api.bob)).cookies()
    const own = new URL(api.url)
    const goods: Record<string, string>[] = [{ 'sec-fetch-site': 'same-origin' }, { origin: own.origin }]
    for (const good of goods) {
      expect((await change({ cookie, ...good })).status).toBe(200)
    }
    for (const bad of [
      {},
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
      { 'sec-fetch-site': 'cross-site', origin: own.origin },
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: `${own.origin}.evil.example` },
    ]) {
      expect((await change({ cookie, ...bad } as Record<string, string>)).body).toMatchObject({
        ...{ status: 403, code: 'auth.cross-site' },
      })
    }
  })

  it('is JSON, as a form of another site can never be', async () => {
    const cookie = (await browserOf(api, api.bob)).cookies()
    const types = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']
    for (const type of types) {
      const answer = await change({ cookie, 'sec-fetch-site': 'same-origin', 'content-type': type })
      expect(answer.status).toBe(415)
    }
  })

  it('needs no origin where an API key says who calls', async () => {
    expect((await api.bob.call('PATCH', '/me', { body: { name: 'Bob' } })).status).toBe(200)
  })

  it('cannot sign a visitor of another site in or out', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }
    const body = { address: 'bob@acme.example', password: goodPassword }
    expect((await callApi(api.url, { method: 'POST', path: '/session', body, headers })).body.code).toBe(
      'auth.cross-site',
    )
    const browser = await browserOf(api, api.bob)
    expect((await browser.call('DELETE', '/session', { headers })).body.code).toBe('auth.cross-site')
    expect((await browser.call('GET', '/me')).status).toBe(200)
  })
})

describe('GET and DELETE /sessions', () => {
  it('show where somebody is signed in, and end one or all others', async () => {
    const [here, there, third] = [
      await browserOf(api, api.eve),
      await browserOf(api, api.eve),
      await browserOf(api, api.eve),
    ]
    const list = async () =>
      (
        (await here.call('GET', '/sessions')).body as unknown as {
          sessions: { id: string; isCurrent: boolean; ip: string }[]
        }
      ).sessions
    const before = await list()
    expect(before.filter(session => session.isCurrent)).toHaveLength(1)
    expect(before[0]?.ip).toBe('127.0.0.1')
    expect(JSON.stringify(before)).not.toContain(here.cookies().slice(25, 45))
    const other = before.find(session => !session.isCurrent)
    expect((await api.ann.call('DELETE', `/sessions/${other?.id}`)).status).toBe(404)
    expect((await here.call('DELETE', `/sessions/${other?.id}`)).status).toBe(204)
    expect((await here.call('DELETE', `/sessions/${other?.id}`)).status).toBe(404)
    expect(await list()).toHaveLength(before.length - 1)
    expect((await here.call('DELETE', '/sessions')).status).toBe(200)
    expect(await list()).toHaveLength(1)
    expect((await there.call('GET', '/me')).status).toBe(401)
    expect((await third.call('GET', '/me')).status).toBe(401)
    expect((await here.call('GET', '/me')).status).toBe(200)
  })
})

describe('POST /me/password', () => {
  const next = 'another walk along the harbour'
  it('asks for the present one, and ends the other sessions', async () => {
    const here = await browserOf(api, api.eve)
    const there = await browserOf(api, api.eve)
    const change = (currentPassword: string, newPassword: string) =>
      here.call('POST', '/me/password', { body: { currentPassword, newPassword } })
    expect((await change('wrong', next)).body.code).toBe('password.wrong')
    expect((await change(goodPassword, 'short')).body.code).toBe('password.too-short')
    expect((await change(goodPassword, next)).status).toBe(200)
    expect((await there.call('GET', '/me')).status).toBe(401)
    expect((await here.call('GET', '/me')).status).toBe(200)
    expect((await signIn('eve@evil.example', goodPassword)).status).toBe(401)
    expect((await signIn('eve@evil.example', next)).status).toBe(201)
  })
})

describe('PUT /session/workspace', () => {
  it('moves a member of several, for the session or for one request', async () => {
    const deps = { db: api.database.db, auth: api.auth }
    const wish = { name: 'Ann', address: 'ann@acme.example' as Address, role: 'rep' as const }
    await addMember(deps, { ...wish, workspaceId: api.eve.workspaceId })
    const browser = await browserOf(api, api.ann)
    const evil = `wsp_${api.eve.workspaceId}`
    const me = async (headers = {}) => (await browser.call('GET', '/me', { headers })).body
    expect(await me()).toMatchObject({ workspace: { name: 'Acme' }, workspaces: [{}, { name: 'Evil' }] })
    expect(await me({ 'fairlead-workspace': evil })).toMatchObject({
      ...{ workspace: { name: 'Evil' }, member: { role: 'rep' } },
    })
    const moved = await browser.call('PUT', '/session/workspace', { body: { workspaceId: evil } })
    expect(moved.body).toMatchObject({ workspace: { name: 'Evil' } })
    expect(await me()).toMatchObject({ workspace: { name: 'Evil' } })
  })

  it('knows no workspace of others', async () => {
    const browser = await browserOf(api, api.bob)
    const body = { workspaceId: `wsp_${api.eve.workspaceId}` }
    expect((await browser.call('PUT', '/session/workspace', { body })).body).toMatchObject({
      ...{ status: 404, params: { what: 'workspace' } },
    })
    for (const workspace of [body.workspaceId, 'nonsense']) {
      const headers = { 'fairlead-workspace': workspace }
      expect((await browser.call('GET', '/me', { headers })).status).toBe(404)
    }
  })
})
