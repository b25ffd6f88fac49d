import { oc } from '@orpc/contract'
import { z } from 'zod'
import { limits } from './limits.ts'
import { type ProblemCode, problems } from './problems.ts'
import {
  conversationRow,
  delivery,
  email,
  emailState,
  folder,
  identity,
  ids,
  link,
  recipient,
  shownTime,
} from './schemas.ts'
import { folders } from './states.ts'

/** Who may call a route. `member`: anyone with a key of the workspace, for what is theirs; `admin`: admins only. */
export type Access = 'member' | 'admin'

/** The versioned part of every path. */
export const apiPrefix = '/api/v1'

/** Errors that a route names beside those that every route can answer with. */
const fails = <const C extends ProblemCode>(...codes: C[]) =>
  Object.fromEntries(
    codes.map(code => [code, { status: problems[code].status, message: problems[code].title }]),
  ) as Record<C, { status: number; message: string }>

const route = oc
  .$meta<{ access: Access }>({ access: 'member' })
  .errors(fails('auth.missing', 'auth.invalid', 'request.invalid', 'rate.limited'))

const mailbox = z
  .string()
  .max(limits.mailboxCharacters)
  .meta({ description: 'ann@example.com, or Ann Lee <ann@example.com>', examples: ['ann@example.com'] })
const mailboxes = z.array(mailbox).default([])

export const newAttachment = z.strictObject({
  filename: z.string().min(1).max(limits.filenameCharacters),
  contentType: z.string().min(3).max(255).default('application/octet-stream'),
  contentBase64: z.string().meta({ contentEncoding: 'base64' }),
})

export const newEmail = z.strictObject({
  identityId: ids.identity.optional().meta({ description: 'default: your default identity' }),
  linkId: ids.link.optional().meta({ description: "default: the identity's delivery channel" }),
  to: mailboxes.meta({ description: `with cc and bcc at most ${limits.recipientsPerEmail}` }),
  cc: mailboxes,
  bcc: mailboxes,
  subject: z.string().max(limits.subjectCharacters),
  html: z.string().max(limits.bodyCharacters).optional(),
  text: z.string().max(limits.bodyCharacters).optional().meta({ description: 'default: made from html' }),
  attachments: z.array(newAttachment).default([]),
  sendAt: z.iso.datetime({ offset: true }).optional().meta({ description: 'default: now' }),
})
export type NewEmail = z.infer<typeof newEmail>

export const acceptedEmail = z.object({
  id: ids.email,
  threadId: ids.thread,
  state: emailState,
  sendAt: shownTime.nullable(),
  recipients: z.array(recipient),
})
export type AcceptedEmail = z.infer<typeof acceptedEmail>

const emails = {
  send: route
    .route({
      method: 'POST',
      path: '/emails',
      operationId: 'sendEmail',
      summary: 'Send an email, now or later',
      description:
        'Answers 202 when the email is committed: from then on it is not lost. Send an Idempotency-Key, and the same request may be repeated for 24 hours without a second email.',
      tags: ['Emails'],
      inputStructure: 'detailed',
      successStatus: 202,
    })
    .errors(
      fails(
        'request.too-large',
        'idempotency.key-invalid',
        'idempotency.conflict',
        'email.no-recipient',
        'email.too-many-recipients',
        'email.address-invalid',
        'email.no-content',
        'email.line-break',
        'email.attachment-invalid',
        'email.too-many-attachments',
        'email.too-large',
        'email.send-at-too-far',
        'identity.none',
        'identity.unverified',
        'link.none',
        'link.not-usable',
        'not-found',
      ),
    )
    .input(
      z.object({
        headers: z.object({
          'idempotency-key': z
            .string()
            .optional()
            .meta({ description: 'scope: API key and route, for 24 hours' }),
        }),
        body: newEmail,
      }),
    )
    .output(acceptedEmail),
  get: route
    .route({
      method: 'GET',
      path: '/emails/{id}',
      operationId: 'getEmail',
      summary: 'One email: its deliveries, attempts and events',
      tags: ['Emails'],
    })
    .errors(fails('not-found'))
    .input(z.object({ id: ids.email }))
    .output(email),
  cancel: route
    .route({
      method: 'POST',
      path: '/emails/{id}/cancel',
      operationId: 'cancelEmail',
      summary: 'Take back what has not left yet',
      tags: ['Emails'],
    })
    .errors(fails('not-found', 'email.not-cancellable'))
    .input(z.object({ id: ids.email }))
    .output(
      z.object({
        id: ids.email,
        state: emailState,
        cancelled: z.array(ids.delivery).meta({ description: 'deliveries that were taken back' }),
        tooLate: z.array(ids.delivery).meta({ description: 'deliveries that had left already' }),
      }),
    ),
}

