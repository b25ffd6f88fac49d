import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { z } from 'zod'
import type { Db } from '../platform/database/connect.ts'
import type { MemberId, WorkspaceId } from '../platform/ids.ts'
import { type Auth, apiKeyPrefix } from './auth.ts'
import type { Caller } from './caller.ts'
import { findMember } from './find-members.ts'

export interface KeyRing {
  /** The caller behind a key; null for a key that is unknown, revoked or expired, or whose member is gone. */
  verify(key: string): Promise<Caller | null>
  /** Ends a key, here at once and in other processes within five seconds. */
  revoke(apiKeyId: string): Promise<void>
}

interface Held {
  readonly caller: Caller
  readonly until: number
}

// A revoked key or a changed role is noticed everywhere within this time.
const holdMs = 5_000
const mostHeld = 1_000
const keyShape = new RegExp(`^${apiKeyPrefix}[A-Za-z0-9]{40}$`)
const metadataShape = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown
    } catch {
      context.addIssue('no JSON')
      return z.NEVER
    }
  })
  .pipe(z.object({ workspaceId: z.uuid(), memberId: z.uuid() }))

/**
 * Verifies keys. Good answers are held in memory for a few seconds by the key's hash, so that a busy client does not
 * cost three queries a request; bad ones are never held, and a text that cannot be a key costs no query.
 */
export function createKeyRing(deps: { db: Db; auth: Auth }): KeyRing {
  const held = new Map<string, Held>()
  return {
    async verify(key) {
      if (!keyShape.test(key)) return null
      const hash = createHash('sha256').update(key).digest('base64')
      const known = held.get(hash)
      if (known !== undefined && performance.now() < known.until) return known.caller
      held.delete(hash)
      const caller = await askDatabase(deps.db, key)
      if (caller === null) return null
      const oldest = held.keys().next()
      if (held.size >= mostHeld && !oldest.done) held.delete(oldest.value)
      held.set(hash, { caller, until: performance.now() + holdMs })
      return caller
    },
    async revoke(apiKeyId) {
      const { adapter } = await deps.auth.$context
      await adapter.delete({ model: 'apikey', where: [{ field: 'id', value: apiKeyId }] })
      for (const [hash, { caller }] of held) if (caller.apiKeyId === apiKeyId) held.delete(hash)
    },
  }
}

interface KeyRow {
  readonly id: string
  readonly metadata: string | null
}

/**
 * Asks better-auth's table itself: its own check answers "invalid" when the database cannot be asked, and writes a row
 * each time. Keys are kept as base64url of SHA-256.
 */
async function askDatabase(db: Db, key: string): Promise<Caller | null> {
  const hash = createHash('sha256').update(key).digest('base64url')
  const found = await sql<KeyRow>`
    select id, metadata from auth.apikey
    where key = ${hash} and enabled is not false and ("expiresAt" is null or "expiresAt" > clock_timestamp())`.execute(
    db,
  )
  const [row] = found.rows
  const metadata = metadataShape.safeParse(row?.metadata)
  if (row === undefined || !metadata.success) return null
  const member = await findMember(db, {
    workspaceId: metadata.data.workspaceId as WorkspaceId,
    memberId: metadata.data.memberId as MemberId,
  })
  if (member === null) return null
  await noteUse(db, row.id)
  return {
    apiKeyId: row.id,
    sessionId: null,
    userId: member.userId,
    workspaceId: member.workspaceId,
    workspaceName: member.workspaceName,
    memberId: member.id,
    memberName: member.name,
    memberAddress: member.address,
    role: member.role,
  }
}

/** For people who ask which of their keys is still in use; at most a write a minute. */
async function noteUse(db: Db, apiKeyId: string): Promise<void> {
  await sql`
    update auth.apikey set "lastRequest" = clock_timestamp()
    where id = ${apiKeyId} and ("lastRequest" is null or "lastRequest" < clock_timestamp() - interval '1 minute')`.execute(
    db,
  )
}
