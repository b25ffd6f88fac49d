import type { WhoAmI } from '@fairlead/contract'
import { showId, type WorkspaceId } from '../platform/ids.ts'
import type { Caller } from '../team/caller.ts'
import { changePassword } from '../team/change-password.ts'
import { findLogin } from '../team/find-login.ts'
import { findMembersOfUser } from '../team/find-members.ts'
import { renameMember } from '../team/rename-member.ts'
import { api } from './api.ts'
import type { HttpParts } from './parts.ts'

export function meRoutes(parts: HttpParts) {
  return {
    get: api.me.get.handler(({ context: { caller, publicUrl } }) => showMe(caller, parts, publicUrl)),
    rename: api.me.rename.handler(async ({ input, context: { caller, publicUrl } }) =>
      showMe(await renameMember(parts, caller, input.name), parts, publicUrl),
    ),
    changePassword: api.me.changePassword.handler(async ({ input, context: { caller } }) => ({
      ended: await changePassword(parts, caller, input),
    })),
  }
}

/** Who is signed in, and where. An API key stands in one workspace; a session in all of its person. */
export async function showMe(caller: Caller, parts: HttpParts, publicUrl: string): Promise<WhoAmI> {
  const [user, memberships] = await Promise.all([
    findLogin(parts.auth, caller.userId),
    findMembersOfUser(parts.db, caller.userId),
  ])
  const isHere = (workspaceId: WorkspaceId) => caller.sessionId !== null || workspaceId === caller.workspaceId
  return {
    user,
    workspace: { id: showId('workspace', caller.workspaceId), name: caller.workspaceName },
    member: {
      id: showId('member', caller.memberId),
      name: caller.memberName,
      address: caller.memberAddress,
      role: caller.role,
    },
    workspaces: memberships
      .filter(one => isHere(one.workspaceId))
      .map(one => ({
        id: showId('workspace', one.workspaceId),
        name: one.workspaceName,
        memberId: showId('member', one.id),
        role: one.role,
      })),
    signedInBy: caller.sessionId === null ? 'api-key' : 'session',
    mode: parts.mode,
    publicUrl,
    features: { sandboxInbox: parts.mode === 'sandbox', channelKinds: [...parts.channels.keys()] },
  }
}
