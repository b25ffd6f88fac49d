import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callApi, startTestApi, type TestApi } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

const golden = [
  'GET /health/live: anyone',
  'GET /health/ready: anyone',
  'GET /metrics: this machine',
  'GET /api/openapi.json: anyone',
  'GET /api/docs: anyone',
  'GET /api/docs/style.css: anyone',
  'GET /api/v1/setup: public',
  'POST /api/v1/setup: public',
  'POST /api/v1/session: public',
  'DELETE /api/v1/session: public',
  'PUT /api/v1/session/workspace: member',
  'GET /api/v1/sessions: member',
  'DELETE /api/v1/sessions/:id: member',
  'DELETE /api/v1/sessions: member',
  'POST /api/v1/password-reset: public',
  'GET /api/v1/password-reset/:token: public',
  'POST /api/v1/password-reset/:token: public',
  'GET /api/v1/me: member',
  'PATCH /api/v1/me: member',
  'POST /api/v1/me/password: member',
  'GET /api/v1/members: member',
  'PATCH /api/v1/members/:id: admin',
  'DELETE /api/v1/members/:id: admin',
  'GET /api/v1/invitations: admin',
  'POST /api/v1/invitations: admin',
  'POST /api/v1/invitations/:id/resend: admin',
  'DELETE /api/v1/invitations/:id: admin',
  'GET /api/v1/invitation-links/:token: public',
  'POST /api/v1/invitation-links/:token/accept: public',
  'GET /api/v1/api-keys: member',
  'POST /api/v1/api-keys: member',
  'DELETE /api/v1/api-keys/:id: member',
  'POST /api/v1/emails: member',
  'GET /api/v1/emails/:id: member',
  'POST /api/v1/emails/:id/cancel: member',
  'POST /api/v1/emails/:id/undo: member',
  'POST /api/v1/emails/:id/edit: member',
  'POST /api/v1/emails/:id/send-now: member',
  'POST /api/v1/emails/:id/reschedule: member',
  'POST /api/v1/emails/:id/follow-up: member',
  'POST /api/v1/drafts: member',
  'GET /api/v1/drafts/:id: member',
  'PUT /api/v1/drafts/:id: member',
  'DELETE /api/v1/drafts/:id: member',
  'POST /api/v1/drafts/:id/check: member',
  'GET /api/v1/drafts/:id/preview: member',
  'POST /api/v1/drafts/:id/send: member',
  'GET /api/v1/drafts/:id/attachments: member',
  'DELETE /api/v1/drafts/:id/attachments/:attachmentId: member',
  'GET /api/v1/people/suggest: member',
  'POST /api/v1/preview: member',
  'GET /api/v1/before-send: member',
  'PUT /api/v1/before-send: admin',
  'POST /api/v1/deliveries/:id/retry: member',
  'POST /api/v1/deliveries/retry: member',
  'POST /api/v1/deliveries/:id/arrived: member',
  'POST /api/v1/deliveries/:id/suppression: member',
  'DELETE /api/v1/deliveries/:id/suppression: member',
  'GET /api/v1/conversations: member',
  'GET /api/v1/conversations/counts: member',
  'GET /api/v1/conversations/causes: member',
  'POST /api/v1/conversations/archive: member',
  'POST /api/v1/conversations/unarchive: member',
  'POST /api/v1/conversations/delete: member',
  'POST /api/v1/conversations/restore: member',
  'GET /api/v1/threads/:id: member',
  'GET /api/v1/inbound/:id/body: member',
  'GET /api/v1/inbound/:id/attachments/:index: member',
  'GET /api/v1/notices: admin',
  'GET /api/v1/notices/:id/raw: member',
  'GET /api/v1/live: member',
  'POST /api/v1/sandbox/domains/:id/records: admin',
  'GET /api/v1/sandbox/messages: member',
  'GET /api/v1/sandbox/behaviours: member',
  'GET /api/v1/sandbox/messages/:id: member',
  'GET /api/v1/sandbox/messages/:id/raw: member',
  'GET /api/v1/identities: member',
  'POST /api/v1/identities: member',
  'PATCH /api/v1/identities/:id: member',
  'DELETE /api/v1/identities/:id: member',
  'POST /api/v1/identities/:id/verification: member',
  'GET /api/v1/identities/:id/pictures/:contentId: member',
  'POST /api/v1/identities/:id/vouch: admin',
  'GET /api/v1/identity-verifications/:token: public',
  'POST /api/v1/identity-verifications/:token: public',
  'GET /api/v1/links/connect: member',
  'POST /api/v1/links/connect: member',
  'GET /api/v1/links/connect/:id: member',
  'POST /api/v1/links/connect/:id/confirm: member',
  'DELETE /api/v1/links/connect/:id: member',
  'GET /api/v1/links/:id/addresses: member',
  'GET /api/v1/links/:id/quota: member',
  'GET /api/v1/links: member',
  'POST /api/v1/links: member',
  'POST /api/v1/links/check: member',
  'POST /api/v1/links/:id/check: member',
  'POST /api/v1/links/detect: member',
  'GET /api/v1/links/:id/pace: member',
  'PUT /api/v1/links/:id/pace: member',
  'POST /api/v1/links/:id/round-trip: member',
  'GET /api/v1/links/:id/round-trips: member',
  'GET /api/v1/links/:id: member',
  'PATCH /api/v1/links/:id: member',
  'POST /api/v1/links/:id/pause: member',
  'POST /api/v1/links/:id/resume: member',
  'POST /api/v1/links/:id/move: member',
  'DELETE /api/v1/links/:id: member',
  'GET /api/v1/smtp-presets: member',
  'GET /api/v1/oauth-clients/:provider: admin',
  'PUT /api/v1/oauth-clients/:provider: admin',
  'GET /api/v1/channel-kinds: member',
  'GET /api/v1/domains: member',
  'POST /api/v1/domains: admin',
  'GET /api/v1/domains/:id: member',
  'DELETE /api/v1/domains/:id: admin',
  'POST /api/v1/domains/:id/check: admin',
  'POST /api/v1/domains/:id/rotate: admin',
  'GET /api/v1/domains/:id/zone: admin',
  'GET /api/v1/domains/:id/dmarc: admin',
  'GET /api/v1/allowlist: public',
  'GET /api/v1/allowlist.txt: public',
  'POST /api/v1/drafts/:id/attachments: member',
  'GET /api/v1/attachments/:id/content: member',
  'GET /oauth/callback/:provider: public',
]

