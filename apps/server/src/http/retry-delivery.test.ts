import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lead, refusal, sendAs } from './testing/deliveries.ts'
import { startTestApi, type TestApi } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

const retry = (deliveryId: string | undefined, body: object = {}) =>
  api.ann.call('POST', `/deliveries/${deliveryId}/retry`, { body })

describe('POST /deliveries/{id}/retry', () => {
  it('opens a new round for what may pass another time', async () => {
    const { deliveryIds } = await sendAs(api.ann)
    await lead(api, deliveryIds[0], [{ event: 'gaveUp', reason: { code: 'transport.expired' } }])
    const before = api.due()
    const answer = await retry(deliveryIds[0])
    expect(answer).toMatchObject({
      status: 202,
      body: { id: deliveryIds[0], state: 'queued', round: 2, note: null },
    })
    expect(api.due()).toBe(before + 1)
  })

  it('asks for another address where this one does not exist, and sends there', async () => {
    const { id, deliveryIds } = await sendAs(api.ann)
    await lead(api, deliveryIds[0], refusal)
    expect((await retry(deliveryIds[0])).body).toMatchObject({ status: 422, code: 'delivery.needs-address' })
    const corrected = await retry(deliveryIds[0], { correctedAddress: 'karl@north.example' })
    expect(corrected).toMatchObject({ status: 202, body: { address: 'karl@north.example', state: 'queued' } })
    const { body } = await api.ann.call('GET', `/emails/${id}`)
    expect(body.deliveries).toMatchObject([
      { id: deliveryIds[0], state: 'refused', supersededBy: corrected.body.id },
      { id: corrected.body.id, state: 'queued' },
    ])
    const again = await retry(deliveryIds[0], { correctedAddress: 'kurt@north.example' })
    expect(again.body).toMatchObject({ code: 'delivery.not-retryable', params: { state: 'superseded' } })
  })

  it('leaves alone what waits, and who called it spam', async () => {
    const waiting = await sendAs(api.ann)
    expect((await retry(waiting.deliveryIds[0])).body).toMatchObject({
      status: 409,
      params: { state: 'queued' },
    })
    const spam = await sendAs(api.ann)
    await lead(api, spam.deliveryIds[0], [
      { event: 'claimed' },
      { event: 'marked' },
      { event: 'delivered' },
      { event: 'complained' },
    ])
    expect((await retry(spam.deliveryIds[0])).body).toMatchObject({
      status: 409,
      code: 'delivery.complained',
    })
  })

  it('refuses wrong fields and what belongs to others', async () => {
    const { deliveryIds } = await sendAs(api.ann)
    await lead(api, deliveryIds[0], refusal)
    expect((await retry(deliveryIds[0], { correctedAddress: 'x\r\nBcc: y' })).status).toBe(422)
    expect((await retry(deliveryIds[0], { address: 'karl@north.example' })).status).toBe(400)
    expect((await retry(deliveryIds[0], { linkId: 'nonsense' })).status).toBe(404)
    for (const member of [api.bob, api.eve]) {
      const answer = await member.call('POST', `/deliveries/${deliveryIds[0]}/retry`, { body: {} })
      expect(answer.body).toMatchObject({ status: 404, params: { what: 'delivery' } })
    }
  })
})
