import { limits } from '@fairlead/contract'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { delivered, lead, sendAs } from './testing/deliveries.ts'
import { type OpenStream, openStream } from './testing/read-stream.ts'
import { startTestApi, type TestApi, type TestMember } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

async function open(member: TestMember, options: { lastEventId?: string; query?: string } = {}) {
  const stream = await openStream({ url: api.url, key: member.key }, options)
  onTestFinished(() => stream.close())
  return stream
}

async function ready(stream: OpenStream): Promise<string> {
  const message = await stream.next()
  expect(message?.data).toEqual({ type: 'ready' })
  return message?.id ?? ''
}

describe('GET /live', () => {
  it('tells the member what happens, with where the row stands now', async () => {
    const stream = await open(api.ann)
    expect(stream.headers.get('content-type')).toBe('text/event-stream')
    await ready(stream)
    const sent = await sendAs(api.ann)
    expect((await stream.next())?.data).toMatchObject({
      ...{ type: 'event', kind: 'released', emailId: sent.id, deliveryId: null, folder: 'in-progress' },
      hasMoved: true,
    })
    await lead(api, sent.deliveryIds[0], delivered)
    expect((await stream.next())?.data).toMatchObject({
      ...{ type: 'event', kind: 'delivered', sentence: 'Delivered', deliveryId: sent.deliveryIds[0] },
      folder: 'delivered',
    })
    await api.ann.call('POST', '/conversations/archive', { body: { ids: [sent.id] } })
    expect((await stream.next())?.data).toMatchObject({ kind: 'archived', folder: 'archived' })
  })

  it('tells nobody of the mail of others', async () => {
    const [bob, eve] = [await open(api.bob), await open(api.eve)]
    const bobsPlace = await ready(bob)
    await ready(eve)
    const anns = await sendAs(api.ann)
    const eves = await sendAs(api.eve)
    expect((await eve.next())?.data).toMatchObject({ emailId: eves.id })
    // All that happened since was missed by Bob, and none of it is his.
    await ready(await open(api.bob, { lastEventId: bobsPlace }))
    const again = await open(api.ann, { lastEventId: bobsPlace })
    expect((await again.next())?.data).toMatchObject({ emailId: anns.id })
  })

  it('tells what was missed since the last message, once, and then goes on', async () => {
    const first = await open(api.ann)
    const id = await ready(first)
    first.close()
    const missed = [await sendAs(api.ann), await sendAs(api.ann)]
    for (const options of [{ lastEventId: id }, { query: `?after=${encodeURIComponent(id)}` }]) {
      const again = await open(api.ann, options)
      for (const { id: emailId } of missed)
        expect((await again.next())?.data).toMatchObject({ type: 'event', emailId })
      await ready(again)
      again.close()
    }
  })

  it('says to load anew where too much was missed', async () => {
    const first = await open(api.ann)
    const id = await ready(first)
    first.close()
    const { deliveryIds } = await sendAs(api.ann)
    const tries = Array.from({ length: limits.liveBackfill }, () => [
      { event: 'claimed' as const },
      { event: 'deferred' as const },
    ])
    await lead(api, deliveryIds[0], tries.flat())
    const again = await open(api.ann, { lastEventId: id })
    expect((await again.next())?.data).toEqual({ type: 'reset' })
    await ready(again)
  })

  it.each(['nonsense', '1:2', '9:1:', '1:5:9', `1:2:${'1,'.repeat(3_000)}1`, "1:1:'; drop table", '::'])(
    'takes %j for a place that it does not know',
    async lastEventId => {
      const stream = await open(api.ann, { lastEventId })
      expect((await stream.next())?.data).toEqual({ type: 'reset' })
      await ready(stream)
    },
  )

  it('gives a member so many streams at a time, and says when to try again', async () => {
    const streams = []
    for (let at = 0; at < limits.liveStreamsPerMember; at += 1) streams.push(await open(api.bob))
    for (const stream of streams) await ready(stream)
    const refused = await open(api.bob)
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('30')
    await ready(await open(api.eve))
  })

  it('ends when the server stops', async () => {
    const own = await startTestApi()
    const stream = await openStream({ url: own.url, key: own.ann.key })
    await ready(stream)
    await own.close()
    expect(await stream.next()).toBeNull()
  })
})
