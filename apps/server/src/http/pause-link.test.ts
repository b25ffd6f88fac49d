import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { breakLink } from '../links/set-link-state.ts'
import { asEngine } from '../platform/database/as-role.ts'
import { parseId } from '../platform/ids.ts'
import { connectServer, startLinkApi } from './testing/links.ts'
import type { TestApi, TestMember } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startLinkApi()
})
afterAll(() => api.close())

const act = async (member: TestMember, id: string, what: 'pause' | 'resume') =>
  (await member.call('POST', `/links/${id}/${what}`)).body
const historyOf = async (id: string) => {
  const found = await asEngine(api.database.db, tx =>
    sql<{ kind: string }>`
      select kind from fairlead.link_event where link_id = ${parseId('link', id)} order by id`.execute(tx),
  )
  return found.rows.map(row => row.kind)
}

describe('POST /links/{id}/pause', () => {
  it('pauses, also twice, and keeps who did it once', async () => {
    const { id } = await connectServer(api.bob)
    expect(await act(api.bob, id, 'pause')).toMatchObject({ state: 'paused', health: { waiting: 0 } })
    expect(await act(api.bob, id, 'pause')).toMatchObject({ state: 'paused' })
    expect(await historyOf(id)).toEqual(['made', 'paused'])
  })

  it('is for admins where the link is the team’s, and for nobody else where it is a member’s', async () => {
    const team = await connectServer(api.ann, { owner: 'team' })
    expect(await act(api.bob, team.id, 'pause')).toMatchObject({ status: 403, code: 'auth.forbidden' })
    expect(await act(api.eve, team.id, 'pause')).toMatchObject({ status: 404 })
    const bobs = await connectServer(api.bob)
    expect(await act(api.ann, bobs.id, 'pause')).toMatchObject({ status: 403 })
  })

  it('falls to admins when the owner has left', async () => {
    const left = await startLinkApi()
    const { id } = await connectServer(left.bob)
    const { members } = (await left.ann.call('GET', '/members')).body as {
      members: { id: string; name: string }[]
    }
    const bob = members.find(member => member.name === 'Bob')
    await left.ann.call('DELETE', `/members/${bob?.id}`)
    expect(await act(left.ann, id, 'pause')).toMatchObject({
      state: 'paused',
      mayChange: false,
      mayRemove: true,
    })
    expect(await act(left.ann, id, 'resume')).toMatchObject({ status: 403 })
    await left.close()
  })
})

describe('POST /links/{id}/resume', () => {
  it('takes up again what was paused and what needed attention', async () => {
    const { id } = await connectServer(api.bob)
    await act(api.bob, id, 'pause')
    expect(await act(api.bob, id, 'resume')).toMatchObject({ state: 'ready', reason: null })
    const linkId = parseId('link', id)
    if (linkId === null) throw new Error('no link')
    const { workspaceId } = api.bob
    const reason = { code: 'link.login', reply: '535 5.7.8 no' } as const
    await asEngine(api.database.db, tx => breakLink(tx, { workspaceId, linkId, reason }))
    expect((await api.bob.call('GET', `/links/${id}`)).body).toMatchObject({
      ...{ state: 'needs-attention', reason: { code: 'link.login', reply: '535 5.7.8 no' } },
    })
    const due = api.due()
    expect(await act(api.bob, id, 'resume')).toMatchObject({ state: 'ready', reason: null })
    expect(api.due()).toBeGreaterThan(due)
    expect(await historyOf(id)).toEqual(['made', 'paused', 'resumed', 'broke', 'resumed'])
  })
})
