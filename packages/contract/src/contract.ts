import { z } from 'zod'
import { attachments } from './attachments.ts'
import { drafts } from './drafts.ts'
import { deliveries, emails } from './emails.ts'
import { identities, identityVerifications } from './identities.ts'
import { limits } from './limits.ts'
import { channelKindRoutes, links } from './links.ts'
import { apiKeys, invitationLinks, invitations, members } from './members.ts'
import { route } from './route.ts'
import { people, previews, scheduledEmails } from './scheduled-emails.ts'
import { conversationRow, folder } from './schemas.ts'
import { me, passwordReset, session, sessions, setup } from './sign-in.ts'
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

/** The whole API, routes as data. */
export const contract = {
  setup,
  session,
  sessions,
  passwordReset,
  me,
  members,
  invitations,
  invitationLinks,
  apiKeys,
  emails,
  scheduledEmails,
  drafts,
  attachments,
  people,
  previews,
  deliveries,
  conversations,
  identities,
  identityVerifications,
  links,
  channelKinds: channelKindRoutes,
}
