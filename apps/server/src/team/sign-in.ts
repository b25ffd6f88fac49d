import { Problem } from '@fairlead/contract'
import { APIError } from 'better-auth/api'
import { sql } from 'kysely'
import type { Db } from '../platform/database/connect.ts'
import type { SessionId } from '../platform/ids.ts'
import type { Auth } from './auth.ts'
import type { Caller } from './caller.ts'
import { findMembersOfUser } from './find-members.ts'
import { forgetAttempt, forgetAttempts, type PaceRule, paceAttempt } from './pace-attempts.ts'
import { endSessions } from './passwords.ts'
import { callerOf, headersOf, type Visit } from './session-desk.ts'

export interface SignedIn {
  readonly caller: Caller
  /** Set-Cookie lines. */
  readonly cookies: readonly string[]
}

export interface SignInWish {
  readonly address: string
  readonly password: string
  readonly visit: Omit<Visit, 'workspaceId'>
  /** The line that the visitor comes from: an IPv4 address or an IPv6 /64. */
  readonly line: string
}

/**
 * A session for whoever knows the password. Wrong ones are slowed down by address and line together, by line, and,
 * much more gently, by address, so that strangers cannot lock its owner out. The answer to a wrong password takes as
 * long as to an unknown address. Problems: auth.wrong-password, auth.too-many-attempts, auth.no-workspace.
 */
export async function signIn(deps: { db: Db; auth: Auth }, wish: SignInWish): Promise<SignedIn> {
  const { own, ofLine } = rulesFor(wish)
  await paceAttempt(deps.db, [...own, ofLine], 'auth.too-many-attempts')
  const made = await askLibrary(deps, wish)
  await forgetAttempts(deps.db, own)
  await forgetAttempt(deps.db, ofLine)
  const session = await (await deps.auth.$context).internalAdapter.findSession(made.token)
  if (session === null) throw new Error('a new session is gone')
  const [member] = await findMembersOfUser(deps.db, session.user.id)
  if (member === undefined) {
    await endSessions(deps.db, { userId: session.user.id, except: null })
    throw new Problem('auth.no-workspace')
  }
  return { caller: callerOf(member, session.session.id as SessionId), cookies: made.cookies }
}

/** Of one address from one line; of one address, where even the longest wait is short; and of one line. */
function rulesFor({ address, line }: SignInWish): { own: PaceRule[]; ofLine: PaceRule } {
  const who = address.trim().toLowerCase()
  return {
    own: [
      { of: `password ${who} ${line}`, free: 8, waitSeconds: 5, mostSeconds: 300 },
      { of: `password ${who}`, free: 40, waitSeconds: 1, mostSeconds: 4 },
    ],
    ofLine: { of: `passwords of ${line}`, free: 60, waitSeconds: 5, mostSeconds: 300 },
  }
}

async function askLibrary(
  { db, auth }: { db: Db; auth: Auth },
  { address, password, visit }: SignInWish,
): Promise<{ token: string; cookies: string[] }> {
  try {
    const { headers, response } = await auth.api.signInEmail({
      body: { email: address.trim(), password },
      headers: headersOf(visit),
      returnHeaders: true,
    })
    return { token: response.token, cookies: headers.getSetCookie() }
  } catch (error) {
    if (error instanceof APIError && (error.statusCode === 401 || error.statusCode === 400)) {
      throw new Problem('auth.wrong-password')
    }
    // The library hides a database that cannot be asked; its own error says more.
    await sql`select 1`.execute(db)
    throw error
  }
}
