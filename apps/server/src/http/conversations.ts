import { countFolders } from '../conversations/count-folders.ts'
import { listConversations } from '../conversations/list-conversations.ts'
import { api } from './api.ts'
import type { HttpParts } from './parts.ts'

export function conversationRoutes({ db }: HttpParts) {
  return {
    list: api.conversations.list.handler(({ input, context: { caller } }) =>
      listConversations(db, {
        ...{ workspaceId: caller.workspaceId, memberId: caller.memberId },
        ...{ folder: input.folder ?? null, words: input.q ?? '', cursor: input.cursor, limit: input.limit },
      }),
    ),
    counts: api.conversations.counts.handler(async ({ context: { caller } }) => ({
      folders: await countFolders(db, caller),
    })),
  }
}
