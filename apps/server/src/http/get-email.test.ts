import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lead, refusal, sendAs } from './testing/deliveries.ts'
import { startTestApi, type TestApi } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

describe('GET /emails/{id}', () => {
  it('tells each delivery by itself: state, folder, reason in words, what happens next', async () => {
    const { id, deliveryIds } = await sendAs(api.ann, { to: ['carl@north.example', 'dora@north.example'] })
    await lead(api, deliveryIds[0], refusal)
    const { status, body } = await api.ann.call('GET', `/emails/${id}`)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      id,
      state: 'released',
      subject: 'Offer',
      from: { name: 'Ann Lee', address: 'ann@acme.example' },
      recipients: [{ deliveryId: deliveryIds[0] }, { deliveryId: deliveryIds[1] }],
      deliveries: [
        {
          id: deliveryIds[0],
          state: 'refused',
          folder: 'bounced',
          sentence: 'Refused: The mailbox carl@north.example does not exist. Check the address.',
          reason: {
            code: 'recipient.unknown',
            fault: 'recipient',
            reply: '550 5.1.1 no such user',
            status: '5.1.1',
          },
          eta: null,
        },
        {
          id: deliveryIds[1],
          state: 'queued',
          folder: 'in-progress',
          next: 'It leaves as soon as its turn comes.',
          eta: { waitsFor: 'turn', at: expect.any(String) },
        },
      ],
    })
    const events = body.events as { kind: string; recordedAt: string }[]
    expect(events.map(event => event.kind)).toEqual(['released', 'refused'])
  })

  it('says when a deferred delivery is tried again', async () => {
    const { id, deliveryIds } = await sendAs(api.ann)
    await lead(api, deliveryIds[0], [
      { event: 'claimed' },
      { event: 'deferred', reason: { code: 'rate.greylisted', reply: '451 4.7.1 try later' } },
    ])
    const { body } = await api.ann.call('GET', `/emails/${id}`)
    const [delivery] = body.deliveries as { sentence: string; tries: number }[]
    expect(delivery).toMatchObject({ state: 'queued', tries: 1, reason: { code: 'rate.greylisted' } })
    expect(delivery?.sentence).toMatch(/^Waiting: .*greylisting/)
  })

  it('does not know an email of another member, another workspace, or none', async () => {
    const { id } = await sendAs(api.ann)
    for (const member of [api.bob, api.eve]) {
      const answer = await member.call('GET', `/emails/${id}`)
      expect(answer.body).toMatchObject({ status: 404, code: 'not-found', params: { what: 'email' } })
    }
    for (const wrong of [
      'eml_01990000-0000-7000-8000-000000000000',
      'x',
      '%00',
      '..%2f..%2fme',
      "' or 1=1",
    ]) {
      expect((await api.ann.call('GET', `/emails/${wrong}`)).status).toBe(404)
    }
  })
})
