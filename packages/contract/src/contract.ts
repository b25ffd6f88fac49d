import { z } from 'zod'
import { deliveries, emails } from './emails.ts'
import { limits } from './limits.ts'
import { fails, route } from './route.ts'
import { conversationRow, folder, identity, ids, link } from './schemas.ts'
import { folders } from './states.ts'

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
