import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestApi, type TestApi } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

it('GET /me says whose key this is, and whether mail leaves', async () => {
  expect((await api.bob.call('GET', '/me')).body).toEqual({
    user: { name: 'Bob', address: 'bob@acme.example' },
    workspace: { id: `wsp_${api.bob.workspaceId}`, name: 'Acme' },
    member: { id: `mbr_${api.bob.memberId}`, name: 'Bob', address: 'bob@acme.example', role: 'rep' },
    workspaces: [
      { id: `wsp_${api.bob.workspaceId}`, name: 'Acme', memberId: `mbr_${api.bob.memberId}`, role: 'rep' },
    ],
    signedInBy: 'api-key',
    mode: 'sandbox',
    publicUrl: api.url,
    features: { sandboxInbox: true, channelKinds: ['managed', 'smtp'] },
  })
})
