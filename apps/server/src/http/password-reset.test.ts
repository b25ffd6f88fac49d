import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { browserOf, goodPassword, mailedToken, openBrowser } from './testing/browser.ts'
import { startTestApi, type TestApi } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

const ask = (address: string) => openBrowser(api).call('POST', '/password-reset', { body: { address } })
/** Asks, and waits for the mail that is not the one before. */
async function newToken(address: string): Promise<string> {
  const before = await mailedToken(api, address)
  expect(await ask(address)).toMatchObject({ status: 202, body: { accepted: true } })
  return vi.waitFor(async () => {
    const token = await mailedToken(api, address)
    if (token === null || token === before) throw new Error('no mail yet')
    return token
  })
}
const finish = (token: string, password: string) =>
  openBrowser(api).call('POST', `/password-reset/${token}`, { body: { password } })
const show = (token: string) => openBrowser(api).call('GET', `/password-reset/${token}`)

describe('POST /password-reset', () => {
  it('answers alike for whoever has an account and whoever has none', async () => {
    const [known, unknown, wrong] = [
      await ask('bob@acme.example'),
      await ask('no@acme.example'),
      await ask('x'),
    ]
    expect(unknown).toMatchObject({ status: 202, body: known.body })
    expect(wrong).toMatchObject({ status: 202, body: known.body })
    expect(await mailedToken(api, 'no@acme.example')).toBeNull()
  })

  it('ends the link before, and mails no more than a few', async () => {
    const first = await newToken('eve@evil.example')
    const second = await newToken('eve@evil.example')
    expect((await show(first)).body).toMatchObject({ status: 410, code: 'token.unusable' })
    expect((await show(second)).status).toBe(200)
    for (let n = 0; n < 6; n++) expect((await ask('eve@evil.example')).status).toBe(202)
  })
})

describe('GET and POST /password-reset/{token}', () => {
  it('change nothing by being opened, set the password once, and end all sessions', async () => {
    const browser = await browserOf(api, api.ann)
    const token = await newToken('ann@acme.example')
    for (let n = 0; n < 3; n++)
      expect((await show(token)).body).toMatchObject({ address: 'ann@acme.example' })
    expect((await browser.call('GET', '/me')).status).toBe(200)
    expect((await finish(token, 'short')).body.code).toBe('password.too-short')
    const answers = await Promise.all([
      finish(token, 'the new one, first'),
      finish(token, 'the new one, other'),
    ])
    expect(answers.map(answer => answer.status).toSorted()).toEqual([204, 410])
    expect((await browser.call('GET', '/me')).body.code).toBe('auth.session-ended')
    const password = answers[0]?.status === 204 ? 'the new one, first' : 'the new one, other'
    const signIn = (body: object) => openBrowser(api).call('POST', '/session', { body })
    expect((await signIn({ address: 'ann@acme.example', password: goodPassword })).status).toBe(401)
    expect((await signIn({ address: 'ann@acme.example', password })).status).toBe(201)
  })

  it('give a password to a member whom the command line made', async () => {
    const token = await newToken('bob@acme.example')
    expect((await finish(token, goodPassword)).status).toBe(204)
    const body = { address: 'bob@acme.example', password: goodPassword }
    expect((await openBrowser(api).call('POST', '/session', { body })).status).toBe(201)
  })

  it('end after an hour, and with nonsense', async () => {
    const token = await newToken('bob@acme.example')
    await api.database.setClockOffset(61 * 60_000)
    expect((await show(token)).status).toBe(410)
    expect((await finish(token, goodPassword)).status).toBe(410)
    await api.database.setClockOffset(0)
    for (const wrong of ['x', 'x'.repeat(43), '%00', "'"])
      expect((await finish(wrong, goodPassword)).status).toBe(410)
    expect((await finish('x'.repeat(150), goodPassword)).body).toMatchObject({ status: 404 })
  })
})
