import { capabilityTopics } from '@fairlead/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sendAs } from './testing/deliveries.ts'
import { startTestApi, type TestApi, type TestMember } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

interface Row {
  topic: string
  value: string
  sentence: string
}
interface Shown {
  id: string
  health: { waiting: number; sentence: string }
  card: Row[]
}
const list = async (member: TestMember) =>
  ((await member.call('GET', '/links')).body as unknown as { links: Shown[] }).links

describe('GET /links', () => {
  it('lists the delivery channels that the member can use: first the managed servers', async () => {
    const { body } = await api.bob.call('GET', '/links')
    expect(body.links).toMatchObject([{ kind: 'managed', owner: 'team', state: 'ready', reason: null }])
    expect(JSON.stringify(body)).not.toContain('secret')
    const theirs = (await api.eve.call('GET', '/links')).body.links
    expect(theirs).toHaveLength(1)
    expect(theirs).not.toEqual(body.links)
  })

  it('says of each what it can do, from the traits of its channel, in the order of the table', async () => {
    const [link] = await list(api.bob)
    expect(link?.card.map(row => row.topic)).toEqual([...capabilityTopics])
    expect(link?.card.find(row => row.topic === 'via-tag')).toMatchObject({
      value: 'until-authenticated',
      params: { domain: 'mail.fairlead.test' },
    })
    for (const { sentence } of link?.card ?? []) expect(sentence).toMatch(/^[^{}]+\.$/)
  })

  it('counts what waits: a rep their own mail, an admin everyone’s', async () => {
    await sendAs(api.ann)
    expect((await list(api.ann))[0]?.health).toMatchObject({ waiting: 1, sentence: 'Working.' })
    expect((await list(api.bob))[0]?.health.waiting).toBe(0)
  })
})

describe('GET /links/{id}', () => {
  it('shows one, to members of its workspace alone', async () => {
    const [link] = await list(api.ann)
    expect((await api.ann.call('GET', `/links/${link?.id}`)).body).toMatchObject({ id: link?.id })
    expect((await api.eve.call('GET', `/links/${link?.id}`)).body).toMatchObject({
      ...{ status: 404, params: { what: 'delivery channel' } },
    })
    expect((await api.ann.call('GET', '/links/nonsense')).status).toBe(404)
  })
})

describe('GET /channel-kinds', () => {
  it('compares the kinds that this installation has', async () => {
    const { body } = await api.bob.call('GET', '/channel-kinds')
    expect(body.kinds).toMatchObject([
      { kind: 'managed', name: 'Managed servers', setUpBy: 'nobody' },
      { kind: 'smtp', name: 'SMTP server', setUpBy: 'member-or-admin' },
    ])
    const { topics } = body as unknown as { topics: { topic: string; title: string }[] }
    expect(topics.map(each => each.topic)).toEqual([...capabilityTopics])
  })
})
