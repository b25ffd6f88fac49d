import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeBlob } from '../blobs/write-blob.ts'
import { platformWorkspace } from '../inbound/store-notices.ts'
import { asEngine } from '../platform/database/as-role.ts'
import { newId, type WorkspaceId } from '../platform/ids.ts'
import { startTestApi, type TestApi } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

const report = {
  kind: 'bounce',
  recipients: [
    {
      originalAddress: null,
      finalAddress: 'gone@north.example',
      action: 'failed',
      diagnostic: '550 no',
      reason: { code: 'recipient.unknown', reply: '550 no' },
    },
  ],
}

/** Files a notice that matched nothing, as the reader leaves it. */
async function unmatched(workspaceId: WorkspaceId, state = 'unmatched'): Promise<void> {
  const noticeId = newId('notice')
  await asEngine(api.database.db, async tx => {
    const { sha256 } = await writeBlob(tx, { workspaceId, content: [Buffer.from(noticeId)] })
    await sql`
      insert into fairlead.notice (workspace_id, id, source, dedupe_key, kind, state, envelope_to, sha256, size, report)
      values (${workspaceId}, ${noticeId}, 'test', ${noticeId}, 'bounce', ${state}, '{postmaster@mail.example}', ${sha256}, 36, ${JSON.stringify(report)}::jsonb)`.execute(
      tx,
    )
  })
}

const list = async (path = '/notices') =>
  (await api.ann.call('GET', path)).body as unknown as {
    notices: { id: string; recipients: { address: string; reason: { sentence: string } }[] }[]
  }

describe('GET /notices', () => {
  it('lists what matched no email of the workspace, read and in words, page by page', async () => {
    for (let n = 0; n < 3; n++) await unmatched(api.ann.workspaceId)
    await unmatched(api.ann.workspaceId, 'applied')
    const { notices } = await list()
    expect(notices).toHaveLength(3)
    expect(notices[0]?.recipients[0]).toMatchObject({
      address: 'gone@north.example',
      reason: { code: 'recipient.unknown' },
    })
    expect(notices[0]?.recipients[0]?.reason.sentence).toContain('gone@north.example')
    const next = await list(`/notices?limit=2&after=${notices[0]?.id}`)
    expect(next.notices.map(one => one.id)).toEqual(notices.slice(1).map(one => one.id))
  })

  it('keeps what came to postmaster@ from the admins of one workspace among several', async () => {
    await unmatched(platformWorkspace)
    expect((await list()).notices).toHaveLength(3)
  })

  it('is for admins alone, and never shows another workspace', async () => {
    expect((await api.bob.call('GET', '/notices')).status).toBe(403)
    const theirs = (await api.eve.call('GET', '/notices')).body as unknown as { notices: unknown[] }
    expect(theirs.notices).toEqual([])
  })

  it('answers not-found for a cursor that is no id', async () => {
    expect((await api.ann.call('GET', '/notices?after=x')).status).toBe(404)
  })
})
