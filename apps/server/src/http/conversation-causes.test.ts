import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asEngine } from '../platform/database/as-role.ts'
import { lead, sendAs } from './testing/deliveries.ts'
import { startTestApi, type TestApi } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

const causes = async (member = api.ann) =>
  (await member.call('GET', '/conversations/causes')).body.causes as Record<string, unknown>[]

const setLink = (state: string, reason: object | null) =>
  asEngine(api.database.db, tx =>
    sql`update fairlead.link set state = ${state}, state_reason = ${reason && JSON.stringify(reason)}::jsonb
        where workspace_id = ${api.ann.workspaceId}`.execute(tx),
  )

describe('GET /conversations/causes', () => {
  it('is empty while all goes well', async () => {
    await sendAs(api.ann)
    expect(await causes()).toEqual([])
  })

  it('names the delivery channel that holds several up, with what failed by it', async () => {
    const { deliveryIds } = await sendAs(api.ann)
    await lead(api, deliveryIds[0], [
      { event: 'claimed' },
      { event: 'refused', reason: { code: 'link.login' } },
    ])
    await setLink('needs-attention', { code: 'link.login' })
    const [cause, ...more] = await causes()
    expect(more).toEqual([])
    expect(cause).toMatchObject({
      ...{ kind: 'link', fix: 'mend-link', waiting: 1, failed: 1, failedIds: deliveryIds, isMore: false },
      reason: { code: 'link.login' },
      sentence: expect.stringMatching(/needs attention\. The delivery channel refused the login/),
    })
    await setLink('paused', null)
    expect(await causes()).toMatchObject([{ kind: 'link', fix: 'resume-link' }])
    await setLink('ready', null)
    expect(await causes()).toMatchObject([{ kind: 'link', waiting: 0, failed: 1 }])
  })

  it('names a rest that the far side asked for, and an identity that is not verified', async () => {
    const resting = await sendAs(api.ann)
    await lead(api, resting.deliveryIds[0], [
      { event: 'claimed' },
      { event: 'deferred', reason: { code: 'rate.greylisted' } },
    ])
    const held = await sendAs(api.ann, { sendAt: new Date(Date.now() + 3_600_000).toISOString() })
    await asEngine(api.database.db, tx =>
      sql`update fairlead.email set state = 'held', held_reason = '{"code": "identity.unverified"}'
          where workspace_id = ${api.ann.workspaceId} and state = 'scheduled'`.execute(tx),
    )
    expect(await causes()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'lane', fix: 'wait', waiting: 1 }),
        expect.objectContaining({
          ...{ kind: 'identity', fix: 'verify-identity', waiting: 1 },
          sentence: 'ann@acme.example is not verified, so nothing is sent from it.',
        }),
      ]),
    )
    expect(held.id).toMatch(/^eml_/)
  })

  it('tells nobody of the mail of others', async () => {
    for (const member of [api.bob, api.eve]) expect(await causes(member)).toEqual([])
  })
})
