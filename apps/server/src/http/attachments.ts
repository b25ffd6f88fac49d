import { listAttachments, removeAttachment } from '../compose/attachments-of-draft.ts'
import { api } from './api.ts'
import { whichEmail } from './drafts.ts'
import type { HttpParts } from './parts.ts'
import { requireId } from './require-id.ts'

/** Those that speak JSON; upload and download are streams (attachment-streams.ts). */
export function attachmentRoutes({ db, accept }: HttpParts) {
  return {
    list: api.attachments.list.handler(({ input, context: { caller } }) =>
      listAttachments(db, whichEmail(caller, input.id), accept),
    ),
    remove: api.attachments.remove.handler(({ input, context: { caller } }) =>
      removeAttachment(db, whichEmail(caller, input.id), requireId('attachment', input.attachmentId)),
    ),
  }
}