const deliveries = {
  retry: route
    .route({
      method: 'POST',
      path: '/deliveries/{id}/retry',
      operationId: 'retryDelivery',
      summary: 'Send to one recipient again: the same address, another channel, or a corrected address',
      tags: ['Deliveries'],
      successStatus: 202,
    })
    .errors(
      fails(
        'not-found',
        'delivery.not-retryable',
        'delivery.complained',
        'delivery.needs-address',
        'delivery.suppressed',
        'email.address-invalid',
        'link.not-usable',
      ),
    )
    .input(
      z.strictObject({
        id: ids.delivery,
        linkId: ids.link.optional().meta({ description: 'another delivery channel' }),
        correctedAddress: z
          .string()
          .max(limits.addressCharacters)
          .optional()
          .meta({ description: 'makes a new delivery that supersedes this one' }),
      }),
    )
    .output(delivery),
}

const conversations = {
  list: route
    .route({
      method: 'GET',
      path: '/conversations',
      operationId: 'listConversations',
      summary: 'The rows of a folder, or of a search, newest first',
      tags: ['Conversations'],
    })
    .input(
      z.object({
        folder: folder.optional().meta({ description: 'default: all folders' }),
        q: z
          .string()
          .max(limits.searchCharacters)
          .optional()
          .meta({ description: 'words of the subject, body or addresses' }),
        cursor: z.string().max(300).optional().meta({ description: 'nextCursor of the page before' }),
        limit: z.coerce.number().int().min(1).max(limits.pageRows).default(limits.defaultPageRows),
      }),
    )
    .output(z.object({ rows: z.array(conversationRow), nextCursor: z.string().nullable() })),
  counts: route
    .route({
      method: 'GET',
      path: '/conversations/counts',
      operationId: 'countConversations',
      summary: 'How many rows each folder has',
      tags: ['Conversations'],
    })
    .output(
      z.object({
        folders: z.record(
          z.enum(folders),
          z.object({
            count: z.int().meta({ description: `counted up to ${limits.countedRows}` }),
            isMore: z.boolean(),
          }),
        ),
      }),
    ),
}

const identities = {
  list: route
    .route({
      method: 'GET',
      path: '/identities',
      operationId: 'listIdentities',
      summary: 'Your identities; for an admin those of the whole workspace',
      tags: ['Identities'],
    })
    .output(z.object({ identities: z.array(identity) })),
  create: route
    .route({
      method: 'POST',
      path: '/identities',
      operationId: 'createIdentity',
      summary: 'Make an identity; it cannot send before it is verified',
      tags: ['Identities'],
      successStatus: 201,
    })
    .errors(fails('identity.exists', 'email.address-invalid', 'email.line-break', 'not-found'))
    .input(
      z.strictObject({
        name: z.string().trim().min(1).max(limits.nameCharacters),
        address: z.string().max(limits.addressCharacters),
        isDefault: z.boolean().default(false),
        linkId: ids.link.optional(),
      }),
    )
    .output(identity),
  vouch: route
    .meta({ access: 'admin' })
    .route({
      method: 'POST',
      path: '/identities/{id}/vouch',
      operationId: 'vouchForIdentity',
      summary: 'An admin vouches that this address belongs to the member',
      tags: ['Identities'],
    })
    .errors(fails('auth.forbidden', 'not-found'))
    .input(z.object({ id: ids.identity }))
    .output(identity),
}

const links = {
  list: route
    .route({
      method: 'GET',
      path: '/links',
      operationId: 'listLinks',
      summary: 'The delivery channels that you can use',
      tags: ['Delivery channels'],
    })
    .output(z.object({ links: z.array(link) })),
}

const me = {
  get: route
    .route({
      method: 'GET',
      path: '/me',
      operationId: 'getMe',
      summary: 'Whose API key this is',
      tags: ['Me'],
    })
    .output(
      z.object({
        workspace: z.object({ id: ids.workspace, name: z.string() }),
        member: z.object({
          id: ids.member,
          name: z.string(),
          address: z.string(),
          role: z.enum(['admin', 'rep']),
        }),
        mode: z.enum(['sandbox', 'live']).meta({ description: 'sandbox: nothing leaves this machine' }),
      }),
    ),
}

/** The whole API, routes as data. */
export const contract = { emails, deliveries, conversations, identities, links, me }
