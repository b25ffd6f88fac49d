import { showId } from '../platform/ids.ts'
import { api } from './api.ts'
import type { HttpParts } from './parts.ts'

export function meRoutes({ mode }: HttpParts) {
  return {
    get: api.me.get.handler(({ context: { caller } }) => ({
      workspace: { id: showId('workspace', caller.workspaceId), name: caller.workspaceName },
      member: {
        id: showId('member', caller.memberId),
        name: caller.memberName,
        address: caller.memberAddress,
        role: caller.role,
      },
      mode,
    })),
  }
}
