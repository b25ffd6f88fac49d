import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asEngine } from '../platform/database/as-role.ts'
import { parseId } from '../platform/ids.ts'
import { browserOf, goodPassword, mailedToken, openBrowser, type TestBrowser } from './testing/browser.ts'
import { sendAs } from './testing/deliveries.ts'
import { connectServer, server } from './testing/links.ts'
import { startTestApi, type TestApi, type TestMember } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

const invite = (member: TestMember, body: object) => member.call('POST', '/invitations', { body })
async function invited(address: string, role = 'rep') {
  const answer = await invite(api.ann, { address, role })
  const token = await mailedToken(api, address)
  if (answer.status !== 201 || token === null) throw new Error(JSON.stringify(answer.body))
  return { id: String(answer.body.id), token }
}
const show = (token: string, browser: TestBrowser = openBrowser(api)) =>
  browser.call('GET', `/invitation-links/${token}`)
const accept = (token: string, body: object, browser: TestBrowser = openBrowser(api)) =>
  browser.call('POST', `/invitation-links/${token}/accept`, { body })
const account = { name: 'Carla Newman', password: goodPassword }

describe('POST /invitations', () => {
  it('mails a link that says who invites whom to what, from the platform and in nobody’s Conversations', async () => {
    const { token } = await invited('carl@acme.example')
    expect((await show(token)).body).toMatchObject({
      ...{ workspaceName: 'Acme', address: 'carl@acme.example', invitedBy: 'Ann Lee', needs: 'account' },
    })
    const mails = await asEngine(api.database.db, tx =>
      sql<{ from: string; headers: string[]; state: string }>`
        select m.from_address as "from", m.headers, d.state from fairlead.message m
        join fairlead.delivery d on d.message_id = m.id where d.address = 'carl@acme.example'`.execute(tx),
    )
    expect(mails.rows).toMatchObject([{ from: 'no-reply@mail.fairlead.test', state: 'queued' }])
    expect(mails.rows[0]?.headers.join('\n')).toContain('Auto-Submitted: auto-generated')
    const rows = (await api.ann.call('GET', '/conversations')).body.rows
    expect(rows).toEqual([])
  })

  it('is for admins, for addresses, and for people who are not there yet', async () => {
    expect((await invite(api.bob, { address: 'd@acme.example' })).body.code).toBe('auth.forbidden')
    expect((await invite(api.ann, { address: 'BOB@acme.example' })).body.code).toBe('member.exists')
    for (const address of ['x', 'Dora <d@acme.example>', 'd@acme.example\nBcc: e@acme.example']) {
      expect((await invite(api.ann, { address })).body.code).toBe('email.address-invalid')
    }
    expect((await invite(api.ann, { address: 'd@acme.example', role: 'owner' })).status).toBe(400)
  })

  it('replaces an open invitation of the same address, however many come at once', async () => {
    const first = await invited('dora@acme.example')
    await Promise.all(Array.from({ length: 4 }, () => invite(api.ann, { address: 'Dora@acme.example' })))
    expect((await show(first.token)).body.code).toBe('token.unusable')
    const { body } = await api.ann.call('GET', '/invitations')
    const { invitations } = body as unknown as { invitations: { address: string; state: string }[] }
    expect(invitations.filter(one => one.address.toLowerCase() === 'dora@acme.example')).toMatchObject([
      { state: 'open' },
    ])
  })
})

describe('GET /invitations, resend and DELETE', () => {
  it('show, renew and take back, in the own workspace alone', async () => {
    const { id, token } = await invited('emil@acme.example')
    for (const other of [api.eve, api.bob]) {
      const expected = other === api.eve ? 404 : 403
      expect((await other.call('POST', `/invitations/${id}/resend`)).status).toBe(expected)
      expect((await other.call('DELETE', `/invitations/${id}`)).status).toBe(expected)
    }
    expect(JSON.stringify((await api.eve.call('GET', '/invitations')).body)).not.toContain(id)
    expect((await api.bob.call('GET', '/invitations')).status).toBe(403)
    expect((await api.ann.call('POST', `/invitations/${id}/resend`)).status).toBe(202)
    const renewed = (await mailedToken(api, 'emil@acme.example')) ?? ''
    expect(renewed).not.toBe(token)
    expect((await show(token)).status).toBe(410)
    expect((await show(renewed)).status).toBe(200)
    expect((await api.ann.call('DELETE', `/invitations/${id}`)).status).toBe(204)
    expect((await show(renewed)).status).toBe(410)
    expect((await accept(renewed, account)).status).toBe(410)
    for (const [method, path] of [
      ['DELETE', ''],
      ['POST', '/resend'],
    ] as const) {
      expect((await api.ann.call(method, `/invitations/${id}${path}`)).body.code).toBe('invitation.not-open')
    }
  })

  it('end after seven days, and can be renewed then', async () => {
    const { id, token } = await invited('fay@acme.example')
    await api.database.setClockOffset(7 * 86_400_000 + 1_000)
    expect((await show(token)).status).toBe(410)
    expect(JSON.stringify((await api.ann.call('GET', '/invitations')).body)).toContain('"expired"')
    expect((await api.ann.call('POST', `/invitations/${id}/resend`)).body.state).toBe('open')
    await api.database.setClockOffset(0)
  })
})

