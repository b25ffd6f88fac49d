import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { CheckStage, CheckWishes } from '../channels/channel.ts'
import type { LinkScript } from '../channels/testing/scripted-link-channel.ts'
import { breakLink } from '../links/set-link-state.ts'
import { asEngine } from '../platform/database/as-role.ts'
import { type LinkId, parseId } from '../platform/ids.ts'
import {
  connectServer,
  linkOf,
  managedOf,
  password,
  readPost,
  server,
  startLinkApi,
} from './testing/links.ts'
import type { TestApi } from './testing/start-test-api.ts'

let api: TestApi
let stages: (secret: () => Promise<string>) => AsyncIterable<CheckStage>
let seen: Pick<CheckWishes, 'from' | 'probeReturnPath'> & {
  host: unknown
  senders: readonly string[]
  secret: string | null
}
const script: LinkScript = {
  async *check(link, wishes) {
    const read = async () => link.withSecret(secret => Promise.resolve(secret))
    const { host } = link.settings as { host: string }
    const senders = (wishes.senders ?? []).map(sender => sender.address)
    seen = { ...wishes, host, senders, secret: null }
    yield* stages(async () => {
      seen.secret = await read()
      return seen.secret
    })
  },
}
beforeAll(async () => {
  api = await startLinkApi(script)
})
afterAll(() => api.close())
beforeEach(() => {
  stages = async function* allPass(secret) {
    yield { stage: 'find', state: 'running' }
    yield { stage: 'find', state: 'passed', facts: { address: '192.0.2.1' } }
    await secret()
    yield { stage: 'sign-in', state: 'passed' }
  }
})
const { kind, settings, secret } = server
const wanted = { kind, settings, secret }
const json = JSON.stringify({ password })

describe('POST /links/check', () => {
  it('tries no pin of a rep’s', async () => {
    const pinned = { ...settings, certificateSha256: 'ab'.repeat(32) }
    const answer = await readPost(api, api.bob, '/links/check', { ...wanted, settings: pinned })
    expect(answer).toMatchObject({ status: 403, text: expect.stringContaining('link.pin-needs-admin') })
  })

  it('streams the stages of what is not saved, and shows no secret', async () => {
    const answer = await readPost(api, api.bob, '/links/check', { ...wanted, from: 'sign-in' })
    expect(answer.type).toMatch(/^text\/event-stream/)
    expect(answer.messages).toMatchObject([
      { stage: 'find', state: 'running', title: 'Find the server', facts: {} },
      { stage: 'find', state: 'passed', facts: { address: '192.0.2.1' } },
      { stage: 'sign-in', state: 'passed' },
    ])
    expect(seen).toMatchObject({ secret: json, from: 'sign-in', host: 'mail.acme.example' })
    expect(seen.probeReturnPath).toBe('b-probe@bounces.fairlead.test')
    expect(answer.text + api.log.join('\n')).not.toContain(password)
  })

  it('ends with the failed stage, in words, with the verbatim reply', async () => {
    stages = async function* refused() {
      yield { stage: 'sign-in', state: 'failed', reason: { code: 'link.login', reply: '535 5.7.8 Bad' } }
    }
    const { messages } = await readPost(api, api.bob, '/links/check', wanted)
    expect(messages).toMatchObject([
      { stage: 'sign-in', state: 'failed', reason: { code: 'link.login', reply: '535 5.7.8 Bad' } },
    ])
  })

  it('makes a throw of the channel a failed stage', async () => {
    stages = async function* broken() {
      yield { stage: 'connect', state: 'running' }
      throw new Error('a bug')
    }
    const { messages } = await readPost(api, api.bob, '/links/check', wanted)
    expect(messages.at(-1)).toMatchObject({
      stage: 'connect',
      state: 'failed',
      reason: { code: 'local.error' },
    })
    const none = await readPost(api, api.bob, '/links/check', { kind, settings })
    expect(none.status).toBe(200)
  })

  it('takes a team’s settings from admins alone', async () => {
    const answer = await readPost(api, api.bob, '/links/check', { ...wanted, owner: 'team' })
    expect(answer.status).toBe(403)
  })

  it('runs three at once for a member, and lets the next one in when one has ended', async () => {
    const gate = Promise.withResolvers<void>()
    const started = Promise.withResolvers<void>()
    let running = 0
    stages = async function* waiting() {
      running += 1
      if (running === 3) started.resolve()
      await gate.promise
      yield { stage: 'find', state: 'passed' }
    }
    const three = [1, 2, 3].map(() => readPost(api, api.bob, '/links/check', wanted))
    await started.promise
    expect((await readPost(api, api.bob, '/links/check', wanted)).status).toBe(429)
    gate.resolve()
    await Promise.all(three)
    expect((await readPost(api, api.bob, '/links/check', wanted)).status).toBe(200)
  })
})

