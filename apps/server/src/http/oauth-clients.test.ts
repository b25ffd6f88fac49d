import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ConnectApi, startConnectApi } from './testing/connect-api.ts'

let api: ConnectApi
const known = { 'client-1': 'a secret that nobody sees', 'client-2': 'another' }
beforeAll(async () => {
  api = await startConnectApi()
  await api.accounts.client.putClients(known)
})
afterAll(() => api.close())

describe('PUT /oauth-clients/{provider}', () => {
  it('keeps a client that the provider knows; its secret never comes back', async () => {
    const body = { clientId: 'client-1', secret: known['client-1'], allowedDomains: ['ACME.example'] }
    const put = await api.ann.call('PUT', '/oauth-clients/google', { body })
    expect(put.body).toMatchObject({
      ...{ provider: 'google', kind: 'gmail', state: 'ready', clientId: 'client-1', hasSecret: true },
      ...{ allowedDomains: ['acme.example'], redirectUri: `${api.url}/oauth/callback/google` },
    })
    expect(JSON.stringify(put.body)).not.toContain('nobody sees')
    const kept = await api.ann.call('PUT', '/oauth-clients/google', { body: { clientId: 'client-1' } })
    expect(kept.body).toMatchObject({ hasSecret: true, allowedDomains: [] })
  })

  it('asks the provider, in its words, before anything is kept', async () => {
    const wrong = { clientId: 'client-2', secret: 'mistyped' }
    for (const provider of ['google', 'microsoft']) {
      const { body } = await api.ann.call('PUT', `/oauth-clients/${provider}`, { body: wrong })
      expect(body).toMatchObject({ status: 422, code: 'oauth.client-refused' })
      expect(JSON.stringify(body)).not.toContain('mistyped')
    }
    expect((await api.ann.call('GET', '/oauth-clients/google')).body.clientId).toBe('client-1')
  })

  it('needs a secret for another client, and a domain where it says domain', async () => {
    const other = await api.ann.call('PUT', '/oauth-clients/google', { body: { clientId: 'client-2' } })
    expect(other.body).toMatchObject({ status: 422, code: 'oauth.client-incomplete' })
    const body = { clientId: 'client-1', allowedDomains: ['not a domain'] }
    expect((await api.ann.call('PUT', '/oauth-clients/google', { body })).status).toBe(400)
  })

  it('is for admins', async () => {
    const { body } = await api.bob.call('PUT', '/oauth-clients/google', {
      body: { clientId: 'x', secret: 'y' },
    })
    expect(body).toMatchObject({ status: 403, code: 'auth.forbidden' })
  })
})

describe('GET /oauth-clients/{provider}', () => {
  it('says what is missing, what to register, and that Testing mode ends grants', async () => {
    const { body } = await api.eve.call('GET', '/oauth-clients/google')
    expect(body).toMatchObject({ state: 'missing', clientId: null, hasSecret: false })
    expect(body.warnings).toMatchObject([
      { code: 'testing-mode', sentence: expect.stringContaining('7 days') },
    ])
    expect((await api.eve.call('GET', '/oauth-clients/microsoft')).body.scopes).toContain('Mail.Send')
    expect((await api.bob.call('GET', '/oauth-clients/google')).status).toBe(403)
    expect((await api.eve.call('GET', '/oauth-clients/yahoo')).status).toBe(400)
  })
})
