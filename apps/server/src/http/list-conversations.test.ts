import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lead, refusal, sendAs } from './testing/deliveries.ts'
import { startTestApi, type TestApi } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
  for (const subject of ['First offer', 'Second offer', 'Third offer']) {
    const { deliveryIds } = await sendAs(api.ann, {
      subject,
      to: ['carl@north.example', 'dora@north.example'],
    })
    await lead(api, deliveryIds[1], refusal)
  }
})
afterAll(() => api.close())

type Rows = { rows: { subject: string; emailId: string }[]; nextCursor: string | null }
const list = async (query: string) =>
  (await api.ann.call('GET', `/conversations${query}`)).body as unknown as Rows

describe('GET /conversations', () => {
  it('answers a folder in pages, newest first', async () => {
    const first = await list('?folder=in-progress&limit=2')
    expect(first.rows.map(row => row.subject)).toEqual(['Third offer', 'Second offer'])
    const second = await list(`?folder=in-progress&limit=2&cursor=${first.nextCursor}`)
    expect(second).toMatchObject({ rows: [{ subject: 'First offer' }], nextCursor: null })
  })

  it('shows an email with one failed recipient in both folders', async () => {
    const { rows } = await list('?folder=bounced')
    expect(rows).toMatchObject(
      ['Third', 'Second', 'First'].map(word => ({
        unit: 'delivery',
        subject: `${word} offer`,
        to: [{ address: 'dora@north.example' }],
        state: 'refused',
      })),
    )
  })

  it('finds by words and addresses, what was just sent as well', async () => {
    expect((await list('?q=second')).rows.map(row => row.subject)).toEqual(['Second offer'])
    expect((await list('?q=dora%40north.example')).rows).toHaveLength(3)
    expect((await list('?q=nothing%20such')).rows).toEqual([])
  })

  it('shows nobody the mail of another', async () => {
    for (const member of [api.bob, api.eve]) {
      for (const query of ['', '?folder=in-progress', '?folder=bounced', '?q=offer']) {
        expect((await member.call('GET', `/conversations${query}`)).body).toEqual({
          rows: [],
          nextCursor: null,
          previousCursor: null,
        })
      }
    }
  })

  it.each([
    ['a folder that does not exist', '?folder=elsewhere'],
    ['no rows', '?limit=0'],
    ['too many rows', '?limit=101'],
    ['a limit that is no number', '?limit=many'],
    ['a cursor of somebody else', '?cursor=abc'],
    ['the folder twice', '?folder=spam&folder=bounced'],
    ['an endless search', `?q=${'x'.repeat(201)}`],
  ])('refuses %s', async (_, query) => {
    const answer = await api.ann.call('GET', `/conversations${query}`)
    expect(answer.body).toMatchObject({ status: 400, code: 'request.invalid' })
  })
})
