import type { NewDraft } from '@fairlead/contract'
import { checkDraft } from '../compose/check-draft.ts'
import { createDraft } from '../compose/create-draft.ts'
import { deleteDraft } from '../compose/delete-draft.ts'
import type { DraftContent } from '../compose/draft-content.ts'
import type { WhichEmail } from '../compose/draft-row.ts'
import { previewDraft } from '../compose/preview-sender.ts'
import { readDraft } from '../compose/read-draft.ts'
import { saveDraft } from '../compose/save-draft.ts'
import { sendDraft } from '../compose/send-draft.ts'
import type { WantedTime } from '../compose/send-time.ts'
import type { Caller } from '../team/caller.ts'
import { api } from './api.ts'
import type { HttpParts } from './parts.ts'
import { sightParts } from './previews.ts'
import { requireId } from './require-id.ts'

export function draftRoutes(parts: HttpParts) {
  const { db, accept } = parts
  const checking = { maxBytes: accept.maxBytes, sight: sightParts(parts) }
  return {
    create: api.drafts.create.handler(({ input, context: { caller } }) =>
      createDraft(db, {
        ...{ workspaceId: caller.workspaceId, memberId: caller.memberId },
        content: contentOf(input),
        createKey: input.createKey ?? null,
      }),
    ),
    get: api.drafts.get.handler(({ input, context: { caller } }) =>
      readDraft(db, whichEmail(caller, input.id)),
    ),
    save: api.drafts.save.handler(({ input, context: { caller } }) =>
      saveDraft(db, whichEmail(caller, input.id), { version: input.version, content: contentOf(input) }),
    ),
    remove: api.drafts.remove.handler(({ input, context: { caller } }) =>
      deleteDraft(db, whichEmail(caller, input.id)),
    ),
    check: api.drafts.check.handler(({ input, context: { caller } }) =>
      checkDraft(db, whichEmail(caller, input.id), { ...checking, when: timeOf(input) }),
    ),
    preview: api.drafts.preview.handler(({ input, context: { caller } }) =>
      previewDraft(db, whichEmail(caller, input.id), sightParts(parts)),
    ),
    send: api.drafts.send.handler(async ({ input, context: { caller } }) => {
      const { id, version, undoMs } = input
      const scheduled = await sendDraft(db, whichEmail(caller, id), {
        ...{ ...checking, version, when: timeOf(input) },
        ...(undoMs === undefined ? {} : { undoMs }),
      })
      accept.onDue()
      return scheduled
    }),
  }
}

/** The caller's email behind a shown id. Problem: not-found. */
export function whichEmail(caller: Caller, shown: string): WhichEmail {
  const { workspaceId, memberId } = caller
  return { workspaceId, memberId, emailId: requireId('email', shown) }
}

/** A time as the contract has it. */
export function timeOf(input: {
  sendAt?: string | undefined
  wall?: string | undefined
  zone?: string | undefined
}): WantedTime {
  const { sendAt, wall, zone } = input
  return {
    ...(sendAt === undefined ? {} : { sendAt: new Date(sendAt) }),
    ...(wall === undefined ? {} : { wall }),
    ...(zone === undefined ? {} : { zone }),
  }
}

function contentOf(input: NewDraft): DraftContent {
  const { to, cc, bcc, subject, html, savedFrom, identityId, linkId } = input
  return {
    ...{ to, cc, bcc, subject, html, savedFrom },
    identityId: identityId === null ? null : requireId('identity', identityId),
    linkId: linkId === null ? null : requireId('link', linkId),
  }
}
