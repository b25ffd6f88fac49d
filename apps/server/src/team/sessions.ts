import { Problem, type Session } from '@fairlead/contract'
import { sql } from 'kysely'
import type { Db } from '../platform/database/connect.ts'
import { type SessionId, showId, type WorkspaceId } from '../platform/ids.ts'
import type { Auth } from './auth.ts'
import type { Caller } from './caller.ts'
import { findMembersOfUser } from './find-members.ts'
import { callerOf, headersOf, type Visit } from './session-desk.ts'

interface SessionRow {
  readonly id: SessionId
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly expiresAt: Date
  readonly ipAddress: string | null
  readonly userAgent: string | null
}

/** Where a person is signed in, the latest first. */
export async function listSessions(db: Db, caller: Caller): Promise<Session[]> {
  const found = await sql<SessionRow>`
    select id, "createdAt", "updatedAt", "expiresAt", "ipAddress", "userAgent" from auth.session
    where "userId" = ${caller.userId} and "expiresAt" > clock_timestamp()
    order by "updatedAt" desc, id limit 100`.execute(db)
  return found.rows.map(row => ({
    id: showId('session', row.id),
    isCurrent: row.id === caller.sessionId,
    createdAt: row.createdAt.toISOString(),
    lastSeenAt: row.updatedAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    ip: row.ipAddress === '' ? null : row.ipAddress,
    userAgent: row.userAgent === '' ? null : row.userAgent,
  }))
}

/** Ends one session of a person at once. Problem: not-found. */
export async function revokeSession(db: Db, of: { userId: string; sessionId: SessionId }): Promise<void> {
  const ended = await sql`
    delete from auth.session where id = ${of.sessionId} and "userId" = ${of.userId} returning id`.execute(db)
  if (ended.rows.length === 0) throw new Problem('not-found', { what: 'session' })
}

/** Ends the visit's session, where there is one; answers the Set-Cookie lines that take its cookie away. */
export async function signOut(auth: Auth, visit: Omit<Visit, 'workspaceId'>): Promise<string[]> {
  const { headers } = await auth.api.signOut({ headers: headersOf(visit), returnHeaders: true })
  return headers.getSetCookie()
}

/** The session works in this workspace from now on. Problem: not-found, also for an API key, which has but one. */
export async function switchWorkspace(db: Db, caller: Caller, workspaceId: WorkspaceId): Promise<Caller> {
  const members = await findMembersOfUser(db, caller.userId)
  const member = members.find(one => one.workspaceId === workspaceId)
  if (member === undefined || caller.sessionId === null) throw new Problem('not-found', { what: 'workspace' })
  await sql`update auth.session set "workspaceId" = ${workspaceId} where id = ${caller.sessionId}`.execute(db)
  return callerOf(member, caller.sessionId)
}
