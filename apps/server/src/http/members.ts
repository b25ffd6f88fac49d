import { fill, memberRemovedSentence } from '@fairlead/contract'
import { showId } from '../platform/ids.ts'
import { changeRole, listMembers, removeMember } from '../team/members.ts'
import { api } from './api.ts'
import type { HttpParts } from './parts.ts'
import { requireId } from './require-id.ts'

export function memberRoutes(parts: HttpParts) {
  const { db, log } = parts
  return {
    list: api.members.list.handler(async ({ context: { caller } }) => ({
      members: await listMembers(db, caller),
    })),
    update: api.members.update.handler(async ({ input, context: { caller } }) => {
      const memberId = requireId('member', input.id)
      const member = await changeRole(db, caller, { memberId, role: input.role })
      const { workspaceId } = caller
      log.info({ workspaceId, memberId, by: caller.memberId, role: input.role }, 'A role was changed')
      return member
    }),
    remove: api.members.remove.handler(async ({ input, context: { caller } }) => {
      const memberId = requireId('member', input.id)
      const waiting = await removeMember(parts, caller, memberId)
      log.info({ workspaceId: caller.workspaceId, memberId, by: caller.memberId }, 'A member was removed')
      const sentence = fill(memberRemovedSentence, waiting)
      return { id: showId('member', memberId), waiting, sentence }
    }),
  }
}
