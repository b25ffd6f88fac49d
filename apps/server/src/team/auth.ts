import { apiKey } from '@better-auth/api-key'
import { limits } from '@fairlead/contract'
import { type BetterAuthOptions, betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { sql } from 'kysely'
import { connect, type Db } from '../platform/database/connect.ts'
import type { Secrets } from '../platform/secrets.ts'

/**
 * better-auth keeps users and API keys in its own schema `auth`; nobody but team/ reaches it. Fairlead's limits are
 * its own (http/), so the library's counters are off. No route of it is served: the API calls it.
 */
export interface AuthOptions {
  readonly db: Db
  readonly secrets: Pick<Secrets, 'macKeys'>
  /** Over https cookies are for https alone. */
  readonly publicUrl?: string | null
}

/** Shown at the head of every key, so that scanners of leaked secrets can find it. */
export const apiKeyPrefix = 'flk_'
const migrationLock = 0x61757468
// The library wants one; nothing that we use of it makes links.
const unknownUrl = 'http://localhost'

const dayS = 86_400

/** Where a request's address stands for better-auth: a name that no client can send past us. */
export const addressHeader = 'x-fairlead-address'

function authOptions({ db, secret, publicUrl }: { db: Db; secret: string; publicUrl: string }) {
  return {
    baseURL: publicUrl,
    database: { db, type: 'postgres', schemaName: 'auth', transaction: true },
    secret,
    telemetry: { enabled: false },
    // Its log lines quote what was sent; refusals are counted and logged by http/ without it.
    logger: { disabled: true },
    rateLimit: { enabled: false },
    emailAndPassword: {
      enabled: true,
      // People come by set-up and by invitation.
      disableSignUp: true,
      minPasswordLength: limits.passwordLeastCharacters,
      maxPasswordLength: limits.passwordCharacters,
    },
    session: {
      expiresIn: 14 * dayS,
      updateAge: dayS,
      additionalFields: { workspaceId: { type: 'string', required: false, input: false } },
    },
    advanced: {
      database: { generateId: () => crypto.randomUUID() },
      cookiePrefix: 'fairlead',
      useSecureCookies: publicUrl.startsWith('https:'),
      defaultCookieAttributes: { sameSite: 'lax', httpOnly: true, path: '/' },
      ipAddress: { ipAddressHeaders: [addressHeader] },
    },
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
export function createAuth({ db, secrets, publicUrl }: AuthOptions) {
  const [key] = secrets.macKeys('auth')
  if (key === undefined) throw new Error('better-auth needs an app key')
  const secret = Buffer.from(key.secret).toString('base64')
  return betterAuth(authOptions({ db, secret, publicUrl: publicUrl ?? unknownUrl }))
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
      const { runMigrations } = await getMigrations(
        authOptions({ db: session, secret: '', publicUrl: unknownUrl }),
      )
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