describe('POST /links/{id}/check', () => {
  it('mends a link that needed attention when every stage passes as saved', async () => {
    const { id } = await connectServer(api.bob)
    await breakIt(id)
    const due = api.due()
    await readPost(api, api.bob, `/links/${id}/check`, {})
    expect(seen.secret).toBe(json)
    expect(await linkOf(api.bob, id)).toMatchObject({ state: 'ready', reason: null })
    expect(api.due()).toBeGreaterThan(due)
  })

  it('mends nothing when a stage fails, or other settings were tried', async () => {
    const { id } = await connectServer(api.bob)
    await breakIt(id)
    const other = { ...settings, port: 2525 }
    await readPost(api, api.bob, `/links/${id}/check`, { settings: other })
    expect(await linkOf(api.bob, id)).toMatchObject({ state: 'needs-attention', settings: { port: 587 } })
    stages = async function* refused() {
      yield { stage: 'sign-in', state: 'failed', reason: { code: 'link.login' } }
    }
    await readPost(api, api.bob, `/links/${id}/check`, {})
    expect((await linkOf(api.bob, id))?.state).toBe('needs-attention')
  })

  it('tries the stored password on no other server', async () => {
    const { id } = await connectServer(api.bob)
    const body = { settings: { ...settings, host: 'evil.example' } }
    expect((await readPost(api, api.bob, `/links/${id}/check`, body)).text).toContain('link.needs-secret')
    const given = await readPost(api, api.bob, `/links/${id}/check`, { ...body, secret })
    expect(given.status).toBe(200)
    expect(seen.host).toBe('evil.example')
  })

  it('keeps which identities the server lets send, and shows it at the identity and before sending', async () => {
    const { id } = await connectServer(api.ann)
    stages = async function* asks() {
      const about = seen.senders[0] ?? ''
      const reason = { code: 'identity.not-permitted', reply: '550 5.7.60 SendAsDenied' } as const
      yield { stage: 'sender', state: 'failed', about, reason }
    }
    await readPost(api, api.ann, `/links/${id}/check`, {})
    expect(seen.senders).toEqual(['ann@acme.example'])
    expect((await linkOf(api.ann, id))?.identities).toMatchObject([
      { address: 'ann@acme.example', state: 'refused', reason: { reply: '550 5.7.60 SendAsDenied' } },
    ])
    const { identities } = (await api.ann.call('GET', '/identities')).body as { identities: object[] }
    expect(identities).toContainEqual(
      expect.objectContaining({ permission: expect.objectContaining({ state: 'refused' }) }),
    )
    const draft = (
      await api.ann.call('POST', '/drafts', { body: { to: ['c@x.example'], subject: 's', html: 'x' } })
    ).body
    const check = (await api.ann.call('POST', `/drafts/${String(draft.id)}/check`)).body as {
      findings: object[]
    }
    expect(check.findings).toContainEqual(
      expect.objectContaining({ severity: 'warning', fix: 'choose-channel', code: 'identity.not-permitted' }),
    )
  })

  it('keeps what was learned of the server, unless the link was changed meanwhile', async () => {
    const { id } = await connectServer(api.bob)
    const learned = { ...settings, measured: { filesSentCopy: true } }
    stages = async function* learns() {
      yield { stage: 'hello', state: 'passed', learned }
    }
    await readPost(api, api.bob, `/links/${id}/check`, {})
    expect((await linkOf(api.bob, id))?.settings).toMatchObject({ measured: { filesSentCopy: true } })
    stages = async function* changes() {
      await api.bob.call('PATCH', `/links/${id}`, {
        body: { version: 1, settings: { ...settings, port: 26 } },
      })
      yield { stage: 'hello', state: 'passed', learned }
    }
    await readPost(api, api.bob, `/links/${id}/check`, {})
    expect((await linkOf(api.bob, id))?.settings).toMatchObject({
      port: 26,
      measured: { filesSentCopy: null },
    })
  })

  it('is for those who may change the link', async () => {
    const team = await connectServer(api.ann, { owner: 'team' })
    expect((await readPost(api, api.bob, `/links/${team.id}/check`, {})).status).toBe(403)
    expect((await readPost(api, api.eve, `/links/${team.id}/check`, {})).status).toBe(404)
    const managed = await managedOf(api.ann)
    expect((await readPost(api, api.ann, `/links/${managed.id}/check`, { settings })).text).toContain(
      'link.built-in',
    )
  })
})

async function breakIt(id: string): Promise<void> {
  const linkId = parseId('link', id) as LinkId
  const { workspaceId } = api.bob
  await asEngine(api.database.db, tx =>
    breakLink(tx, { workspaceId, linkId, reason: { code: 'link.login', reply: '535 5.7.8 no' } }),
  )
}
