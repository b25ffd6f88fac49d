import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PolicyReader } from '../domains/policy-reader.ts'
import { discoverPolicy } from '../mail/authentication/dmarc-record.ts'
import { asEngine } from '../platform/database/as-role.ts'
import { newId } from '../platform/ids.ts'
import { draftOf } from './testing/drafts.ts'
import { startTestApi, type TestApi } from './testing/start-test-api.ts'

let api: TestApi
let policy: string | null = 'v=DMARC1; p=reject'
const policies: PolicyReader = {
  policyOf: async domain => (policy === null ? null : discoverPolicy(domain, [[policy]])),
}
beforeAll(async () => {
  api = await startTestApi({ policies })
})
afterAll(() => api.close())

const check = async (id: string) => (await api.ann.call('POST', `/drafts/${id}/check`, { body: {} })).body

describe('PUT and GET /before-send', () => {
  it('is a warning at first; an admin makes it a block, and back', async () => {
    expect((await api.bob.call('GET', '/before-send')).body).toEqual({ blocksDmarcFailures: false })
    for (const blocksDmarcFailures of [true, true, false]) {
      const answer = await api.ann.call('PUT', '/before-send', { body: { blocksDmarcFailures } })
      expect([answer.status, answer.body]).toEqual([200, { blocksDmarcFailures }])
      expect((await api.bob.call('GET', '/before-send')).body).toEqual({ blocksDmarcFailures })
    }
    expect((await api.eve.call('GET', '/before-send')).body).toEqual({ blocksDmarcFailures: false })
  })

  it('keeps the other settings, and refuses reps and anything else', async () => {
    await asEngine(api.database.db, tx =>
      sql`update fairlead.workspace set settings = settings || '{"undoMs": 5000}' where id = ${api.ann.workspaceId}`.execute(
        tx,
      ),
    )
    await api.ann.call('PUT', '/before-send', { body: { blocksDmarcFailures: false } })
    const { rows } = await asEngine(api.database.db, tx =>
      sql`select settings from fairlead.workspace where id = ${api.ann.workspaceId}`.execute(tx),
    )
    expect(rows).toEqual([{ settings: { undoMs: 5000, blocksDmarcFailures: false } }])
    const body = { blocksDmarcFailures: true }
    expect((await api.bob.call('PUT', '/before-send', { body })).status).toBe(403)
    for (const wrong of [{}, { blocksDmarcFailures: 'yes' }, { ...body, undoMs: 0 }])
      expect((await api.ann.call('PUT', '/before-send', { body: wrong })).status).toBe(400)
  })
})

describe('the check before Send', () => {
  it('warns of p=reject and p=quarantine, and of nothing where nothing is known', async () => {
    const { id } = await draftOf(api.ann)
    for (const [text, code] of [
      ['v=DMARC1; p=reject', 'dmarc.would-bounce'],
      ['v=DMARC1; p=quarantine', 'dmarc.would-be-spam'],
      ['v=DMARC1; p=none', null],
      [null, null],
    ] as const) {
      policy = text
      const { isSendable, findings } = await check(id)
      expect(isSendable).toBe(true)
      expect(findings).toEqual(
        code === null
          ? []
          : [expect.objectContaining({ code, severity: 'warning', fix: 'choose-channel', channels: [] })],
      )
    }
  })

  it('names the delivery channels that pass, of the caller alone', async () => {
    policy = 'v=DMARC1; p=reject'
    // A managed link that is not chosen fails as well; nothing else can pass here without a measurement.
    const other = newId('link')
    await asEngine(api.database.db, tx =>
      sql`insert into fairlead.link (workspace_id, id, kind, name) values (${api.ann.workspaceId}, ${other}, 'managed', 'Second')`.execute(
        tx,
      ),
    )
    const { id } = await draftOf(api.ann)
    const { findings } = await check(id)
    expect(findings).toEqual([
      expect.objectContaining({
        channels: [],
        sentence: expect.stringContaining('No delivery channel of yours is known to pass'),
      }),
    ])
    const seen = (await api.ann.call('GET', `/drafts/${id}/preview`)).body
    expect(seen).toMatchObject({
      recommendation: { isChosen: true, name: expect.any(String) },
      choices: [
        { isChosen: true, disposition: 'reject' },
        { name: 'Second', disposition: 'reject' },
      ],
    })
  })

  it('keeps such mail from being sent where the workspace blocks it', async () => {
    policy = 'v=DMARC1; p=reject'
    await api.ann.call('PUT', '/before-send', { body: { blocksDmarcFailures: true } })
    const { id, version } = await draftOf(api.ann)
    expect(await check(id)).toMatchObject({ isSendable: false, findings: [{ severity: 'error' }] })
    const refused = await api.ann.call('POST', `/drafts/${id}/send`, { body: { version } })
    expect([refused.status, refused.body.code]).toEqual([422, 'dmarc.would-bounce'])
    policy = 'v=DMARC1; p=none'
    expect((await api.ann.call('POST', `/drafts/${id}/send`, { body: { version } })).status).toBe(202)
  })
})
