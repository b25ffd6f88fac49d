import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { releaseDueEmail } from '../compose/release-due-emails.ts'
import { mailedToken, openBrowser } from './testing/browser.ts'
import { sendAs } from './testing/deliveries.ts'
import { type Answer, startTestApi, type TestApi, type TestMember } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

const create = async (member: TestMember, address: string, fields: object = {}) => {
  const answer = await member.call('POST', '/identities', { body: { name: 'Sales', address, ...fields } })
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  return String(answer.body.id)
}
const update = (member: TestMember, id: string, body: object) =>
  member.call('PATCH', `/identities/${id}`, { body })
const show = (token: string | null) => openBrowser(api).call('GET', `/identity-verifications/${token}`)
const verify = (token: string | null) => openBrowser(api).call('POST', `/identity-verifications/${token}`)
const verified = async (member: TestMember, address: string) => {
  const id = await create(member, address)
  await verify(await mailedToken(api, address))
  return id
}
const find = async (member: TestMember, id: string) => {
  const { body } = await member.call('GET', '/identities')
  const { identities } = body as unknown as { identities: { id: string; isDefault: boolean }[] }
  return identities.find(identity => identity.id === id)
}

describe('a verification mail', () => {
  it('verifies by its button, never by being opened, and once', async () => {
    const id = await create(api.bob, 'sales@acme.example')
    expect(await find(api.bob, id)).toMatchObject({
      verifiedAt: null,
      verification: { sentAt: expect.any(String) },
    })
    const token = await mailedToken(api, 'sales@acme.example')
    for (let n = 0; n < 3; n++) {
      expect((await show(token)).body).toMatchObject({
        ...{ address: 'sales@acme.example', memberName: 'Bob', workspaceName: 'Acme' },
      })
    }
    expect(await find(api.bob, id)).toMatchObject({ verifiedAt: null })
    expect((await verify(token)).body).toMatchObject({ address: 'sales@acme.example' })
    expect(await find(api.bob, id)).toMatchObject({ verifiedBy: 'mail', verification: null })
    expect((await verify(token)).body).toMatchObject({ status: 410, code: 'token.unusable' })
    expect((await show(token)).status).toBe(410)
    expect((await api.bob.call('POST', `/identities/${id}/verification`)).body.code).toBe('identity.verified')
  })

  it('ends with a newer one, with another address, with the identity, and after 72 hours', async () => {
    const id = await create(api.bob, 'one@acme.example')
    const first = await mailedToken(api, 'one@acme.example')
    expect((await api.bob.call('POST', `/identities/${id}/verification`)).status).toBe(202)
    const second = await mailedToken(api, 'one@acme.example')
    expect([(await verify(first)).status, (await show(second)).status]).toEqual([410, 200])
    await update(api.bob, id, { address: 'two@acme.example' })
    expect((await verify(second)).status).toBe(410)
    const third = await mailedToken(api, 'two@acme.example')
    await api.database.setClockOffset(72 * 3_600_000 + 1_000)
    expect((await verify(third)).status).toBe(410)
    await api.database.setClockOffset(0)
    await api.bob.call('DELETE', `/identities/${id}`)
    expect((await verify(third)).status).toBe(410)
  })

  it('is not sent for identities of others', async () => {
    const id = await create(api.bob, 'three@acme.example')
    for (const other of [api.ann, api.eve]) {
      expect((await other.call('POST', `/identities/${id}/verification`)).status).toBe(404)
    }
  })

  it('does not flood a mailbox', async () => {
    const id = await create(api.eve, 'victim@evil.example')
    let last: Answer | null = null
    for (let n = 0; n < 12; n++) last = await api.eve.call('POST', `/identities/${id}/verification`)
    expect(last?.body).toMatchObject({ status: 429, code: 'rate.limited' })
  })
})

