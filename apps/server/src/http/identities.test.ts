import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestApi, type TestApi, type TestMember } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

interface Shown {
  id: string
  address: string
  isDefault: boolean
  verifiedBy: string | null
}
const list = async (member: TestMember) =>
  ((await member.call('GET', '/identities')).body as unknown as { identities: Shown[] }).identities
const create = (member: TestMember, body: object) => member.call('POST', '/identities', { body })

describe('GET /identities', () => {
  it('lists a rep their own, an admin all of the workspace, and nobody those of another', async () => {
    expect((await list(api.bob)).map(one => one.address)).toEqual(['bob@acme.example'])
    expect((await list(api.ann)).map(one => one.address).toSorted()).toEqual([
      'ann@acme.example',
      'bob@acme.example',
    ])
    expect((await list(api.eve)).map(one => one.address)).toEqual(['eve@evil.example'])
  })
})

describe('POST /identities', () => {
  it('makes one that cannot send yet', async () => {
    const answer = await create(api.ann, { name: 'Ann at Work', address: 'Ann.Work@ACME.example' })
    expect(answer).toMatchObject({
      status: 201,
      body: { address: 'Ann.Work@acme.example', isDefault: false, verifiedAt: null },
    })
    const body = { to: ['c@north.example'], subject: 'x', text: 'x', identityId: answer.body.id }
    expect((await api.ann.call('POST', '/emails', { body })).body.code).toBe('identity.unverified')
  })

  it('knows the address already, whatever its capitals', async () => {
    await create(api.ann, { name: 'Once', address: 'once@acme.example' })
    const again = await create(api.ann, { name: 'Twice', address: 'ONCE@acme.example' })
    expect(again.body).toMatchObject({ status: 409, code: 'identity.exists' })
    expect((await create(api.bob, { name: 'Bob', address: 'once@acme.example' })).status).toBe(201)
  })

  it('leaves one default identity, however many ask at once', async () => {
    await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        create(api.eve, { name: 'Eve', address: `eve${n}@evil.example`, isDefault: true }),
      ),
    )
    const identities = await list(api.eve)
    expect(identities).toHaveLength(9)
    expect(identities.filter(one => one.isDefault)).toHaveLength(1)
  })

  it.each([
    ['no name', { name: ' ', address: 'a@acme.example' }, 400],
    ['a header in the name', { name: 'Ann\r\nBcc: x@evil.example', address: 'a@acme.example' }, 422],
    ['a zero byte in the name', { name: 'a\u0000b', address: 'a@acme.example' }, 422],
    ['a wrong address', { name: 'Ann', address: 'Ann <a@acme.example>' }, 422],
    ['a header in the address', { name: 'Ann', address: 'a@acme.example\nBcc: x@evil.example' }, 422],
    ['an endless name', { name: 'x'.repeat(201), address: 'a@acme.example' }, 400],
    [
      'a verification of its own',
      { name: 'Ann', address: 'a@acme.example', verifiedAt: '2026-01-01T00:00:00Z' },
      400,
    ],
    ['a link of nobody', { name: 'Ann', address: 'a@acme.example', linkId: 'lnk_x' }, 404],
  ])('refuses %s', async (_, body, status) => {
    expect((await create(api.ann, body)).status).toBe(status)
  })
})

describe('POST /identities/{id}/vouch', () => {
  const vouch = (member: TestMember, id: string | undefined) => member.call('POST', `/identities/${id}/vouch`)

  it('lets an admin answer for it, once and again, and then it can send', async () => {
    const [identity] = await list(api.bob)
    expect((await vouch(api.ann, identity?.id)).body).toMatchObject({
      id: identity?.id,
      verifiedBy: 'vouched',
    })
    expect((await vouch(api.ann, identity?.id)).status).toBe(200)
    const body = { to: ['c@north.example'], subject: 'x', text: 'x' }
    expect((await api.bob.call('POST', '/emails', { body })).status).toBe(202)
    expect(api.log.join('')).toContain('An admin vouched for an identity')
  })

  it('is for admins of that workspace alone', async () => {
    const made = (await create(api.bob, { name: 'Bob', address: 'other@acme.example' }))
      .body as unknown as Shown
    expect((await vouch(api.bob, made.id)).body).toMatchObject({ status: 403, code: 'auth.forbidden' })
    expect((await vouch(api.eve, made.id)).body).toMatchObject({ status: 404, params: { what: 'identity' } })
    expect((await list(api.bob)).find(one => one.id === made.id)?.verifiedBy).toBeNull()
  })
})
