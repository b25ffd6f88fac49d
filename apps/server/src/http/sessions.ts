import { endSessions } from '../team/passwords.ts'
import { listSessions, revokeSession, signOut, switchWorkspace } from '../team/sessions.ts'
import { signIn } from '../team/sign-in.ts'
import { api, publicApi } from './api.ts'
import { addressOf } from './authenticate.ts'
import { showMe } from './me.ts'
import type { HttpParts } from './parts.ts'
import { requireId } from './require-id.ts'

export function sessionRoutes(parts: HttpParts) {
  return {
    create: publicApi.session.create.handler(async ({ input, context }) => {
      const { visit } = context
      const { caller, cookies } = await signIn(parts, { ...input, visit, line: addressOf(visit.ip) })
      context.setCookies(cookies)
      return showMe(caller, parts, context.publicUrl)
    }),
    end: publicApi.session.end.handler(async ({ context }) => {
      context.setCookies(await signOut(parts.auth, context.visit))
    }),
    switchWorkspace: api.session.switchWorkspace.handler(async ({ input, context }) => {
      const workspaceId = requireId('workspace', input.workspaceId)
      const caller = await switchWorkspace(parts.db, context.caller, workspaceId)
      return showMe(caller, parts, context.publicUrl)
    }),
  }
}

export function sessionsRoutes({ db }: HttpParts) {
  return {
    list: api.sessions.list.handler(async ({ context: { caller } }) => ({
      sessions: await listSessions(db, caller),
    })),
    revoke: api.sessions.revoke.handler(({ input, context: { caller } }) =>
      revokeSession(db, { userId: caller.userId, sessionId: requireId('session', input.id) }),
    ),
    revokeOthers: api.sessions.revokeOthers.handler(async ({ context: { caller } }) => ({
      ended: await endSessions(db, { userId: caller.userId, except: caller.sessionId }),
    })),
  }
}
