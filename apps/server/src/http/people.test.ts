import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sendAs } from './testing/deliveries.ts'
import { sentDraft, suppress } from './testing/drafts.ts'
import { startTestApi, type TestApi, type TestMember } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
  await sendAs(api.ann, {
    to: ['Carl Berg <carl@north.example>', 'dora@south.example', '100%_a@odd.example'],
  })
  await sentDraft(api.ann, {
    fields: { to: ['Anna Carlsson <anna@west.example>'], cc: ['Scarlett <s@car.example>'] },
  })
  await sendAs(api.eve, { to: ['carla@evil.example'] })
})
afterAll(() => api.close())

const suggest = async (q: string, member: TestMember = api.ann, rest = '') => {
  const { body } = await member.call('GET', `/people/suggest?q=${encodeURIComponent(q)}${rest}`)
  return (body.people as { address: string; isSuppressed: boolean; name: string }[]) ?? []
}

describe('GET /people/suggest', () => {
  it('finds by address, name, second name and domain, beginnings first', async () => {
    const found = (await suggest('CAR')).map(person => person.address)
    expect(found.slice(0, 2).toSorted()).toEqual(['anna@west.example', 'carl@north.example'])
    expect(found.slice(2)).toEqual(['s@car.example'])
    expect(await suggest('south')).toMatchObject([{ address: 'dora@south.example', name: '' }])
    expect((await suggest('')).length).toBe(5)
    expect(await suggest('', api.ann, '&limit=2')).toHaveLength(2)
  })

  it('takes every sign for itself', async () => {
    expect(await suggest('0%_')).toMatchObject([{ address: '100%_a@odd.example' }])
    for (const q of ['%', "' or true --", '\\', '\u0000', '(', '_b']) {
      expect((await suggest(q)).every(person => person.address.startsWith('100') || q === '\u0000')).toBe(
        true,
      )
    }
    const long = await api.ann.call('GET', `/people/suggest?q=${'x'.repeat(201)}`)
    expect(long.status).toBe(400)
    expect((await api.ann.call('GET', '/people/suggest?limit=21')).status).toBe(400)
  })

  it("marks who is suppressed, and knows the member's own alone", async () => {
    await suppress(api, 'dora@south.example')
    expect(await suggest('dora')).toMatchObject([{ isSuppressed: true }])
    expect(await suggest('carl@')).toMatchObject([{ isSuppressed: false }])
    expect(await suggest('carl', api.bob)).toEqual([])
    expect(await suggest('carl', api.eve)).toMatchObject([{ address: 'carla@evil.example' }])
  })
})
