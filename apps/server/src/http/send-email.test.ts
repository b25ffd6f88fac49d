import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestApi, type TestApi } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

const offer = { to: ['carl@north.example'], subject: 'Offer', text: 'Good morning' }
const send = (body: unknown, headers: Record<string, string> = {}) =>
  api.ann.call('POST', '/emails', { body, headers })

describe('POST /emails', () => {
  it('accepts an email, answers its recipients, and puts one delivery for each into the queue', async () => {
    const before = api.due()
    const answer = await send({
      ...offer,
      to: ['Carl Berg <carl@north.example>', 'dora@north.example'],
      cc: ['erik@south.example'],
      bcc: ['CARL@north.example', 'frida@west.example'],
    })
    expect(answer.status).toBe(202)
    expect(answer.body).toMatchObject({
      id: expect.stringMatching(/^eml_/),
      threadId: expect.stringMatching(/^thr_/),
      state: 'released',
      sendAt: null,
      recipients: [
        {
          kind: 'to',
          name: 'Carl Berg',
          address: 'carl@north.example',
          deliveryId: expect.stringMatching(/^dlv_/),
        },
        { kind: 'to', address: 'dora@north.example' },
        { kind: 'cc', address: 'erik@south.example' },
        { kind: 'bcc', address: 'frida@west.example' },
      ],
    })
    expect(api.due()).toBe(before + 1)
  })
})
