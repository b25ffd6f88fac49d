import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asEngine } from '../platform/database/as-role.ts'
import { goodPassword, openBrowser } from './testing/browser.ts'
import { callApi, startTestApi, type TestApi } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

const removeEverybody = () =>
  asEngine(api.database.db, tx => sql`update fairlead.member set removed_at = now()`.execute(tx))
const wish = (n: number) => ({
  ...{
    workspaceName: `Firm ${n}`,
    name: 'Ida First',
    address: `ida${n}@first.example`,
    password: goodPassword,
  },
})
const needsSetup = async () => (await callApi(api.url, { method: 'GET', path: '/setup' })).body

describe('GET and POST /setup', () => {
  it('are closed as soon as somebody is a member', async () => {
    expect(await needsSetup()).toEqual({ needsSetup: false, mode: 'sandbox', signUpOpen: false })
    const answer = await openBrowser(api).call('POST', '/setup', { body: wish(0) })
    expect(answer.body).toMatchObject({ status: 409, code: 'setup.done' })
  })

  it.each([
    ['a short password', { password: 'too short' }, 422, 'password.too-short'],
    ['a long password', { password: 'x'.repeat(257) }, 422, 'password.too-long'],
    ['an endless password', { password: 'x'.repeat(5_000) }, 400, 'request.invalid'],
    ['no name', { name: ' ' }, 400, 'request.invalid'],
    ['a header in the name', { name: 'Ida\r\nBcc: x@y.example' }, 422, 'email.line-break'],
    ['a header in the workspace', { workspaceName: 'a\nb' }, 422, 'email.line-break'],
    ['a wrong address', { address: 'ida' }, 422, 'email.address-invalid'],
  ])('refuse %s', async (_, wrong, status, code) => {
    const answer = await openBrowser(api).call('POST', '/setup', { body: { ...wish(0), ...wrong } })
    expect(answer.body).toMatchObject({ status, code })
  })

  it('make one workspace of several first visitors, who is signed in and can send', async () => {
    await removeEverybody()
    expect(await needsSetup()).toMatchObject({ needsSetup: true })
    const visitors = Array.from({ length: 5 }, () => openBrowser(api))
    const answers = await Promise.all(
      visitors.map((visitor, n) => visitor.call('POST', '/setup', { body: wish(n) })),
    )
    const won = answers.findIndex(answer => answer.status === 201)
    expect(answers.filter(answer => answer.status === 201)).toHaveLength(1)
    expect(answers.filter(answer => answer.body.code === 'setup.done')).toHaveLength(4)
    expect(answers[won]?.body).toMatchObject({ member: { role: 'admin' }, signedInBy: 'session' })
    const [cookie = ''] = answers[won]?.headers.getSetCookie() ?? []
    expect(cookie).toMatch(/^fairlead\.session_token=.*HttpOnly/i)
    expect(cookie).toMatch(/SameSite=Lax/i)
    expect(cookie).not.toMatch(/Secure/i)
    const sent = await visitors[won]?.call('POST', '/emails', {
      body: { to: ['c@north.example'], subject: 'Hello', text: 'Hello' },
    })
    expect(sent?.status).toBe(202)
    expect(await needsSetup()).toMatchObject({ needsSetup: false })
  })
})
