import type { Reason } from '@fairlead/bounce'
import { changeRows, type RowAction } from '../conversations/change-rows.ts'
import { countFolders } from '../conversations/count-folders.ts'
import { findCauses } from '../conversations/find-causes.ts'
import { listConversations } from '../conversations/list-conversations.ts'
import type { ListFilters } from '../conversations/list-filters.ts'
import type { Caller } from '../team/caller.ts'
import { api } from './api.ts'
import type { HttpParts } from './parts.ts'
import { requireId } from './require-id.ts'
import { showProblem } from './show-problem.ts'

export function conversationRoutes({ db, live }: HttpParts) {
  const change = async (caller: Caller, action: RowAction, ids: readonly string[]) => {
    const { workspaceId, memberId } = caller
    const answers = await changeRows(db, { workspaceId, memberId, action, ids })
    live.tell()
    return { results: answers.map(({ id, problem }) => ({ id, problem: problem && showProblem(problem) })) }
  }
  return {
    list: api.conversations.list.handler(({ input, context: { caller } }) =>
      listConversations(db, {
        ...{ workspaceId: caller.workspaceId, memberId: caller.memberId },
        ...{ folder: input.folder ?? null, group: input.group ?? null, words: input.q ?? '' },
        ...{ order: input.order, cursor: input.cursor, limit: input.limit },
        filters: filtersOf(input),
      }),
    ),
    counts: api.conversations.counts.handler(async ({ context: { caller } }) => ({
      folders: await countFolders(db, caller),
    })),
    causes: api.conversations.causes.handler(async ({ context: { caller } }) => ({
      causes: await findCauses(db, caller),
    })),
    archive: api.conversations.archive.handler(({ input, context: { caller } }) =>
      change(caller, 'archive', input.ids),
    ),
    unarchive: api.conversations.unarchive.handler(({ input, context: { caller } }) =>
      change(caller, 'unarchive', input.ids),
    ),
    delete: api.conversations.delete.handler(({ input, context: { caller } }) =>
      change(caller, 'delete', input.ids),
    ),
    restore: api.conversations.restore.handler(({ input, context: { caller } }) =>
      change(caller, 'restore', input.ids),
    ),
  }
}

type GivenFilters = Omit<ListFilters, 'since' | 'until' | 'linkId' | 'identityId' | 'reason'> & {
  readonly since?: string | undefined
  readonly until?: string | undefined
  readonly linkId?: string | undefined
  readonly identityId?: string | undefined
  readonly reason?: Reason['code'] | undefined
}

function filtersOf(input: GivenFilters): ListFilters {
  const { since, until, linkId, identityId, channel, reason, reasonGroup, state } = input
  return {
    ...(since === undefined ? {} : { since: new Date(since) }),
    ...(until === undefined ? {} : { until: new Date(until) }),
    ...(linkId === undefined ? {} : { linkId: requireId('link', linkId) }),
    ...(identityId === undefined ? {} : { identityId: requireId('identity', identityId) }),
    ...(channel === undefined ? {} : { channel }),
    ...(reason === undefined ? {} : { reason }),
    ...(reasonGroup === undefined ? {} : { reasonGroup }),
    ...(state === undefined ? {} : { state }),
  }
}
