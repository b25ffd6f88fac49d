import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestApi, type TestApi } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

it('GET /links lists the delivery channels that the member can use: first the managed servers', async () => {
  const { body } = await api.bob.call('GET', '/links')
  expect(body.links).toMatchObject([{ kind: 'managed', owner: 'team', state: 'ready', reason: null }])
  expect(JSON.stringify(body)).not.toContain('secret')
  const theirs = (await api.eve.call('GET', '/links')).body.links
  expect(theirs).toHaveLength(1)
  expect(theirs).not.toEqual(body.links)
})
