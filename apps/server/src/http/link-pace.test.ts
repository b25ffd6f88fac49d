import { noPace } from '@fairlead/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectServer, managedOf, startLinkApi } from './testing/links.ts'
import type { TestApi, TestMember } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startLinkApi({ traits: { pace: { batch: 20, everySeconds: 45 } } })
})
afterAll(() => api.close())

const read = async (member: TestMember, id: string) => (await member.call('GET', `/links/${id}/pace`)).body
const set = async (member: TestMember, id: string, pace: unknown) =>
  (await member.call('PUT', `/links/${id}/pace`, { body: { pace } })).body
const slow = { ...noPace, batch: 5, everySeconds: 60, perDayMessages: 200 }

describe('GET /links/{id}/pace', () => {
  it('shows what the kind comes with to all who see the link', async () => {
    const team = await connectServer(api.ann, { owner: 'team' })
    const shown = { isDefault: true, slowedBy: 1, opensAt: null, used: { messages: 0, elsewhere: 0 } }
    expect(await read(api.bob, team.id)).toMatchObject({ ...shown, pace: { batch: 20, everySeconds: 45 } })
    expect(await read(api.ann, (await managedOf(api.ann)).id)).toMatchObject({ ...shown, pace: noPace })
    expect(await read(api.eve, team.id)).toMatchObject({ status: 404 })
  })
})

describe('PUT /links/{id}/pace', () => {
  it('sets another pace, and goes back to what the kind comes with', async () => {
    const { id } = await connectServer(api.bob)
    const due = api.due()
    expect(await set(api.bob, id, slow)).toMatchObject({ pace: slow, isDefault: false })
    expect(api.due()).toBeGreaterThan(due)
    expect(await read(api.bob, id)).toMatchObject({ pace: slow, isDefault: false })
    expect(await set(api.bob, id, null)).toMatchObject({ pace: { batch: 20 }, isDefault: true })
  })

  it('is for the owner, and of the team’s and the managed servers for admins', async () => {
    const team = await connectServer(api.ann, { owner: 'team' })
    expect(await set(api.bob, team.id, slow)).toMatchObject({ status: 403 })
    expect(await set(api.ann, team.id, slow)).toMatchObject({ pace: slow })
    const bobs = await connectServer(api.bob)
    expect(await set(api.ann, bobs.id, slow)).toMatchObject({ status: 403 })
    expect(await set(api.ann, (await managedOf(api.ann)).id, slow)).toMatchObject({ pace: slow })
  })

  it.each([{ batch: 0 }, { batch: 1.5 }, { everySeconds: 0 }, { perMinute: 100_000 }, { spacingMs: -1 }])(
    'refuses %j',
    async wrong => {
      const { id } = await connectServer(api.bob)
      expect(await set(api.bob, id, { ...slow, ...wrong })).toMatchObject({ status: 400 })
    },
  )
})