describe('PATCH /identities/{id}', () => {
  it('changes what is named; another address is not verified any more, other capitals are', async () => {
    const id = await verified(api.bob, 'four@acme.example')
    expect((await update(api.bob, id, { name: 'Four' })).body).toMatchObject({
      name: 'Four',
      verifiedBy: 'mail',
    })
    expect((await update(api.bob, id, { address: 'FOUR@acme.example' })).body).toMatchObject({
      ...{ address: 'FOUR@acme.example', verifiedBy: 'mail' },
    })
    expect((await update(api.bob, id, { address: 'five@acme.example' })).body).toMatchObject({
      ...{ address: 'five@acme.example', verifiedAt: null, verifiedBy: null },
    })
    const body = { to: ['c@north.example'], subject: 'x', text: 'x', identityId: id }
    expect((await api.bob.call('POST', '/emails', { body })).body.code).toBe('identity.unverified')
  })

  it('makes another one the default, and chooses a delivery channel or none', async () => {
    const id = await verified(api.bob, 'six@acme.example')
    expect((await update(api.bob, id, { isDefault: true })).body.isDefault).toBe(true)
    const { body } = await api.bob.call('GET', '/identities')
    const { identities } = body as unknown as { identities: { isDefault: boolean }[] }
    expect(identities.filter(identity => identity.isDefault)).toHaveLength(1)
    const links = (await api.bob.call('GET', '/links')).body as unknown as { links: { id: string }[] }
    const linkId = links.links[0]?.id
    expect((await update(api.bob, id, { linkId })).body.linkId).toBe(linkId)
    expect((await update(api.bob, id, { linkId: null })).body.linkId).toBeNull()
    const foreign = (await api.eve.call('GET', '/links')).body as unknown as { links: { id: string }[] }
    expect((await update(api.bob, id, { linkId: foreign.links[0]?.id })).status).toBe(404)
  })

  it('keeps a signature clean and small, with its images', async () => {
    const id = await verified(api.bob, 'seven@acme.example')
    const image = 'data:image/png;base64,iVBORw0KGgo='
    const hostile = `<p onclick="x()">Bob<script>x()</script><img src="${image}" onerror="x()"><a href="javascript:x()">y</a></p>`
    const { body } = await update(api.bob, id, { signatureHtml: hostile })
    expect(body.signatureHtml).toMatch(/<img src="cid:[0-9a-f]+@signature\.fairlead"/)
    expect(body.signatureHtml).not.toMatch(/script|onclick|onerror/)
    const large = `<img src="data:image/png;base64,iVBORw0KGgoA${'A'.repeat(560_000)}">`
    expect((await update(api.bob, id, { signatureHtml: large })).body.code).toBe('signature.too-large')
    expect((await update(api.bob, id, { signatureHtml: 'x'.repeat(700_000) })).status).toBe(400)
  })

  it('refuses what is wrong, taken or of others', async () => {
    const id = await create(api.bob, 'eight@acme.example')
    await create(api.bob, 'nine@acme.example')
    expect((await update(api.bob, id, { address: 'NINE@acme.example' })).body.code).toBe('identity.exists')
    expect((await update(api.bob, id, { address: 'x' })).status).toBe(422)
    expect((await update(api.bob, id, { name: 'a\r\nb' })).status).toBe(422)
    expect((await update(api.bob, id, { verifiedBy: 'mail' })).status).toBe(400)
    for (const other of [api.ann, api.eve]) {
      expect((await update(other, id, { name: 'x' })).body).toMatchObject({ status: 404 })
      expect((await other.call('DELETE', `/identities/${id}`)).status).toBe(404)
    }
  })
})

describe('an identity of a free mail provider', () => {
  it('says that it can never be authenticated here', async () => {
    const free = await create(api.bob, 'bob.sales@gmail.com')
    expect(await find(api.bob, free)).toMatchObject({
      canBeAuthenticated: false,
      cannotBeAuthenticatedBecause: 'free-mail',
      note: expect.stringContaining('gmail.com'),
    })
    const own = await create(api.bob, 'ten@acme.example')
    expect(await find(api.bob, own)).toMatchObject({ canBeAuthenticated: true, note: null })
  })
})

describe('DELETE /identities/{id}', () => {
  const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString()
  const remove = (id: string, query = '') => api.ann.call('DELETE', `/identities/${id}${query}`)

  it('goes at once where nothing waits, and passes the default on', async () => {
    const id = await verified(api.ann, 'eleven@acme.example')
    await update(api.ann, id, { isDefault: true })
    expect((await remove(id)).body).toEqual({ id, kept: 0, cancelled: 0 })
    expect((await remove(id)).status).toBe(404)
    const { body } = await api.ann.call('GET', '/identities')
    const { identities } = body as unknown as { identities: { isDefault: boolean; address: string }[] }
    expect(identities.find(one => one.isDefault && one.address === 'ann@acme.example')).toBeDefined()
    expect(await create(api.ann, 'eleven@acme.example')).not.toBe(id)
  })

  it('asks where mail waits, and takes it back or lets it go', async () => {
    const id = await verified(api.ann, 'twelve@acme.example')
    const later = await sendAs(api.ann, { identityId: id, sendAt: tomorrow() })
    const queued = await sendAs(api.ann, { identityId: id })
    expect((await remove(id)).body).toMatchObject({
      ...{ status: 409, code: 'identity.has-waiting', params: { scheduled: 1, queued: 1 } },
    })
    expect((await remove(id, '?waiting=perhaps')).status).toBe(400)
    expect((await remove(id, '?waiting=cancel')).body).toEqual({ id, kept: 0, cancelled: 2 })
    for (const { id: emailId } of [later, queued]) {
      const { body } = await api.ann.call('GET', `/emails/${emailId}`)
      expect(JSON.stringify([body.state, body.deliveries])).toContain('cancelled')
    }
    const other = await verified(api.ann, 'thirteen@acme.example')
    const kept = await sendAs(api.ann, { identityId: other, sendAt: tomorrow() })
    expect((await remove(other, '?waiting=keep')).body).toEqual({ id: other, kept: 1, cancelled: 0 })
    expect((await api.ann.call('GET', `/emails/${kept.id}`)).body.state).toBe('scheduled')
    await api.database.setClockOffset(2 * 86_400_000)
    expect(await releaseDueEmail(api.database.db, api.accept)).toBe(true)
    await api.database.setClockOffset(0)
    expect((await api.ann.call('GET', `/emails/${kept.id}`)).body).toMatchObject({ state: 'released' })
  })
})
