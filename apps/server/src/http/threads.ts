import { Problem } from '@fairlead/contract'
import { readInbound } from '../conversations/read-inbound.ts'
import { readNotice } from '../conversations/read-notice.ts'
import { readThread } from '../conversations/read-thread.ts'
import { showPage } from '../conversations/show-html.ts'
import { listUnmatched } from '../inbound/list-notices.ts'
import { showId } from '../platform/ids.ts'
import { api } from './api.ts'
import { downloadOf, framedHeaders } from './downloads.ts'
import type { HttpParts } from './parts.ts'
import { requireId } from './require-id.ts'
import { showNotice } from './show-notice.ts'
import { showProgress } from './show-progress.ts'

export function threadRoutes({ db }: HttpParts) {
  return {
    threads: {
      get: api.threads.get.handler(async ({ input, context: { caller } }) => {
        const { workspaceId, memberId } = caller
        const threadId = requireId('thread', input.id)
        const thread = await readThread(db, { workspaceId, memberId, threadId })
        const emails = []
        for (const { emailId, ...rest } of thread.emails) {
          emails.push({ ...(await showProgress(db, { workspaceId, memberId, emailId })), ...rest })
        }
        return { id: showId('thread', threadId), subject: thread.subject, emails, inbound: thread.inbound }
      }),
    },
    inbound: {
      body: api.inbound.body.handler(async ({ input, context: { caller } }) => {
        const { workspaceId, memberId } = caller
        const message = await readInbound(db, {
          ...{ workspaceId, memberId, inboundId: requireId('inbound', input.id) },
        })
        return {
          headers: framedHeaders,
          body: new Blob([showPage(message)], { type: 'text/html; charset=utf-8' }),
        }
      }),
      attachment: api.inbound.attachment.handler(async ({ input, context: { caller } }) => {
        const { workspaceId, memberId } = caller
        const { files } = await readInbound(db, {
          ...{ workspaceId, memberId, inboundId: requireId('inbound', input.id) },
        })
        const file = files[input.index]
        if (file === undefined) throw new Problem('not-found', { what: 'attachment' })
        return downloadOf(file.bytes, file.filename)
      }),
    },
    notices: {
      unmatched: api.notices.unmatched.handler(async ({ input, context: { caller } }) => {
        const after = input.after === undefined ? {} : { after: requireId('notice', input.after) }
        const which = { workspaceId: caller.workspaceId, most: input.limit, ...after }
        return { notices: (await listUnmatched(db, which)).map(showNotice) }
      }),
      raw: api.notices.raw.handler(async ({ input, context: { caller } }) => {
        const { workspaceId, role } = caller
        const bytes = await readNotice(db, {
          ...{ workspaceId, memberId: role === 'admin' ? null : caller.memberId },
          noticeId: requireId('notice', input.id),
        })
        return downloadOf(bytes, 'returned.eml')
      }),
    },
  }
}
