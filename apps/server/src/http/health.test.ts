import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callApi, startTestApi, type TestApi } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

const get = (path: string, headers: Record<string, string> = {}) =>
  callApi(api.url, { method: 'GET', path, headers })

describe('health', () => {
  it('says that the process lives and can work', async () => {
    expect(await get('/health/live')).toMatchObject({ status: 200, body: { isAlive: true } })
    expect(await get('/health/ready')).toMatchObject({
      status: 200,
      body: { isReady: true, database: true, migrations: true, worker: null },
    })
  })

  it('is not ready when its worker is gone, or the database', async () => {
    const lame = await startTestApi({ isWorkerAlive: () => false })
    const ready = () => callApi(lame.url, { method: 'GET', path: '/health/ready' })
    expect(await ready()).toMatchObject({ status: 503, body: { worker: false, database: true } })
    await lame.database.close()
    expect(await ready()).toMatchObject({ status: 503, body: { isReady: false, database: false } })
    const answer = await lame.ann.call('GET', '/links')
    expect(answer.body).toMatchObject({ status: 503, code: 'service.unavailable' })
    await lame.http.close(0)
  })

  it('shows figures to this machine, not through a proxy', async () => {
    await api.ann.call('GET', '/me')
    const figures = await fetch(`${api.url}/metrics`)
    expect(await figures.text()).toContain(
      'fairlead_http_request_seconds_count{method="GET",route="/api/v1/me",status="200"} 1',
    )
    for (const header of ['x-forwarded-for', 'forwarded', 'via']) {
      expect((await fetch(`${api.url}/metrics`, { headers: { [header]: '203.0.113.9' } })).status).toBe(404)
    }
  })
})
