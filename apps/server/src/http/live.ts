import type { LiveNews } from '@fairlead/contract'
import { withEventMeta } from '@orpc/server'
import type { LiveMessage } from '../conversations/live-stream.ts'
import { api } from './api.ts'
import type { HttpParts } from './parts.ts'

/** How long a browser waits before it connects again. */
const retryMs = 2_000

export function liveRoutes({ live }: HttpParts) {
  return {
    listen: api.live.listen.handler(async ({ input, context: { caller }, lastEventId, signal }) =>
      show(
        await live.open({
          ...{ workspaceId: caller.workspaceId, memberId: caller.memberId, signal },
          after: lastEventId ?? input.query.after ?? null,
        }),
      ),
    ),
  }
}

async function* show(messages: AsyncGenerator<LiveMessage, void>): AsyncGenerator<LiveNews, void> {
  for await (const { id, news } of messages) yield withEventMeta(news, { id, retry: retryMs })
}
