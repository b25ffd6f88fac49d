import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { asEngine } from '../platform/database/as-role.ts'
import { type LinkId, newId } from '../platform/ids.ts'
import { createSecrets } from '../platform/secrets.ts'
import { type SeededWorkspace, seedWorkspace } from '../testing/seed-workspace.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { secretPlace } from './insert-link.ts'
import { openLink, type Renew } from './open-link.ts'
import { resealSecrets } from './reseal-secrets.ts'
import { SecretUnavailableError } from './secret-unavailable.ts'

const [oldKey, newKey] = [
  'an old key for tests, 32 or more letters',
  'a new key for tests, 32 or more letters',
]
const secrets = createSecrets([oldKey])

let database: TestDatabase
let seeded: SeededWorkspace
let id: LinkId
beforeAll(async () => {
  database = await createTestDatabase()
  seeded = await seedWorkspace(database.db)
})
afterAll(() => database.close())
beforeEach(async () => {
  id = newId('link')
  const sealed = secrets.seal('old', secretPlace(id))
  await asEngine(database.db, tx =>
    sql`insert into fairlead.link (workspace_id, id, kind, name, secret)
        values (${seeded.workspaceId}, ${id}, 'gmail', 'Account', ${sealed})`.execute(tx),
  )
})

const opened = (renew?: Renew) =>
  openLink({ db: database.db, secrets, renew }, { workspaceId: seeded.workspaceId, id, settings: {} })
interface Row {
  secret: string | null
  state: string
  settings: object
  reason: { code: string } | null
}
const rowOf = async (): Promise<Row | undefined> => {
  const found = await asEngine(database.db, tx =>
    sql<Row>`select secret, state, settings, state_reason as reason from fairlead.link where id = ${id}`.execute(
      tx,
    ),
  )
  return found.rows[0]
}
/** As a provider does: the old token has ended. */
const useNew = (secret: string) => Promise.resolve(secret === 'old' ? ('expired' as const) : secret)

test('opens the secret for use alone', async () => {
  const link = opened()
  expect(await link.withSecret(secret => Promise.resolve(secret))).toBe('old')
  expect(JSON.stringify(link)).not.toContain('old')
})

test('renews an expired secret, saves it, and uses it', async () => {
  const renew: Renew = (_, secret) => Promise.resolve({ secret: `${secret}+1`, settings: { account: 'a' } })
  expect(await opened(renew).withSecret(useNew)).toBe('old+1')
  const row = await rowOf()
  expect(secrets.open(row?.secret ?? '', secretPlace(id))).toBe('old+1')
  expect(row).toMatchObject({ settings: { account: 'a' }, state: 'ready' })
})

test('of many at once one renews; the others wait and take what it got', async () => {
  let renewals = 0
  const gate = Promise.withResolvers<void>()
  const renew: Renew = async () => {
    renewals += 1
    await gate.promise
    return { secret: 'new' }
  }
  const all = Array.from({ length: 4 }, () => {
    let asked = 0
    return opened(renew).withSecret(secret => {
      asked += 1
      if (asked === 1 && renewals === 1) gate.resolve()
      return useNew(secret)
    })
  })
  gate.resolve()
  expect(await Promise.all(all)).toEqual(['new', 'new', 'new', 'new'])
  expect(renewals).toBe(1)
})

test('a renewal keeps nobody from pausing the link, and overwrites no secret that a person saved meanwhile', async () => {
  const theirs = secrets.seal('theirs', secretPlace(id))
  const renew: Renew = async () => {
    await asEngine(database.db, tx =>
      sql`update fairlead.link set secret = ${theirs}, state = 'paused' where id = ${id}`.execute(tx),
    )
    return { secret: 'new' }
  }
  expect(await opened(renew).withSecret(useNew)).toBe('new')
  expect(await rowOf()).toMatchObject({ secret: theirs, state: 'paused' })
})

test('a grant that is gone breaks the link, with its reason', async () => {
  const reason = { code: 'link.login', reply: 'invalid_grant' } as const
  const link = opened(() => Promise.resolve({ broken: reason }))
  await expect(link.withSecret(useNew)).rejects.toMatchObject({ outcome: { is: 'link-broken', reason } })
  expect(await rowOf()).toMatchObject({ state: 'needs-attention', reason })
})

test('a provider that is away breaks nothing: the mail is tried again', async () => {
  const reason = { code: 'transport.network' } as const
  const link = opened(() => Promise.resolve({ later: reason }))
  await expect(link.withSecret(useNew)).rejects.toMatchObject({ outcome: { is: 'deferred', reason } })
  expect(await rowOf()).toMatchObject({ state: 'ready' })
})

test('what cannot be renewed, or stays expired, or is not there, is the link’s trouble', async () => {
  const expired = () => Promise.resolve('expired' as const)
  await expect(opened().withSecret(expired)).rejects.toBeInstanceOf(SecretUnavailableError)
  const renewed = opened(() => Promise.resolve({ secret: 'new' }))
  await expect(renewed.withSecret(expired)).rejects.toMatchObject({ outcome: { is: 'link-broken' } })
  await asEngine(database.db, tx => sql`update fairlead.link set secret = null where id = ${id}`.execute(tx))
  await expect(opened().withSecret(expired)).rejects.toMatchObject({ outcome: { is: 'link-broken' } })
})

test('a secret that was moved to another row does not open', async () => {
  const other = newId('link')
  await asEngine(database.db, tx =>
    sql`update fairlead.link set secret = ${secrets.seal('x', secretPlace(other))} where id = ${id}`.execute(
      tx,
    ),
  )
  await expect(opened().withSecret(useNew)).rejects.not.toBeInstanceOf(SecretUnavailableError)
})

test('secrets are sealed anew with the first key, once', async () => {
  const rotated = createSecrets([newKey, oldKey])
  const { signal } = new AbortController()
  await asEngine(database.db, tx => sql`update fairlead.link set secret = null where id <> ${id}`.execute(tx))
  expect(await resealSecrets({ db: database.db, secrets: rotated }, signal)).toBe(1)
  const { secret } = (await rowOf()) ?? {}
  expect(createSecrets([newKey]).open(secret ?? '', secretPlace(id))).toBe('old')
  expect(await resealSecrets({ db: database.db, secrets: rotated }, signal)).toBe(0)
})
