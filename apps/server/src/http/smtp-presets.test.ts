import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestApi, type TestApi } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

interface Preset {
  id: string
  connectWith: string | null
  settings: { host: string; port: number; encryption: string }
}

describe('GET /smtp-presets', () => {
  it('names services, and points Gmail and Microsoft to their own channels', async () => {
    const { body } = await api.bob.call('GET', '/smtp-presets')
    const presets = (body as unknown as { presets: Preset[] }).presets
    expect(presets.map(({ id }) => id)).toEqual(
      expect.arrayContaining([
        ...['exchange', 'microsoft-365', 'google', 'sendgrid', 'sparkpost'],
        ...['mailgun', 'ses', 'postmark', 'zoho', 'fastmail', 'own'],
      ]),
    )
    const channels = presets.filter(({ connectWith }) => connectWith !== null)
    expect(channels.map(({ id, connectWith }) => [id, connectWith])).toEqual([
      ['microsoft-365', 'microsoft'],
      ['google', 'gmail'],
    ])
    for (const { settings } of presets) expect(['tls', 'starttls']).toContain(settings.encryption)
  })
})
