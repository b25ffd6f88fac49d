import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lead, refusal, sendAs } from './testing/deliveries.ts'
import { startTestApi, type TestApi } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

const retry = (body: object, member = api.ann) => member.call('POST', '/deliveries/retry', { body })
const expired = [{ event: 'gaveUp', reason: { code: 'transport.expired' } }] as const

describe('POST /deliveries/retry', () => {
  it('retries what can be, says of each other one why not, and answers each id once', async () => {
    const [one, two, waiting] = [await sendAs(api.ann), await sendAs(api.ann), await sendAs(api.ann)]
    await lead(api, one.deliveryIds[0], expired)
    await lead(api, two.deliveryIds[0], refusal)
    const ids = [one, two, waiting].map(sent => sent.deliveryIds[0])
    const { status, body } = await retry({ ids: [...ids, 'nonsense', ids[0]] })
    expect(status).toBe(200)
    expect(body.results).toMatchObject([
      { id: ids[0], deliveryId: ids[0], problem: null },
      { id: ids[1], deliveryId: null, problem: { code: 'delivery.needs-address', status: 422 } },
      { id: ids[2], deliveryId: null, problem: { code: 'delivery.not-retryable' } },
      { id: 'nonsense', deliveryId: null, problem: { code: 'not-found' } },
    ])
  })

  it('reaches nothing of others', async () => {
    const { deliveryIds } = await sendAs(api.ann)
    await lead(api, deliveryIds[0], expired)
    for (const member of [api.bob, api.eve]) {
      const { body } = await retry({ ids: deliveryIds }, member)
      expect(body.results).toMatchObject([{ deliveryId: null, problem: { code: 'not-found' } }])
    }
    const { body } = await retry({ ids: deliveryIds, linkId: 'nonsense' })
    expect(body.results).toMatchObject([
      { problem: { code: 'not-found', params: { what: 'delivery channel' } } },
    ])
  })

  it('refuses wrong fields', async () => {
    expect((await retry({ ids: [] })).status).toBe(400)
    expect((await retry({ ids: Array.from({ length: 101 }, () => 'dlv_1') })).status).toBe(400)
    expect((await retry({ ids: ['dlv_1'], correctedAddress: 'a@b.example' })).status).toBe(400)
  })
})
