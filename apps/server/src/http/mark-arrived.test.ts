import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lead, lost, refusal, sendAs } from './testing/deliveries.ts'
import { startTestApi, type TestApi } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

const arrived = (id: string | undefined, member = api.ann) =>
  member.call('POST', `/deliveries/${id}/arrived`, { body: {} })

describe('POST /deliveries/{id}/arrived', () => {
  it('settles what nobody could say, names who said it, and may be said twice', async () => {
    const { id, deliveryIds } = await sendAs(api.ann)
    await lead(api, deliveryIds[0], lost)
    const doubtful = (await api.ann.call('GET', `/emails/${id}`)).body as { deliveries: object[] }
    expect(doubtful.deliveries).toMatchObject([
      { doubt: { choices: [{ action: 'arrived' }, { action: 'retry' }] } },
    ])
    for (const _ of [1, 2]) {
      const answer = await arrived(deliveryIds[0])
      expect(answer).toMatchObject({
        status: 200,
        body: { state: 'delivered', folder: 'delivered', doubt: null },
      })
    }
    const { body } = await api.ann.call('GET', `/emails/${id}`)
    const said = (body.events as { kind: string; source: string; data: object }[]).filter(
      event => event.kind === 'delivered',
    )
    expect(said).toMatchObject([{ source: `member:${api.ann.memberId}`, data: { because: 'member-said' } }])
  })

  it('leaves alone what is not in doubt', async () => {
    const { deliveryIds } = await sendAs(api.ann)
    const waiting = await arrived(deliveryIds[0])
    expect(waiting.body).toMatchObject({
      status: 409,
      code: 'delivery.not-uncertain',
      params: { state: 'queued' },
    })
    await lead(api, deliveryIds[0], refusal)
    expect((await arrived(deliveryIds[0])).body).toMatchObject({ status: 409, params: { state: 'refused' } })
  })

  it('reaches nothing of others', async () => {
    const { deliveryIds } = await sendAs(api.ann)
    await lead(api, deliveryIds[0], lost)
    for (const member of [api.bob, api.eve])
      expect((await arrived(deliveryIds[0], member)).body).toMatchObject({ status: 404, code: 'not-found' })
    expect((await arrived('nonsense')).status).toBe(404)
  })
})
