import { reasonCodes } from '@fairlead/bounce/reasons'
import { z } from 'zod'
import { limits } from './limits.ts'
import { shownReason } from './reason.ts'
import { route } from './route.ts'
import { channelKind, conversationRow, deliveryState, emailState, folder, ids } from './schemas.ts'
import { shownProblem } from './shown-problem.ts'
import { folderGroupNames, folders, reasonGroups } from './states.ts'

const instant = z.iso.datetime({ offset: true })

/** What narrows a list; everything given must fit. */
export const conversationFilters = {
  since: instant.optional().meta({ description: 'only rows at or after this time' }),
  until: instant.optional().meta({ description: 'only rows before this time' }),
  channel: channelKind.optional(),
  linkId: ids.link.optional(),
  identityId: ids.identity.optional(),
  reason: z.enum(reasonCodes).optional(),
  reasonGroup: z.enum(reasonGroups).optional(),
  state: z
    .union([emailState, deliveryState])
    .optional()
    .meta({ description: 'state of the email, or of one of its deliveries' }),
} as const

const causes = {
  id: z.string().meta({ description: 'stays the same as long as the cause' }),
  kind: z.enum(['link', 'lane', 'identity']).meta({
    description:
      'link: a delivery channel needs attention; lane: the far side asked for a rest; identity: a sender is not verified',
  }),
  sentence: z.string().meta({ description: 'English, for people' }),
  reason: shownReason.nullable(),
  linkId: ids.link.nullable(),
  identityId: ids.identity.nullable(),
  waiting: z.int().meta({ description: 'rows of Pending that wait for it' }),
  failed: z.int().meta({ description: 'rows of Failed deliveries that it stopped' }),
  isMore: z.boolean().meta({ description: `true: more than ${limits.countedRows} were looked at` }),
  fix: z.enum(['mend-link', 'resume-link', 'verify-identity', 'permit-identity', 'wait']).meta({
    description: 'what a person can do; wait: it goes on by itself',
  }),
  failedIds: z
    .array(ids.delivery)
    .meta({ description: `deliveries to retry once it is mended, at most ${limits.bulkRows}` }),
}

const rowIds = z
  .array(z.union([ids.email, ids.delivery]))
  .min(1)
  .max(limits.bulkRows)
  .meta({ description: 'units of rows: eml_… for an email, dlv_… for a failed delivery' })

const bulk = (action: 'archive' | 'unarchive' | 'delete' | 'restore', summary: string) =>
  route
    .route({
      method: 'POST',
      path: `/conversations/${action}`,
      operationId: `${action}Conversations`,
      summary,
      description: 'Each row is answered by itself. Doing it twice changes nothing.',
      tags: ['Conversations'],
    })
    .input(z.strictObject({ ids: rowIds }))
    .output(
      z.object({
        results: z
          .array(z.object({ id: z.string(), problem: shownProblem.nullable() }))
          .meta({ description: 'in the order of ids' }),
      }),
    )

/** The lists, and what is done to their rows. */
export const conversations = {
  list: route
    .route({
      method: 'GET',
      path: '/conversations',
      operationId: 'listConversations',
      summary: 'The rows of a folder, of a group of folders, or of a search',
      description:
        'A page can hold fewer rows than the limit, even none, and still have a nextCursor: a filter looks through a bounded number of rows at a time. Follow the cursor until it is null.',
      tags: ['Conversations'],
    })
    .input(
      z.object({
        folder: folder.optional().meta({ description: 'default: all folders' }),
        group: z
          .enum(folderGroupNames)
          .optional()
          .meta({ description: 'a group of folders as one list; not beside folder' }),
        q: z.string().max(limits.searchCharacters).optional().meta({
          description: 'words of the subject, body, names or addresses; each may be the beginning of a word',
        }),
        ...conversationFilters,
        order: z.enum(['newest', 'oldest']).default('newest'),
        cursor: z
          .string()
          .max(300)
          .optional()
          .meta({ description: 'nextCursor or previousCursor of another page of the same list' }),
        limit: z.coerce.number().int().min(1).max(limits.pageRows).default(limits.defaultPageRows),
      }),
    )
    .output(
      z.object({
        rows: z.array(conversationRow),
        nextCursor: z.string().nullable(),
        previousCursor: z
          .string()
          .nullable()
          .meta({ description: 'what comes before this page; null at the beginning' }),
      }),
    ),
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
  causes: route
    .route({
      method: 'GET',
      path: '/conversations/causes',
      operationId: 'listConversationCauses',
      summary: 'What several rows wait for or failed by together, and how to mend it',
      tags: ['Conversations'],
    })
    .output(
      z.object({
        causes: z
          .array(z.object(causes))
          .meta({ description: 'those with most rows first; a single row counts' }),
      }),
    ),
  archive: bulk('archive', 'Move sent emails to Archived'),
  unarchive: bulk('unarchive', 'Take emails out of Archived'),
  delete: bulk('delete', 'Take rows out of your lists; what happened is kept'),
  restore: bulk('restore', 'Undo a delete'),
}

export type ConversationCause = z.infer<z.ZodObject<typeof causes>>
