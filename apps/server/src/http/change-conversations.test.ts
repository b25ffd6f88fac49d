import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { delivered, lead, refusal, type SentEmail, sendAs } from './testing/deliveries.ts'
import { startTestApi, type TestApi, type TestMember } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

const change = async (action: string, ids: unknown[], member: TestMember = api.ann) =>
  member.call('POST', `/conversations/${action}`, { body: { ids } })

const folderOf = async (sent: SentEmail, folder: string) => {
  const { body } = await api.ann.call('GET', `/conversations?folder=${folder}`)
  return (body.rows as { emailId: string }[]).some(row => row.emailId === sent.id)
}

const twoRecipients = { to: ['carl@north.example', 'dora@north.example'] }

describe('POST /conversations/archive and unarchive', () => {
  it('moves what was sent, says it twice as once, and can be undone', async () => {
    const sent = await sendAs(api.ann)
    await lead(api, sent.deliveryIds[0], delivered)
    const done = { status: 200, body: { results: [{ id: sent.id, problem: null }] } }
    expect(await change('archive', [sent.id])).toMatchObject(done)
    expect(await change('archive', [sent.id])).toMatchObject(done)
    expect(await folderOf(sent, 'archived')).toBe(true)
    expect(await folderOf(sent, 'delivered')).toBe(false)
    const { body } = await api.ann.call('GET', `/emails/${sent.id}`)
    expect((body.events as { kind: string }[]).filter(event => event.kind === 'archived')).toHaveLength(1)
    expect(await change('unarchive', [sent.id])).toMatchObject(done)
    expect(await folderOf(sent, 'delivered')).toBe(true)
  })

  it('keeps later news of an archived email in the right folder', async () => {
    const sent = await sendAs(api.ann, twoRecipients)
    await lead(api, sent.deliveryIds[0], delivered)
    await change('archive', [sent.id])
    expect(await folderOf(sent, 'in-progress')).toBe(true)
    await lead(api, sent.deliveryIds[1], delivered)
    expect(await folderOf(sent, 'delivered')).toBe(false)
    await lead(api, sent.deliveryIds[0], [{ event: 'bounced', reason: { code: 'transport.expired' } }])
    expect(await folderOf(sent, 'bounced')).toBe(true)
    await api.ann.call('POST', `/deliveries/${sent.deliveryIds[0]}/retry`, { body: {} })
    await lead(api, sent.deliveryIds[0], delivered)
    expect(await folderOf(sent, 'archived')).toBe(true)
    expect(await folderOf(sent, 'delivered')).toBe(false)
  })

  it('answers each row by itself', async () => {
    const [sent, waiting] = [await sendAs(api.ann), await sendAs(api.ann)]
    await lead(api, sent.deliveryIds[0], refusal)
    const { body } = await change('archive', [
      sent.id,
      waiting.id,
      sent.deliveryIds[0],
      'eml_x',
      'x',
      sent.id,
    ])
    expect((body.results as { problem: { code: string } | null }[]).map(one => one.problem?.code)).toEqual([
      ...['row.not-archivable', 'row.not-archivable', 'row.not-archivable', 'not-found', 'not-found'],
      'row.not-archivable',
    ])
  })
})

describe('POST /conversations/delete and restore', () => {
  it('takes an email out of every list, keeps what happened, and brings it back', async () => {
    const sent = await sendAs(api.ann, twoRecipients)
    await lead(api, sent.deliveryIds[0], delivered)
    await lead(api, sent.deliveryIds[1], refusal)
    expect((await change('delete', [sent.id])).body).toEqual({ results: [{ id: sent.id, problem: null }] })
    for (const folder of ['delivered', 'bounced']) expect(await folderOf(sent, folder), folder).toBe(false)
    expect((await api.ann.call('GET', `/emails/${sent.id}`)).status).toBe(200)
    await change('restore', [sent.id])
    for (const folder of ['delivered', 'bounced']) expect(await folderOf(sent, folder), folder).toBe(true)
  })

  it('takes a failed row out and leaves the email in Sent', async () => {
    const sent = await sendAs(api.ann, twoRecipients)
    await lead(api, sent.deliveryIds[0], delivered)
    await lead(api, sent.deliveryIds[1], refusal)
    await change('delete', [sent.deliveryIds[1]])
    expect(await folderOf(sent, 'bounced')).toBe(false)
    expect(await folderOf(sent, 'delivered')).toBe(true)
    await change('restore', [sent.deliveryIds[1]])
    expect(await folderOf(sent, 'bounced')).toBe(true)
  })

  it('refuses what may still leave', async () => {
    const waiting = await sendAs(api.ann)
    const later = await sendAs(api.ann, { sendAt: new Date(Date.now() + 3_600_000).toISOString() })
    const { body } = await change('delete', [waiting.id, later.id, waiting.deliveryIds[0]])
    expect((body.results as { problem: { code: string } }[]).map(one => one.problem.code)).toEqual([
      ...['row.still-leaving', 'row.still-leaving', 'not-found'],
    ])
    await api.ann.call('POST', `/emails/${later.id}/cancel`)
    expect((await change('delete', [later.id])).body).toMatchObject({ results: [{ problem: null }] })
    expect(await folderOf(later, 'drafts')).toBe(false)
  })
})

describe.each(['archive', 'unarchive', 'delete', 'restore'])('POST /conversations/%s', action => {
  it('reaches nothing of others', async () => {
    const sent = await sendAs(api.ann, twoRecipients)
    await lead(api, sent.deliveryIds[0], delivered)
    await lead(api, sent.deliveryIds[1], refusal)
    for (const member of [api.bob, api.eve]) {
      const { body } = await change(action, [sent.id, sent.deliveryIds[1]], member)
      expect(body.results).toMatchObject([
        { problem: { code: 'not-found', status: 404 } },
        { problem: { code: 'not-found', status: 404 } },
      ])
    }
    expect(await folderOf(sent, 'delivered')).toBe(true)
    expect(await folderOf(sent, 'bounced')).toBe(true)
  })

  it.each([
    ['no ids', { ids: [] }],
    ['too many ids', { ids: Array.from({ length: 101 }, (_, at) => `eml_${at}`) }],
    ['ids that are no text', { ids: [1] }],
    ['a field that it does not know', { ids: ['eml_1'], force: true }],
    ['nothing', {}],
  ])('refuses %s', async (_, body) => {
    const answer = await api.ann.call('POST', `/conversations/${action}`, { body })
    expect(answer.body).toMatchObject({ status: 400, code: 'request.invalid' })
  })
})
