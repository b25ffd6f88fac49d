import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestApi, type TestApi } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

describe('POST /links/detect', () => {
  it('answers for any address, and says when it found nothing', async () => {
    const { status, body } = await api.bob.call('POST', '/links/detect', {
      body: { address: 'Ann@acme.example' },
    })
    expect(status).toBe(200)
    // The name server of the test API does not answer.
    expect(body).toEqual({ foundBy: null, presetId: null, connectWith: null, settings: null })
  })

  it.each(['', 'ann', 'ann@', 'ann@10.0.0.1', `${'x'.repeat(400)}@acme.example`])(
    'refuses %j',
    async address => {
      const { status, body } = await api.bob.call('POST', '/links/detect', { body: { address } })
      expect(status).toBe(400)
      expect(body).toMatchObject({ code: 'request.invalid' })
    },
  )
})
