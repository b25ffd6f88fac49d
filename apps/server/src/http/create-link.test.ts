import type { Identity } from '@fairlead/contract'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asEngine } from '../platform/database/as-role.ts'
import { connectServer, linkOf, managedOf, password, server, startLinkApi } from './testing/links.ts'
import { startTestApi, type TestApi, type TestMember } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startLinkApi()
})
afterAll(() => api.close())

const identitiesOf = async (member: TestMember) =>
  ((await member.call('GET', '/identities')).body as unknown as { identities: Identity[] }).identities
const channelOf = async (member: TestMember, address: string) =>
  (await identitiesOf(member)).find(identity => identity.address === address)?.linkId

describe('POST /links', () => {
  it('connects a server of one’s own: ready, with its card, without its password', async () => {
    const link = await connectServer(api.bob)
    expect(link).toMatchObject({
      ...{ kind: 'smtp', name: 'Office server', owner: 'member', state: 'ready', version: 1 },
      ...{ isYours: true, mayChange: true, mayRemove: true, hasSecret: true, memberName: 'Bob' },
      settings: { kind: 'smtp', host: 'mail.acme.example', port: 587, encryption: 'starttls', imap: null },
      bounceProof: { state: 'waiting', seconds: null },
      mailbox: { state: 'not-watched' },
    })
    expect(link.card.length).toBeGreaterThan(5)
    const seen = [JSON.stringify(link), JSON.stringify((await api.bob.call('GET', '/links')).body)]
    for (const text of [...seen, api.log.join('\n')]) expect(text).not.toContain(password)
  })

  it('lets only an admin pin a certificate, the server’s or the mailbox’s', async () => {
    const certificateSha256 = 'ab'.repeat(32)
    const imap = { host: 'imap.acme.example', user: 'bob', certificateSha256 }
    for (const settings of [
      { ...server.settings, certificateSha256 },
      { ...server.settings, imap },
    ]) {
      const refused = await api.bob.call('POST', '/links', { body: { ...server, settings } })
      expect(refused).toMatchObject({ status: 403, body: { code: 'link.pin-needs-admin' } })
    }
    const settings = { ...server.settings, certificateSha256, imap }
    expect(await connectServer(api.eve, { owner: 'team', settings })).toMatchObject({ settings: { imap } })
  })

  it('seals the password for its own row', async () => {
    const found = await asEngine(api.database.db, tx =>
      sql<{ secret: string }>`select secret from fairlead.link where secret is not null`.execute(tx),
    )
    for (const { secret } of found.rows) expect(secret).toMatch(/^v1:[0-9a-f]{8}:/)
  })

  it('gives a first own link to all identities without one, and a later one to none', async () => {
    const made = await api.bob.call('POST', '/identities', {
      body: { name: 'B', address: 'b2@acme.example' },
    })
    expect(made.status).toBe(201)
    const before = await channelOf(api.bob, 'bob@acme.example')
    expect((await linkOf(api.bob, before ?? ''))?.name).toBe('Office server')
    expect(await channelOf(api.bob, 'b2@acme.example')).toBeNull()
    await connectServer(api.bob, { name: 'Second' })
    expect(await channelOf(api.bob, 'bob@acme.example')).toBe(before)
    expect(await channelOf(api.bob, 'b2@acme.example')).toBeNull()
  })

  it('makes one of the team the channel of default identities alone, and only for admins', async () => {
    expect((await api.bob.call('POST', '/links', { body: { ...server, owner: 'team' } })).body).toMatchObject(
      {
        ...{ status: 403, code: 'auth.forbidden' },
      },
    )
    await api.ann.call('POST', '/identities', { body: { name: 'A', address: 'a2@acme.example' } })
    const before = await channelOf(api.bob, 'bob@acme.example')
    const team = await connectServer(api.ann, { name: 'Team server', owner: 'team' })
    expect(team).toMatchObject({ owner: 'team', memberId: null, mayChange: true })
    expect(await channelOf(api.ann, 'ann@acme.example')).toBe(team.id)
    expect(await channelOf(api.ann, 'a2@acme.example')).toBeNull()
    expect(await channelOf(api.bob, 'bob@acme.example')).toBe(before)
    const own = await connectServer(api.ann, { name: 'Ann’s own' })
    expect(await channelOf(api.ann, 'ann@acme.example')).toBe(own.id)
    expect(await channelOf(api.ann, 'a2@acme.example')).toBe(own.id)
  })

  it('shows a team’s server to a rep without its settings, and a rep’s own to admins with the owner’s name', async () => {
    const team = await connectServer(api.ann, { name: 'For all', owner: 'team' })
    expect(await linkOf(api.bob, team.id)).toMatchObject({ settings: null, mayChange: false, isYours: true })
    const bobs = await connectServer(api.bob, { name: 'Bob’s' })
    expect(await linkOf(api.ann, bobs.id)).toMatchObject({
      ...{ memberName: 'Bob', isYours: false, mayChange: false, mayRemove: false, settings: null },
    })
    const anns = await connectServer(api.ann, { name: 'Ann’s' })
    expect(await linkOf(api.bob, anns.id)).toBeNull()
    expect(await linkOf(api.eve, team.id)).toBeNull()
  })

  it.each([
    [{ name: ' ' }, 400, 'request.invalid'],
    [{ name: 'a\nb' }, 422, 'email.line-break'],
    [{ kind: 'managed' }, 400, 'request.invalid'],
    [{ settings: { host: 'https://mail.example' } }, 400, 'request.invalid'],
    [{ settings: { ...server.settings, measured: {} } }, 400, 'request.invalid'],
    [{ secret: { password, token: 'x' } }, 400, 'request.invalid'],
  ])('refuses %j', async (fields, status, code) => {
    const answer = await api.bob.call('POST', '/links', { body: { ...server, ...fields } })
    expect(answer.body).toMatchObject({ status, code })
    expect(JSON.stringify(answer.body)).not.toContain(password)
  })

  it('stops at fifty, however many ask at once', async () => {
    const asked = Array.from({ length: 55 }, () => api.eve.call('POST', '/links', { body: server }))
    const answers = await Promise.all(asked)
    expect(answers.filter(answer => answer.status === 201)).toHaveLength(50)
    expect(answers.find(answer => answer.status !== 201)?.body).toMatchObject({ code: 'link.too-many' })
  })

  it('says so where the installation has no such channel', async () => {
    const bare = await startTestApi({ channels: new Map() })
    expect((await bare.ann.call('POST', '/links', { body: server })).body).toMatchObject({
      ...{ status: 422, code: 'link.kind-not-here' },
    })
    await bare.close()
  })

  it('leaves the managed servers as they are', async () => {
    expect(await managedOf(api.ann)).toMatchObject({
      ...{ settings: { kind: 'managed' }, hasSecret: false, bounceProof: { state: 'not-needed' } },
    })
  })
})
