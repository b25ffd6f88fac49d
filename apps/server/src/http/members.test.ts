import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserOf, goodPassword, mailedToken, openBrowser } from './testing/browser.ts'
import { sendAs } from './testing/deliveries.ts'
import { startTestApi, type TestApi, type TestMember } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

interface Shown {
  id: string
  role: string
  isYou: boolean
  waiting: { scheduled: number; queued: number }
}
const list = async (member: TestMember) =>
  ((await member.call('GET', '/members')).body as unknown as { members: Shown[] }).members
const idOf = ({ memberId }: TestMember) => `mbr_${memberId}`
const setRole = (by: TestMember, of: TestMember, role: string) =>
  by.call('PATCH', `/members/${idOf(of)}`, { body: { role } })
const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString()

describe('GET /members', () => {
  it('shows an admin all with their waiting mail, a rep themselves, and nobody the platform', async () => {
    await sendAs(api.ann)
    await sendAs(api.ann, { sendAt: tomorrow() })
    expect(await list(api.ann)).toMatchObject([
      { id: idOf(api.ann), isYou: true, role: 'admin', waiting: { scheduled: 1, queued: 1 } },
      { id: idOf(api.bob), isYou: false, role: 'rep', waiting: { scheduled: 0, queued: 0 } },
    ])
    expect(await list(api.bob)).toMatchObject([{ id: idOf(api.bob), isYou: true }])
  })
})

describe('PATCH /members/{id}', () => {
  it('changes the role at once, for admins of the workspace alone', async () => {
    expect((await setRole(api.bob, api.bob, 'admin')).body.code).toBe('auth.forbidden')
    expect((await setRole(api.eve, api.bob, 'admin')).body).toMatchObject({ status: 404 })
    expect((await setRole(api.ann, api.bob, 'admin')).body.role).toBe('admin')
    expect((await setRole(api.ann, api.bob, 'rep')).body.role).toBe('rep')
    expect((await setRole(api.ann, api.bob, 'owner')).status).toBe(400)
  })

  it('leaves an admin, also when two resign at once', async () => {
    expect((await setRole(api.ann, api.ann, 'rep')).body.code).toBe('member.last-admin')
    expect((await api.ann.call('DELETE', `/members/${idOf(api.ann)}`)).body.code).toBe('member.last-admin')
    await setRole(api.ann, api.bob, 'admin')
    const bob = await browserOf(api, api.bob)
    const answers = await Promise.all([
      setRole(api.ann, api.ann, 'rep'),
      bob.call('PATCH', `/members/${idOf(api.bob)}`, { body: { role: 'rep' } }),
    ])
    expect(answers.map(answer => answer.status).toSorted()).toEqual([200, 409])
    const ann = await browserOf(api, api.ann)
    const members = (await ann.call('GET', '/me')).body as unknown as { member: { role: string } }
    const admin = members.member.role === 'admin' ? ann : bob
    await admin.call('PATCH', `/members/${idOf(api.ann)}`, { body: { role: 'admin' } })
    await ann.call('PATCH', `/members/${idOf(api.bob)}`, { body: { role: 'rep' } })
  })
})

describe('DELETE /members/{id}', () => {
  it('ends sessions and keys, keeps the mail, and an invitation brings all back', async () => {
    const browser = await browserOf(api, api.bob)
    const ann = await browserOf(api, api.ann)
    await ann.call('POST', `/identities/${await firstIdentity(api.bob)}/vouch`)
    const { id } = await sendAs(api.bob)
    expect((await api.eve.call('DELETE', `/members/${idOf(api.bob)}`)).status).toBe(404)
    expect((await api.bob.call('DELETE', `/members/${idOf(api.bob)}`)).status).toBe(403)
    const removed = await ann.call('DELETE', `/members/${idOf(api.bob)}`)
    expect(removed.body).toMatchObject({ waiting: { scheduled: 0, queued: 1 } })
    expect(removed.body.sentence).toContain('1 queued')
    expect((await ann.call('DELETE', `/members/${idOf(api.bob)}`)).status).toBe(404)
    expect((await browser.call('GET', '/me')).body.code).toBe('auth.session-ended')
    expect((await api.bob.call('GET', '/me')).body.code).toBe('auth.invalid')
    const body = { address: 'bob@acme.example', password: goodPassword }
    expect((await openBrowser(api).call('POST', '/session', { body })).body.code).toBe('auth.no-workspace')

    await ann.call('POST', '/invitations', { body: { address: 'bob@acme.example', role: 'rep' } })
    const token = await mailedToken(api, 'bob@acme.example')
    const back = openBrowser(api)
    // The account is known, but is in no workspace: it proves itself by its mailbox and sets a password anew.
    expect((await back.call('GET', `/invitation-links/${token}`)).body.needs).toBe('account')
    const answer = await back.call('POST', `/invitation-links/${token}/accept`, {
      body: { name: 'Bob', password: goodPassword },
    })
    expect(answer.status).toBe(201)
    expect((await back.call('GET', `/emails/${id}`)).status).toBe(200)
  })
})

async function firstIdentity(member: TestMember): Promise<string> {
  const { body } = await member.call('GET', '/identities')
  return (body as unknown as { identities: { id: string }[] }).identities[0]?.id ?? ''
}
