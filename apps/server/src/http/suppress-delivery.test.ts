import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asEngine } from '../platform/database/as-role.ts'
import { delivered, lead, refusal, sendAs } from './testing/deliveries.ts'
import { startTestApi, type TestApi } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

const suppress = (id: string | undefined, member = api.ann) =>
  member.call('POST', `/deliveries/${id}/suppression`, { body: {} })
const lift = (id: string | undefined, member = api.ann) =>
  member.call('DELETE', `/deliveries/${id}/suppression`)

/** A delivery of Ann's to the address that was refused because there is no such mailbox. */
async function refused(address: string): Promise<string | undefined> {
  const { deliveryIds } = await sendAs(api.ann, { to: [address] })
  await lead(api, deliveryIds[0], refusal)
  return deliveryIds[0]
}

async function rowOf(address: string) {
  const found = await asEngine(api.database.db, tx =>
    sql<Record<string, unknown>>`select reason, proof, author, expires_at from fairlead.suppression
      where address_key = ${address}`.execute(tx),
  )
  return found.rows[0]
}

describe('POST /deliveries/{id}/suppression', () => {
  it('keeps the whole workspace from writing there, with the proof, and may be said twice', async () => {
    const id = await refused('Gone@north.example')
    for (const _ of [1, 2])
      expect(await suppress(id)).toMatchObject({ status: 200, body: { isSuppressed: true } })
    expect(await rowOf('gone@north.example')).toMatchObject({
      ...{ reason: { code: 'recipient.unknown' }, author: `member:${api.ann.memberId}`, expires_at: null },
      proof: { verbatim: '550 5.1.1 no such user' },
    })
    const body = { correctedAddress: 'gone@north.example' }
    expect((await api.ann.call('POST', `/deliveries/${id}/retry`, { body })).body.code).toBe(
      'delivery.suppressed',
    )
    const again = await sendAs(api.ann, { to: ['gone@north.example', 'carl@north.example'] })
    const { deliveries } = (await api.ann.call('GET', `/emails/${again.id}`)).body as { deliveries: object[] }
    expect(deliveries).toMatchObject([{ state: 'suppressed', isSuppressed: true }, { isSuppressed: false }])
  })

  it('leaves what a complaint suppressed as it is', async () => {
    const id = await refused('cross@north.example')
    await asEngine(api.database.db, tx =>
      sql`insert into fairlead.suppression (workspace_id, address_key, reason, author)
          values (${api.ann.workspaceId}, 'cross@north.example', '{"code":"recipient.unknown"}', 'feedback')`.execute(
        tx,
      ),
    )
    expect((await suppress(id)).status).toBe(200)
    expect(await rowOf('cross@north.example')).toMatchObject({ author: 'feedback' })
    expect((await lift(id)).body).toMatchObject({ status: 403, code: 'suppression.not-yours' })
  })

  it('is not for mail that arrived, still waits, or failed on our side', async () => {
    const waiting = await sendAs(api.ann)
    expect((await suppress(waiting.deliveryIds[0])).body).toMatchObject({
      ...{ status: 409, code: 'delivery.not-suppressible', params: { state: 'queued' } },
    })
    await lead(api, waiting.deliveryIds[0], delivered)
    expect((await suppress(waiting.deliveryIds[0])).status).toBe(409)
    const blocked = await sendAs(api.ann)
    await lead(api, blocked.deliveryIds[0], [
      { event: 'claimed' },
      { event: 'refused', reason: { code: 'reputation.blocked', reply: '550 5.7.1 blocked' } },
    ])
    expect((await suppress(blocked.deliveryIds[0])).status).toBe(409)
  })

  it('reaches nothing of others', async () => {
    const id = await refused('mine@north.example')
    for (const member of [api.bob, api.eve]) {
      expect((await suppress(id, member)).status).toBe(404)
      expect((await lift(id, member)).status).toBe(404)
    }
    expect((await suppress('nonsense')).status).toBe(404)
    expect(await rowOf('mine@north.example')).toBeUndefined()
  })
})

describe('DELETE /deliveries/{id}/suppression', () => {
  it('takes it back, and may be said twice', async () => {
    const id = await refused('back@north.example')
    await suppress(id)
    for (const _ of [1, 2])
      expect(await lift(id)).toMatchObject({ status: 200, body: { isSuppressed: false } })
    expect(await rowOf('back@north.example')).toBeUndefined()
  })
})
