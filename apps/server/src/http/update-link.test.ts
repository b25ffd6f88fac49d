import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asEngine } from '../platform/database/as-role.ts'
import { parseId } from '../platform/ids.ts'
import { connectServer, linkOf, managedOf, password, server, startLinkApi } from './testing/links.ts'
import type { Body, TestApi, TestMember } from './testing/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startLinkApi()
})
afterAll(() => api.close())

const change = async (member: TestMember, id: string, body: Body) =>
  (await member.call('PATCH', `/links/${id}`, { body })).body
const secretOf = async (id: string) => {
  const found = await asEngine(api.database.db, tx =>
    sql<{ secret: string }>`select secret from fairlead.link where id = ${parseId('link', id)}`.execute(tx),
  )
  return found.rows[0]?.secret
}

describe('PATCH /links/{id}', () => {
  it('keeps what an admin pinned, and takes no new pin from anyone else', async () => {
    const certificateSha256 = 'ab'.repeat(32)
    const { id } = await connectServer(api.bob, { name: 'To be pinned' })
    const settings = { ...server.settings, certificateSha256 }
    expect(await change(api.bob, id, { version: 1, settings })).toMatchObject({
      code: 'link.pin-needs-admin',
    })
    await asEngine(api.database.db, tx =>
      sql`update fairlead.link set settings = settings || ${JSON.stringify({ certificateSha256 })}::jsonb
        where id = ${parseId('link', id)}`.execute(tx),
    )
    expect(await change(api.bob, id, { version: 1, settings: { ...settings, port: 2525 } })).toMatchObject({
      settings: { port: 2525, certificateSha256 },
    })
  })

  it('changes what is named and keeps the rest, the password too', async () => {
    const { id } = await connectServer(api.bob)
    const before = await secretOf(id)
    expect(await change(api.bob, id, { version: 1, name: 'Renamed' })).toMatchObject({
      ...{ name: 'Renamed', version: 2, hasSecret: true, settings: { port: 587 } },
    })
    const settings = { ...server.settings, port: 465, encryption: 'tls' }
    expect(await change(api.bob, id, { version: 2, settings })).toMatchObject({
      ...{ name: 'Renamed', version: 3, settings: { port: 465, encryption: 'tls' } },
    })
    expect(await secretOf(id)).toBe(before)
    const answer = await change(api.bob, id, { version: 3, secret: { password: `${password}!` } })
    expect(answer).toMatchObject({ version: 4 })
    expect(JSON.stringify(answer)).not.toContain(password)
    expect(await secretOf(id)).not.toBe(before)
  })

  it('lets one of two tabs win, and tells the other the version', async () => {
    const { id } = await connectServer(api.bob)
    const answers = await Promise.all(['One', 'Two'].map(name => change(api.bob, id, { version: 1, name })))
    expect(answers.filter(answer => answer.version === 2)).toHaveLength(1)
    expect(answers.find(answer => answer.code !== undefined)).toMatchObject({
      ...{ status: 409, code: 'link.changed', params: { version: 2 } },
    })
  })

  it('gives the stored password to no other server', async () => {
    const { id } = await connectServer(api.bob)
    const settings = { ...server.settings, host: 'evil.example' }
    expect(await change(api.bob, id, { version: 1, settings })).toMatchObject({
      ...{ status: 422, code: 'link.needs-secret', params: { host: 'evil.example' } },
    })
    const imap = { host: 'imap.evil.example', user: 'bob' }
    expect(await change(api.bob, id, { version: 1, settings: { ...server.settings, imap } })).toMatchObject({
      code: 'link.needs-secret',
    })
    expect(await change(api.bob, id, { version: 1, settings, secret: { password } })).toMatchObject({
      ...{ version: 2, settings: { host: 'evil.example' } },
    })
  })

  it('is the owner’s alone, and of the team’s the admins’', async () => {
    const bobs = await connectServer(api.bob)
    expect(await change(api.ann, bobs.id, { version: 1, name: 'x' })).toMatchObject({
      code: 'auth.forbidden',
    })
    expect(await change(api.eve, bobs.id, { version: 1, name: 'x' })).toMatchObject({ code: 'not-found' })
    const team = await connectServer(api.ann, { owner: 'team' })
    expect(await change(api.bob, team.id, { version: 1, name: 'x' })).toMatchObject({
      code: 'auth.forbidden',
    })
    expect(await change(api.ann, team.id, { version: 1, name: 'x' })).toMatchObject({ name: 'x' })
  })

  it('leaves the managed servers and removed links alone', async () => {
    const managed = await managedOf(api.ann)
    const body = { version: managed.version, name: 'Mine' }
    expect(await change(api.ann, managed.id, body)).toMatchObject({ code: 'link.built-in' })
    const { id } = await connectServer(api.bob)
    await api.bob.call('DELETE', `/links/${id}`)
    expect(await change(api.bob, id, { version: 2, name: 'x' })).toMatchObject({ code: 'not-found' })
    expect(await linkOf(api.bob, id)).toBeNull()
  })
})
