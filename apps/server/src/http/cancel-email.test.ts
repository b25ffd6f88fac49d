import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lead, sendAs } from './testing/deliveries.ts'
import { startTestApi, type TestApi } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString()

describe('POST /emails/{id}/cancel', () => {
  it('takes a scheduled email back whole', async () => {
    const { id } = await sendAs(api.ann, { sendAt: tomorrow() })
    const answer = await api.ann.call('POST', `/emails/${id}/cancel`)
    expect(answer).toMatchObject({
      status: 200,
      body: { id, state: 'cancelled', cancelled: [], tooLate: [] },
    })
    const again = await api.ann.call('POST', `/emails/${id}/cancel`, { body: {} })
    expect(again.body).toMatchObject({
      status: 409,
      code: 'email.not-cancellable',
      params: { state: 'cancelled' },
    })
  })

  it('takes back of a released email what has not left', async () => {
    const { id, deliveryIds } = await sendAs(api.ann, { to: ['carl@north.example', 'dora@north.example'] })
    await lead(api, deliveryIds[0], [{ event: 'claimed' }, { event: 'marked' }])
    const answer = await api.ann.call('POST', `/emails/${id}/cancel`)
    expect(answer.body).toMatchObject({ cancelled: [deliveryIds[1]], tooLate: [deliveryIds[0]] })
  })

  it('does not know emails of others', async () => {
    const { id } = await sendAs(api.ann, { sendAt: tomorrow() })
    for (const member of [api.bob, api.eve]) {
      expect((await member.call('POST', `/emails/${id}/cancel`)).status).toBe(404)
    }
    const { body } = await api.ann.call('GET', `/emails/${id}`)
    expect(body.state).toBe('scheduled')
  })
})
