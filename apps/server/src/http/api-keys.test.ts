import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserOf } from './testing/browser.ts'
import { callApi, startTestApi, type TestApi } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

describe('the API keys', () => {
  it('are made, shown once, used, and ended by their member', async () => {
    const browser = await browserOf(api, api.bob)
    const made = await browser.call('POST', '/api-keys', { body: { name: 'CRM', expiresInDays: 30 } })
    const key = String(made.body.key)
    expect(made).toMatchObject({
      status: 201,
      body: { name: 'CRM', prefix: key.slice(0, 8), lastUsedAt: null },
    })
    const headers = { authorization: `Bearer ${key}` }
    const me = await callApi(api.url, { method: 'GET', path: '/me', headers })
    expect(me.body).toMatchObject({ signedInBy: 'api-key', member: { name: 'Bob' } })
    const { body } = await browser.call('GET', '/api-keys')
    const { apiKeys } = body as unknown as {
      apiKeys: { id: string; name: string; lastUsedAt: string | null }[]
    }
    expect(apiKeys.map(one => one.name)).toEqual(['CRM', 'API key'])
    expect(apiKeys[0]?.lastUsedAt).not.toBeNull()
    expect(JSON.stringify(body)).not.toContain(key)
    for (const other of [api.ann, api.eve]) {
      expect((await other.call('DELETE', `/api-keys/${made.body.id}`)).status).toBe(404)
      expect(JSON.stringify((await other.call('GET', '/api-keys')).body)).not.toContain('CRM')
    }
    expect((await browser.call('DELETE', `/api-keys/${made.body.id}`)).status).toBe(204)
    expect((await callApi(api.url, { method: 'GET', path: '/me', headers })).body.code).toBe('auth.invalid')
    expect((await browser.call('DELETE', `/api-keys/${made.body.id}`)).status).toBe(404)
  })

  it.each([
    ['no name', { name: '' }, 400],
    ['a line break', { name: 'a\nb' }, 422],
    ['an endless life', { name: 'x', expiresInDays: 1e9 }, 400],
    ['an owner', { name: 'x', memberId: 'mbr_x' }, 400],
  ])('are not made with %s', async (_, body, status) => {
    expect((await api.ann.call('POST', '/api-keys', { body })).status).toBe(status)
  })
})
