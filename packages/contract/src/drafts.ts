import { z } from 'zod'
import { shownCheck } from './check.ts'
import { limits } from './limits.ts'
import { recipientView } from './recipient-view.ts'
import { fails, route } from './route.ts'
import { draftAttachment, emailState, ids, shownTime } from './schemas.ts'

const tokens = z.array(z.string().max(limits.draftTokenCharacters)).max(limits.draftTokens).default([])

/** A draft is kept as it was typed: an address may be wrong, everything may be missing. */
const typed = {
  identityId: ids.identity
    .nullable()
    .default(null)
    .meta({ description: 'null: your default identity when it is sent' }),
  linkId: ids.link.nullable().default(null).meta({ description: "null: the identity's delivery channel" }),
  to: tokens.meta({ description: 'as typed, one recipient in each' }),
  cc: tokens,
  bcc: tokens,
  subject: z.string().max(limits.subjectCharacters).default(''),
  html: z
    .string()
    .max(limits.bodyCharacters)
    .default('')
    .meta({ description: 'cleaned when saved; {{my_signature}} places the signature' }),
}
const savedFrom = z
  .string()
  .max(64)
  .default('')
  .meta({ description: 'your name for this window; told to another one that saves over it' })

export const newDraft = z.strictObject({
  ...typed,
  savedFrom,
  createKey: z
    .string()
    .min(8)
    .max(64)
    .optional()
    .meta({ description: 'any text of your own, such as a UUID: the same key makes one draft' }),
})
export type NewDraft = z.infer<typeof newDraft>

export const draft = z
  .object({
    id: ids.email,
    threadId: ids.thread,
    version: z.int().meta({ description: 'grows with each change; give it back when you save or send' }),
    state: emailState,
    identityId: ids.identity.nullable(),
    linkId: ids.link.nullable(),
    to: z.array(z.string()),
    cc: z.array(z.string()),
    bcc: z.array(z.string()),
    subject: z.string(),
    html: z.string(),
    attachments: z.array(draftAttachment),
    isFollowUp: z.boolean().meta({ description: 'it continues a conversation' }),
    createdAt: shownTime,
    savedAt: shownTime,
    savedFrom: z.string(),
  })
  .meta({ description: 'An email that is being written; only its writer sees it' })
export type Draft = z.infer<typeof draft>

export const sendTime = {
  sendAt: z.iso
    .datetime({ offset: true })
    .optional()
    .meta({ description: 'an instant; or give wall and zone' }),
  wall: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/)
    .optional()
    .meta({ description: 'local date and time, such as 2027-03-28T09:30' }),
  zone: z
    .string()
    .max(64)
    .optional()
    .meta({ description: 'IANA time zone of wall, such as Europe/Amsterdam' }),
}

export const scheduled = z
  .object({
    id: ids.email,
    state: emailState,
    version: z.int(),
    sendAt: shownTime.meta({ description: 'when it leaves; until then it can be taken back' }),
    wall: z.string().nullable().meta({ description: 'as chosen' }),
    zone: z.string().nullable(),
    isMoved: z
      .boolean()
      .meta({ description: 'the clocks skip the chosen time that night, so it leaves later' }),
  })
  .meta({ description: 'When an email leaves' })
export type Scheduled = z.infer<typeof scheduled>

const id = z.object({ id: ids.email })
const tags = ['Drafts']

/** Writing an email. */
export const drafts = {
  create: route
    .route({
      ...{ method: 'POST', path: '/drafts', operationId: 'createDraft', tags, successStatus: 201 },
      summary: 'Start a draft; everything may be empty',
    })
    .errors(fails('request.too-large', 'email.html-too-complex', 'draft.not-a-draft', 'not-found'))
    .input(newDraft)
    .output(draft),
  get: route
    .route({ method: 'GET', path: '/drafts/{id}', operationId: 'getDraft', summary: 'A draft', tags })
    .errors(fails('not-found', 'draft.not-a-draft'))
    .input(id)
    .output(draft),
  save: route
    .route({
      ...{ method: 'PUT', path: '/drafts/{id}', operationId: 'saveDraft', tags },
      summary: 'Save a draft as a whole',
      description:
        'Give the version that you changed. Where somebody saved in between, the answer is draft.changed with the newer version, and nothing is overwritten. Saving the same again is answered as if it were the first time.',
    })
    .errors(
      fails('request.too-large', 'draft.changed', 'draft.not-a-draft', 'email.html-too-complex', 'not-found'),
    )
    .input(z.strictObject({ ...typed, savedFrom, id: ids.email, version: z.int().min(1) }))
    .output(draft),
  remove: route
    .route({
      ...{ method: 'DELETE', path: '/drafts/{id}', operationId: 'deleteDraft', tags, successStatus: 204 },
      summary: 'Delete a draft and its attachments',
    })
    .errors(fails('not-found', 'draft.not-a-draft'))
    .input(id),
  check: route
    .route({
      ...{ method: 'POST', path: '/drafts/{id}/check', operationId: 'checkDraft', tags },
      summary: 'Everything that stands in the way of sending, each with its fix',
    })
    .errors(fails('not-found', 'draft.not-a-draft'))
    .input(z.strictObject({ id: ids.email, ...sendTime }))
    .output(shownCheck),
  preview: route
    .route({
      ...{ method: 'GET', path: '/drafts/{id}/preview', operationId: 'previewDraft', tags },
      summary: 'What the recipients of a draft will see',
    })
    .errors(fails('not-found', 'draft.not-a-draft', 'identity.none', 'link.none'))
    .input(id)
    .output(recipientView),
  send: route
    .route({
      ...{ method: 'POST', path: '/drafts/{id}/send', operationId: 'sendDraft', tags, successStatus: 202 },
      summary: 'Send a draft now, with time to undo, or later',
      description:
        'Freezes content, signature, identity and delivery channel. Sending the same version again is answered as the first time and makes no second email.',
    })
    .errors(
      fails(
        ...([
          'draft.changed',
          'draft.not-a-draft',
          'email.no-recipient',
          'email.too-many-recipients',
        ] as const),
        ...(['email.address-invalid', 'email.no-content', 'email.line-break', 'email.too-large'] as const),
        ...(['email.send-at-too-far', 'email.send-at-past', 'email.zone-unknown'] as const),
        ...(['recipients.all-suppressed', 'email.too-many-attachments'] as const),
        ...(['identity.none', 'identity.unverified', 'link.none', 'link.not-usable', 'not-found'] as const),
      ),
    )
    .input(
      z.strictObject({
        id: ids.email,
        version: z.int().min(1),
        ...sendTime,
        undoMs: z
          .int()
          .min(0)
          .max(limits.undoMs)
          .optional()
          .meta({ description: "default: the workspace's setting, 10 seconds" }),
      }),
    )
    .output(scheduled),
}
