import { z } from 'zod'
import { shownReason } from './reason.ts'
import { fails, route } from './route.ts'
import { email, ids, shownTime } from './schemas.ts'

export const inboundMessage = z
  .object({
    id: ids.inbound,
    kind: z.enum(['reply', 'auto-reply', 'challenge']),
    from: z.object({ name: z.string(), address: z.string() }),
    subject: z.string(),
    receivedAt: shownTime,
    snippet: z.string().meta({ description: 'the beginning of its text, at most 300 characters' }),
    text: z.string().nullable().meta({ description: 'its text; null: it is too large to be read here' }),
    hasHtml: z.boolean().meta({ description: 'show /inbound/{id}/body in a sandboxed frame' }),
    attachments: z.array(
      z.object({
        index: z.int(),
        filename: z.string(),
        contentType: z.string(),
        bytes: z.int(),
      }),
    ),
    noticeId: ids.notice.nullable().meta({ description: 'its bytes as they came' }),
  })
  .meta({ description: 'What came back: an answer of a person or of their mailbox' })
export type ShownInbound = z.infer<typeof inboundMessage>

export const threadEmail = email
  .extend({
    body: z
      .object({
        html: z
          .string()
          .nullable()
          .meta({ description: 'as it was written, without anything that runs or loads' }),
        text: z.string(),
      })
      .meta({ description: 'the message as sent; before that as it is written now' }),
    isArchived: z.boolean(),
    isDeleted: z.boolean(),
  })
  .meta({ description: 'An email of a conversation, with its body' })
export type ThreadEmail = z.infer<typeof threadEmail>

export const threads = {
  get: route
    .route({
      method: 'GET',
      path: '/threads/{id}',
      operationId: 'getThread',
      summary: 'A conversation: its emails with everything that became of them, and what came back',
      tags: ['Conversations'],
    })
    .errors(fails('not-found'))
    .input(z.object({ id: ids.thread }))
    .output(
      z.object({
        id: ids.thread,
        subject: z.string(),
        emails: z.array(threadEmail).meta({ description: 'oldest first; at most the newest 100' }),
        inbound: z.array(inboundMessage).meta({ description: 'oldest first; at most the newest 100' }),
      }),
    ),
}

const fileHeaders = z.object({
  'content-security-policy': z.string(),
  'x-content-type-options': z.literal('nosniff'),
})

export const inbound = {
  body: route
    .route({
      method: 'GET',
      path: '/inbound/{id}/body',
      operationId: 'getInboundBody',
      summary:
        'The html of a received message, for a sandboxed frame: nothing runs, nothing is loaded from elsewhere',
      tags: ['Conversations'],
      outputStructure: 'detailed',
    })
    .errors(fails('not-found'))
    .input(z.object({ id: ids.inbound }))
    .output(
      z.object({
        headers: fileHeaders.extend({ 'x-frame-options': z.string(), 'content-disposition': z.string() }),
        body: z.instanceof(Blob),
      }),
    ),
  attachment: route
    .route({
      method: 'GET',
      path: '/inbound/{id}/attachments/{index}',
      operationId: 'getInboundAttachment',
      summary: 'A file of a received message, always as a download',
      tags: ['Conversations'],
      outputStructure: 'detailed',
    })
    .errors(fails('not-found'))
    .input(z.object({ id: ids.inbound, index: z.coerce.number().int().min(0).max(1_000) }))
    .output(
      z.object({
        headers: fileHeaders.extend({ 'content-disposition': z.string() }),
        body: z.instanceof(Blob),
      }),
    ),
}

export const notice = z
  .object({
    id: ids.notice,
    kind: z.enum(['bounce', 'delay', 'delivered', 'feedback', 'auto-reply', 'challenge', 'other']),
    receivedAt: shownTime,
    envelopeFrom: z.string(),
    envelopeTo: z.array(z.string()),
    bytes: z.int(),
    recipients: z.array(
      z.object({
        address: z.string().nullable(),
        action: z.string(),
        reason: shownReason,
        diagnostic: z.string(),
      }),
    ),
    error: z.string().nullable().meta({ description: 'why it could not be read' }),
  })
  .meta({ description: 'Returned mail that belongs to no email of ours that we know of' })
export type Notice = z.infer<typeof notice>

export const notices = {
  unmatched: route
    .route({
      method: 'GET',
      path: '/notices',
      operationId: 'listUnmatchedNotices',
      summary:
        'Returned mail that matched no email; where there is one workspace, also what came to postmaster@',
      tags: ['Conversations'],
    })
    .meta({ access: 'admin' })
    .input(
      z.object({ after: ids.notice.optional(), limit: z.coerce.number().int().min(1).max(100).default(50) }),
    )
    .output(z.object({ notices: z.array(notice) })),
  raw: route
    .route({
      method: 'GET',
      path: '/notices/{id}/raw',
      operationId: 'getNotice',
      summary: 'Returned mail as it came; for whose email it is about, and for admins',
      tags: ['Conversations'],
      outputStructure: 'detailed',
    })
    .errors(fails('not-found'))
    .input(z.object({ id: ids.notice }))
    .output(
      z.object({
        headers: fileHeaders.extend({ 'content-disposition': z.string() }),
        body: z.instanceof(Blob),
      }),
    ),
}
