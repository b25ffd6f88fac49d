import { Problem } from '@fairlead/contract'
import { sql } from 'kysely'
import type { Db } from '../platform/database/connect.ts'
import type { SessionId, WorkspaceId } from '../platform/ids.ts'
import { type Auth, addressHeader } from './auth.ts'
import type { Caller } from './caller.ts'
import { findMembersOfUser, type Member } from './find-members.ts'

/** What of a request says who its browser belongs to. */
export interface Visit {
  /** The whole Cookie header. */
  readonly cookies: string
  readonly userAgent: string
  readonly ip: string
  /** Wanted for this request; default the session's, else the oldest. */
  readonly workspaceId: WorkspaceId | null
}

export interface Recognised {
  readonly caller: Caller
  /** Set-Cookie lines: now and then the session is prolonged. */
  readonly cookies: readonly string[]
}

/** Is there a session's cookie at all? */
export function hasSessionCookie(cookies: string): boolean {
  return /(?:^|;\s*)(?:__Secure-)?fairlead\.session_token=/.test(cookies)
}

/** Headers as better-auth reads them; the address is the one that we know, never one that the client names. */
export function headersOf(visit: Pick<Visit, 'cookies' | 'userAgent' | 'ip'>): Headers {
  return new Headers({
    cookie: visit.cookies,
    'user-agent': visit.userAgent.slice(0, 500),
    [addressHeader]: visit.ip,
  })
}

/**
 * The member behind a session's cookie; null where there is no such session or it has ended. Problems:
 * auth.no-workspace, not-found (the wanted workspace is not theirs).
 */
export async function recogniseVisit(deps: { db: Db; auth: Auth }, visit: Visit): Promise<Recognised | null> {
  if (!hasSessionCookie(visit.cookies)) return null
  const { response: found, headers } = await findSession(deps, visit)
  if (found === null) return null
  const members = await findMembersOfUser(deps.db, found.user.id)
  const member = choose(members, visit.workspaceId, found.session.workspaceId ?? null)
  return {
    caller: callerOf(member, found.session.id as SessionId),
    cookies: headers.getSetCookie(),
  }
}

/** better-auth says "internal error" for a database that cannot be asked; the database's own error says more. */
async function findSession({ db, auth }: { db: Db; auth: Auth }, visit: Visit) {
  try {
    return await auth.api.getSession({ headers: headersOf(visit), returnHeaders: true })
  } catch (error) {
    await sql`select 1`.execute(db)
    throw error
  }
}

function choose(members: readonly Member[], wanted: WorkspaceId | null, usual: string | null): Member {
  const [oldest] = members
  if (oldest === undefined) throw new Problem('auth.no-workspace')
  if (wanted === null) return members.find(member => member.workspaceId === usual) ?? oldest
  const named = members.find(member => member.workspaceId === wanted)
  if (named === undefined) throw new Problem('not-found', { what: 'workspace' })
  return named
}

/** The caller that a session makes of a member. */
export function callerOf(member: Member, sessionId: SessionId): Caller {
  return {
    apiKeyId: `sessions of ${member.id}`,
    sessionId,
    userId: member.userId,
    workspaceId: member.workspaceId,
    workspaceName: member.workspaceName,
    memberId: member.id,
    memberName: member.name,
    memberAddress: member.address,
    role: member.role,
  }
}
