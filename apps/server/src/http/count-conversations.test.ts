import { afterAll, beforeAll, expect, it } from 'vitest'
import { lead, refusal, sendAs } from './testing/deliveries.ts'
import { startTestApi, type TestApi } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

it('GET /conversations/counts counts rows: emails in Sent and Pending, deliveries in Failed', async () => {
  const { deliveryIds } = await sendAs(api.ann, {
    to: ['a@north.example', 'b@north.example', 'c@north.example'],
  })
  await lead(api, deliveryIds[2], refusal)
  await sendAs(api.ann, { sendAt: new Date(Date.now() + 86_400_000).toISOString() })
  const { body } = await api.ann.call('GET', '/conversations/counts')
  expect(body.folders).toMatchObject({
    'in-progress': { count: 1, isMore: false },
    bounced: { count: 1, isMore: false },
    scheduled: { count: 1, isMore: false },
    delivered: { count: 0, isMore: false },
  })
  const others = (await api.eve.call('GET', '/conversations/counts')).body.folders as Record<
    string,
    { count: number }
  >
  expect(Object.values(others).every(({ count }) => count === 0)).toBe(true)
})