describe('POST /invitation-links/{token}/accept', () => {
  it('makes a member who is signed in, can send, and sees nothing of the others', async () => {
    await sendAs(api.ann)
    const { token } = await invited('gina@acme.example')
    const browser = openBrowser(api)
    const answer = await accept(token, { ...account, name: 'Gina' }, browser)
    expect(answer).toMatchObject({
      status: 201,
      body: { workspace: { name: 'Acme' }, member: { name: 'Gina', role: 'rep' }, signedInBy: 'session' },
    })
    expect((await browser.call('GET', '/identities')).body.identities).toMatchObject([
      { address: 'gina@acme.example', isDefault: true, verifiedBy: 'mail' },
    ])
    expect((await browser.call('GET', '/conversations')).body.rows).toEqual([])
    const body = { to: ['c@north.example'], subject: 'Hello', text: 'Hello' }
    expect((await browser.call('POST', '/emails', { body })).status).toBe(202)
    expect((await accept(token, account)).body.code).toBe('token.unusable')
  })

  it('gives the default identity the team’s own server, the oldest that is still there', async () => {
    const made: string[] = []
    for (const name of ['Old', 'First', 'Second'])
      made.push((await connectServer(api.ann, { name, owner: 'team' })).id)
    await connectServer(api.bob)
    await api.ann.call('DELETE', `/links/${made[0]}`)
    const browser = openBrowser(api)
    const { token } = await invited('gus@acme.example')
    expect((await accept(token, account, browser)).status).toBe(201)
    const identities = (await browser.call('GET', '/identities')).body.identities
    expect(identities).toMatchObject([{ address: 'gus@acme.example', linkId: made[1] }])
    const own = await browser.call('POST', '/links', { body: server })
    expect((await browser.call('GET', '/identities')).body.identities).toMatchObject([
      { linkId: own.body.id },
    ])
    for (const id of made) await api.ann.call('DELETE', `/links/${id}`)
    const later = openBrowser(api)
    await accept((await invited('gwen@acme.example')).token, account, later)
    expect((await later.call('GET', '/identities')).body.identities).toMatchObject([{ linkId: null }])
  })

  it('waits for a team’s server that is being connected, so that it is given to the new member too', async () => {
    const joining = ['hal', 'hana', 'hans'].map(name => invited(`${name}@acme.example`))
    const tokens = (await Promise.all(joining)).map(one => one.token)
    const [link] = await Promise.all([
      connectServer(api.ann, { name: 'Just now', owner: 'team' }),
      ...tokens.map(token => accept(token, account)),
    ])
    const found = await asEngine(api.database.db, tx =>
      sql<{ linkId: string | null }>`
        select link_id as "linkId" from fairlead.identity where address like 'ha%@acme.example'`.execute(tx),
    )
    expect(found.rows).toEqual(Array(3).fill({ linkId: parseId('link', link.id) }))
    await api.ann.call('DELETE', `/links/${link.id}`)
  })

  it('works once, however many press at once', async () => {
    const { token } = await invited('hugo@acme.example')
    const answers = await Promise.all(Array.from({ length: 4 }, () => accept(token, account)))
    expect(answers.map(answer => answer.status).toSorted()[0]).toBe(201)
    expect(answers.filter(answer => answer.status === 201)).toHaveLength(1)
  })

  it('asks for a name and a good password', async () => {
    const { token } = await invited('ines@acme.example')
    expect((await accept(token, {})).body).toMatchObject({ status: 400, params: { field: 'name' } })
    expect((await accept(token, { name: 'Ines', password: 'short' })).body.code).toBe('password.too-short')
    expect((await accept(token, { name: 'a\nb', password: goodPassword })).status).toBe(422)
    expect((await show(token)).status).toBe(200)
  })

  it('asks a person with an account to sign in, and then needs nothing more', async () => {
    const eve = await browserOf(api, api.eve)
    const { token } = await invited('eve@evil.example', 'admin')
    expect((await show(token)).body.needs).toBe('sign-in')
    expect((await accept(token, account)).body.code).toBe('invitation.sign-in-first')
    const bob = await browserOf(api, api.bob)
    expect((await accept(token, {}, bob)).body.code).toBe('invitation.other-address')
    expect((await show(token, eve)).body.needs).toBe('nothing')
    const answer = await accept(token, {}, eve)
    expect(answer.body).toMatchObject({
      workspace: { name: 'Acme' },
      workspaces: [{ name: 'Evil' }, { name: 'Acme' }],
    })
    expect((await eve.call('GET', '/me')).body).toMatchObject({ workspace: { name: 'Acme' } })
  })
})
