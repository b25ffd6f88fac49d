import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listIdentities } from '../identities/list-identities.ts'
import type { Address } from '../mail/message.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { WorkspaceId } from '../platform/ids.ts'
import { createSecrets } from '../platform/secrets.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { addMember } from './add-member.ts'
import { type Auth, createAuth, migrateAuth } from './auth.ts'
import { createApiKey } from './create-api-key.ts'
import { createWorkspace } from './create-workspace.ts'
import { findMembers } from './find-members.ts'
import { createKeyRing } from './key-ring.ts'
import { setPassword } from './passwords.ts'
import { signIn } from './sign-in.ts'

const secrets = createSecrets(['a key for tests alone, 32 or more'])
const ann = 'ann@acme.example' as Address
const bob = 'bob@acme.example' as Address

let database: TestDatabase
let auth: Auth
let workspaceId: WorkspaceId

beforeAll(async () => {
  database = await createTestDatabase()
  await Promise.all([migrateAuth(database.url), migrateAuth(database.url)])
  auth = createAuth({ db: database.db, secrets })
  const made = await createWorkspace(
    { db: database.db, auth },
    { name: 'Acme', adminName: 'Ann Lee', adminAddress: ann },
  )
  workspaceId = made.workspaceId
})
afterAll(() => database.close())

async function member(address: Address) {
  const [found] = await findMembers(database.db, address)
  if (found === undefined) throw new Error(`no member ${address}`)
  return found
}

describe('a workspace', () => {
  it('has an admin whose own address may send at once', async () => {
    expect(await member(ann)).toMatchObject({ role: 'admin', name: 'Ann Lee', workspaceName: 'Acme' })
    const identities = await listIdentities(database.db, { workspaceId, memberId: null })
    expect(identities).toMatchObject([{ address: ann, isDefault: true, verifiedBy: 'vouched' }])
  })

  it('gives a new member a default identity that is not verified, once', async () => {
    const wanted = { workspaceId, name: 'Bob', address: bob, role: 'rep' as const }
    expect(await addMember({ db: database.db, auth }, wanted)).not.toBeNull()
    expect(await addMember({ db: database.db, auth }, wanted)).toBeNull()
    const { id } = await member(bob)
    const identities = await listIdentities(database.db, { workspaceId, memberId: id })
    expect(identities).toMatchObject([{ address: bob, isDefault: true, verifiedAt: null }])
  })
})

describe('a session', () => {
  it.each([
    ['https://mail.acme.example', '__Secure-fairlead.session_token=', true],
    ['http://mail.acme.example', 'fairlead.session_token=', false],
  ])('of %s has a cookie for that alone', async (publicUrl, name, isSecure) => {
    const deps = { db: database.db, auth: createAuth({ db: database.db, secrets, publicUrl }) }
    const { userId } = await member(ann)
    await setPassword(deps.auth, userId, 'a walk along the harbour')
    const visit = { cookies: '', userAgent: '', ip: '127.0.0.1' }
    const wish = { address: ann, password: 'a walk along the harbour', visit, line: '127.0.0.1' }
    const [cookie = ''] = (await signIn(deps, wish)).cookies
    expect(cookie.startsWith(name)).toBe(true)
    expect(/;\s*secure/i.test(cookie)).toBe(isSecure)
    expect(cookie).toMatch(/httponly/i)
  })
})

describe('an API key', () => {
  it('is its member, and only its hash is kept', async () => {
    const { key } = await createApiKey(auth, await member(ann))
    expect(key).toMatch(/^flk_[A-Za-z0-9]{40}$/)
    const ring = createKeyRing({ db: database.db, auth })
    expect(await ring.verify(key)).toMatchObject({ workspaceId, role: 'admin', memberAddress: ann })
    const kept = await sql<{ row: string }>`select k::text as row from auth.apikey k`.execute(database.db)
    for (const { row } of kept.rows) expect(row).not.toContain(key.slice(8))
  })

  it.each([
    ['empty', ''],
    ['a prefix alone', 'flk_'],
    ['well-formed', `flk_${'x'.repeat(40)}`],
    ['endless', `flk_${'x'.repeat(5_000)}`],
    ['SQL', "' or 1=1 --"],
    ['a zero byte', '\u0000'],
  ])('that nobody made is nobody: %s', async (_, key) => {
    expect(await createKeyRing({ db: database.db, auth }).verify(key)).toBeNull()
  })

  it('ends when it is revoked, when it expires, and when its member is removed', async () => {
    const ring = createKeyRing({ db: database.db, auth })
    const revoked = await createApiKey(auth, await member(ann))
    expect(await ring.verify(revoked.key)).not.toBeNull()
    await ring.revoke(revoked.id)
    expect(await ring.verify(revoked.key)).toBeNull()

    const expiring = await createApiKey(auth, await member(ann), { expiresInDays: 1 })
    await sql`update auth.apikey set "expiresAt" = now() - interval '1 second' where id = ${expiring.id}`.execute(
      database.db,
    )
    expect(await ring.verify(expiring.key)).toBeNull()

    const leaver = await createApiKey(auth, await member(bob))
    await asEngine(database.db, tx =>
      sql`update fairlead.member set removed_at = now() where address = ${bob}`.execute(tx),
    )
    expect(await createKeyRing({ db: database.db, auth }).verify(leaver.key)).toBeNull()
  })

  it('costs next to nothing when it was seen a moment ago', async () => {
    const ring = createKeyRing({ db: database.db, auth })
    const { key } = await createApiKey(auth, await member(ann))
    await ring.verify(key)
    const before = performance.now()
    for (let i = 0; i < 1_000; i++) await ring.verify(key)
    expect((performance.now() - before) / 1_000).toBeLessThan(1)
  })
})