describe('the routes', () => {
  it('are these, each with its access rule', () => {
    expect(api.http.routes().map(({ method, path, access }) => `${method} ${path}: ${access}`)).toEqual(
      golden,
    )
  })

  it.each(golden.filter(line => /: (member|admin)$/.test(line)))(
    '%s: ask for a key before anything else',
    async line => {
      const [, method = '', path = ''] = /^(\S+) (\S+):/.exec(line) ?? []
      const target = { method, path: path.replace(':id', 'x') }
      const body = method === 'POST' ? { body: '{ broken' } : {}
      const missing = await callApi(api.url, { ...target, ...body })
      expect(missing.body).toMatchObject({ status: 401, code: 'auth.missing' })
      expect(missing.headers.get('www-authenticate')).toBe('Bearer realm="Fairlead"')
      const wrong = await callApi(api.url, {
        ...target,
        ...body,
        headers: { authorization: `Bearer flk_${'x'.repeat(40)}` },
      })
      expect(wrong.body).toMatchObject({ status: 401, code: 'auth.invalid' })
    },
  )

  it('end elsewhere with a 404 of the same shape, and tell nothing about the server', async () => {
    for (const [method, path] of [
      ['GET', '/api/v1/nothing'],
      ['DELETE', '/api/v1/me'],
      ['GET', '/api/v1/../../etc/passwd'],
      ['POST', '/api/auth/sign-up/email'],
      ['GET', '/api/auth/session'],
    ] as const) {
      const answer = await api.ann.call(method, path)
      expect(answer.body).toMatchObject({ status: 404, code: 'route.unknown' })
      expect(answer.headers.get('x-powered-by')).toBeNull()
    }
  })
})

describe('the OpenAPI document', () => {
  it('is valid 3.1 and names every route of the contract', async () => {
    const { body } = await callApi(api.url, { method: 'GET', path: '/api/openapi.json' })
    const result = await new Validator().validate(structuredClone(body))
    expect(result.errors ?? []).toEqual([])
    expect(result.valid).toBe(true)
    const named = Object.entries(body.paths as Record<string, object>).flatMap(([path, methods]) =>
      Object.keys(methods).map(
        method => `${method.toUpperCase()} /api/v1${path.replace(/\{(\w+)\}/g, ':$1')}`,
      ),
    )
    expect(named.toSorted()).toEqual(
      golden
        .filter(line => line.includes('/api/v1'))
        .map(line => line.replace(/: .*/, ''))
        .toSorted(),
    )
    expect(JSON.stringify(body)).toContain('idempotency-key')
    expect(JSON.stringify(body)).toContain('application/problem+json')
  })

  it('can be read as a page that loads nothing from elsewhere and runs nothing', async () => {
    const { body, headers } = await callApi(api.url, { method: 'GET', path: '/api/docs' })
    const page = String(body.text)
    expect(page).toContain('POST</b> /api/v1/emails')
    expect(page).not.toMatch(/<script|https?:\/\//)
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  })
})
