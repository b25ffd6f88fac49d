import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asEngine } from '../platform/database/as-role.ts'
import { connectServer, managedOf, startLinkApi } from './testing/links.ts'
import { tripsOf } from './testing/open-round-trip-world.ts'
import { startTestApi, type TestApi } from './testing/start-test-api.ts'

describe('GET /links/{id}/round-trips', () => {
  let api: TestApi
  let clockMs = 0
  beforeAll(async () => {
    api = await startLinkApi({ send: async () => ({ is: 'accepted', finalHop: false }) })
  })
  afterAll(() => api.close())
  const pass = async (minutes: number) => {
    clockMs += minutes * 60_000
    await api.database.setClockOffset(clockMs)
  }

  it('tells of a message that does not come: on its way, then lost', async () => {
    const link = await connectServer(api.ann)
    expect(await tripsOf(api.ann, link.id)).toEqual({ canMeasure: true, sentence: null, roundTrips: [] })
    await api.ann.call('POST', `/links/${link.id}/round-trip`, { body: {} })
    expect((await tripsOf(api.ann, link.id)).roundTrips).toMatchObject([
      { state: 'on-its-way', measured: null },
    ])
    await pass(16)
    expect((await tripsOf(api.ann, link.id)).roundTrips).toMatchObject([
      { state: 'lost', sentence: 'The message did not arrive within 15 minutes.' },
    ])
  })

  it('shows the newest beside the newest measured one', async () => {
    const link = await connectServer(api.ann, { name: 'Second server' })
    for (const isMeasured of [true, true, false]) {
      await pass(2)
      const { body } = await api.ann.call('POST', `/links/${link.id}/round-trip`, { body: {} })
      if (isMeasured) await measure(String(body.id).slice(4))
    }
    const { roundTrips } = await tripsOf(api.ann, link.id)
    expect(roundTrips.map(trip => trip.state)).toEqual(['on-its-way', 'measured'])
    expect(Date.parse(roundTrips[0]?.sentAt ?? '') - Date.parse(roundTrips[1]?.sentAt ?? '')).toBeLessThan(
      150_000,
    )
  })

  it('shows an admin those of all, a rep their own, a stranger none', async () => {
    const managed = await managedOf(api.ann)
    await api.ann.call('POST', `/links/${managed.id}/round-trip`, { body: {} })
    expect((await tripsOf(api.ann, managed.id)).roundTrips).toHaveLength(1)
    expect((await tripsOf(api.bob, managed.id)).roundTrips).toHaveLength(0)
    expect((await api.eve.call('GET', `/links/${managed.id}/round-trips`)).status).toBe(404)
  })

  it('says where nothing can be measured, and starts nothing there', async () => {
    const closed = await startTestApi({ receivesMail: false })
    try {
      const managed = await managedOf(closed.ann)
      expect(await tripsOf(closed.ann, managed.id)).toMatchObject({
        canMeasure: false,
        sentence: 'This installation receives no mail from outside, so it cannot be measured here.',
      })
      const { body } = await closed.ann.call('POST', `/links/${managed.id}/round-trip`, { body: {} })
      expect(body).toMatchObject({ status: 422, code: 'link.round-trip-not-here' })
    } finally {
      await closed.close()
    }
  })

  const nothing = { from: null, spf: null, dkim: [], dmarc: null, arc: null }
  const measure = (id: string) =>
    asEngine(api.database.db, tx =>
      sql`
        update fairlead.round_trip set arrived_at = fairlead.now(), measured_at = fairlead.now(),
          measured = ${JSON.stringify(nothing)}::jsonb, differences = '[]' where id = ${id}`.execute(tx),
    )
})
