import { type ApiKey, Problem } from '@fairlead/contract'
import { sql } from 'kysely'
import type { Db } from '../platform/database/connect.ts'
import { requireSingleLine } from '../platform/single-line.ts'
import type { Auth } from './auth.ts'
import type { Caller } from './caller.ts'
import { createApiKey } from './create-api-key.ts'
import type { KeyRing } from './key-ring.ts'

interface KeyRow {
  readonly id: string
  readonly name: string | null
  readonly prefix: string | null
  readonly createdAt: Date
  readonly lastUsedAt: Date | null
  readonly expiresAt: Date | null
}

const isOwn = (caller: Caller) => sql`metadata::jsonb ->> 'memberId' = ${caller.memberId}`
const columns = sql`id, name, start as prefix, "createdAt", "lastRequest" as "lastUsedAt", "expiresAt"`

/** A member's API keys, the latest first; never the keys themselves. */
export async function listApiKeys(db: Db, caller: Caller): Promise<ApiKey[]> {
  const found = await sql<KeyRow>`
    select ${columns} from auth.apikey where ${isOwn(caller)} order by "createdAt" desc, id`.execute(db)
  return found.rows.map(show)
}

/** Makes a key; it is shown here and never again. Problem: email.line-break. */
export async function makeApiKey(
  deps: { db: Db; auth: Auth },
  caller: Caller,
  wish: { name: string; expiresInDays: number | undefined },
): Promise<ApiKey & { key: string }> {
  requireSingleLine('name', wish.name)
  const member = { workspaceId: caller.workspaceId, id: caller.memberId, userId: caller.userId }
  const { expiresInDays } = wish
  const made = await createApiKey(deps.auth, member, {
    ...{ name: wish.name },
    ...(expiresInDays === undefined ? {} : { expiresInDays }),
  })
  const found = await sql<KeyRow>`select ${columns} from auth.apikey where id = ${made.id}`.execute(deps.db)
  const [row] = found.rows
  if (row === undefined) throw new Error('a new API key is gone')
  return { ...show(row), key: made.key }
}

/** Ends a key of the member's own. Problem: not-found. */
export async function endApiKey(
  deps: { db: Db; keyRing: KeyRing },
  caller: Caller,
  apiKeyId: string,
): Promise<void> {
  const found = await sql`select from auth.apikey where id = ${apiKeyId} and ${isOwn(caller)}`.execute(
    deps.db,
  )
  if (found.rows.length === 0) throw new Problem('not-found', { what: 'API key' })
  await deps.keyRing.revoke(apiKeyId)
}

function show(row: KeyRow): ApiKey {
  return {
    id: row.id,
    name: row.name ?? '',
    prefix: row.prefix ?? '',
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    expiresAt: row.expiresAt?.toISOString() ?? null,
  }
}
