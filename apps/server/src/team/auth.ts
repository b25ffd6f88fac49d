import { apiKey } from '@better-auth/api-key'
import { type BetterAuthOptions, betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { sql } from 'kysely'
import { connect, type Db } from '../platform/database/connect.ts'
import type { Secrets } from '../platform/secrets.ts'

/**
 * better-auth keeps users and API keys in its own schema `auth`; nobody but team/ reaches it. Fairlead's limits are
 * its own (http/), so the library's counters are off. No route of it is served yet: the API signs in by key.
 */
export interface AuthOptions {
  readonly db: Db
  readonly secrets: Pick<Secrets, 'macKeys'>
}

/** Shown at the head of every key, so that scanners of leaked secrets can find it. */
export const apiKeyPrefix = 'flk_'
const migrationLock = 0x61757468

function authOptions({ db, secret }: { db: Db; secret: string }) {
  return {
    database: { db, type: 'postgres', schemaName: 'auth', transaction: true },
    secret,
    telemetry: { enabled: false },
    // Its log lines quote what was sent; refusals are counted and logged by http/ without it.
    logger: { disabled: true },
    rateLimit: { enabled: false },
    emailAndPassword: { enabled: false },
    advanced: { database: { generateId: () => crypto.randomUUID() } },
    plugins: [
      apiKey({
        defaultPrefix: apiKeyPrefix,
        defaultKeyLength: 40,
        enableMetadata: true,
        maximumNameLength: 100,
        rateLimit: { enabled: false },
        startingCharactersConfig: { shouldStore: true, charactersLength: 8 },
      }),
    ],
  } satisfies BetterAuthOptions
}

/** Opens the library over the pool. Its secret follows from the first app key. */
export function createAuth({ db, secrets }: AuthOptions) {
  const [key] = secrets.macKeys('auth')
  if (key === undefined) throw new Error('better-auth needs an app key')
  return betterAuth(authOptions({ db, secret: Buffer.from(key.secret).toString('base64') }))
}
export type Auth = ReturnType<typeof createAuth>

/**
 * Makes or extends the tables in `auth` as fairlead_owner, and lets this login use them. `url`: a direct connection,
 * no transaction pooler. Several processes may start at once.
 */
export async function migrateAuth(url: string): Promise<void> {
  const db = connect({ url, most: 1, name: 'fairlead migrations' })
  try {
    await db.connection().execute(async session => {
      await sql`select pg_advisory_lock(${migrationLock})`.execute(session)
      await sql`set role fairlead_owner`.execute(session)
      // The session is one connection of the pool; to better-auth it is a database like any other.
      const { runMigrations } = await getMigrations(authOptions({ db: session, secret: '' }))
      await runMigrations()
      await sql`
        do $$ begin
          execute format('grant usage on schema auth to %I', session_user);
          execute format('grant select, insert, update, delete on all tables in schema auth to %I', session_user);
        end $$`.execute(session)
    })
  } finally {
    await db.destroy()
  }
}
