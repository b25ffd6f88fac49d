import { z } from 'zod'
import { draft, scheduled, sendTime } from './drafts.ts'
import { limits } from './limits.ts'
import { recipientView } from './recipient-view.ts'
import { fails, route } from './route.ts'
import { ids, shownTime } from './schemas.ts'

const id = z.object({ id: ids.email })
const tags = ['Emails']

/** What can be done with an email that waits for its time. Of these and its release exactly one wins. */
export const scheduledEmails = {
  undo: route
    .route({
      ...{ method: 'POST', path: '/emails/{id}/undo', operationId: 'undoSend', tags },
      summary: 'Take back what was sent a moment ago; it is a draft again',
    })
    .errors(fails('not-found', 'email.too-late'))
    .input(id)
    .output(draft),
  edit: route
    .route({
      ...{ method: 'POST', path: '/emails/{id}/edit', operationId: 'editEmail', tags },
      summary: 'Make a scheduled, held or cancelled email a draft again',
    })
    .errors(fails('not-found', 'email.too-late'))
    .input(id)
    .output(draft),
  sendNow: route
    .route({
      ...{ method: 'POST', path: '/emails/{id}/send-now', operationId: 'sendEmailNow', tags },
      ...{ summary: 'Send a scheduled or held email now', successStatus: 202 },
    })
    .errors(fails('not-found', 'email.too-late'))
    .input(id)
    .output(scheduled),
  reschedule: route
    .route({
      ...{ method: 'POST', path: '/emails/{id}/reschedule', operationId: 'rescheduleEmail', tags },
      summary: 'Give a scheduled or held email another time',
    })
    .errors(
      fails(
        ...(['not-found', 'email.too-late', 'email.send-at-too-far'] as const),
        ...(['email.send-at-past', 'email.zone-unknown', 'email.no-time'] as const),
      ),
    )
    .input(z.strictObject({ id: ids.email, ...sendTime }))
    .output(scheduled),
  followUp: route
    .route({
      ...{ method: 'POST', path: '/emails/{id}/follow-up', operationId: 'followUpEmail', tags },
      ...{ summary: 'A draft that continues the conversation of a sent email', successStatus: 201 },
    })
    .errors(fails('not-found', 'email.not-sent'))
    .input(
      z.strictObject({
        id: ids.email,
        inboundId: ids.inbound.optional().meta({ description: 'the reply that it answers' }),
        createKey: z.string().min(8).max(64).optional(),
      }),
    )
    .output(draft),
}

export const people = {
  suggest: route
    .route({
      ...{ method: 'GET', path: '/people/suggest', operationId: 'suggestPeople', tags: ['People'] },
      summary: 'Whom you wrote to before, best first',
    })
    .input(
      z.object({
        q: z.string().max(limits.searchCharacters).default('').meta({ description: 'default: the latest' }),
        limit: z.coerce.number().int().min(1).max(limits.suggestions).default(limits.suggestions),
      }),
    )
    .output(
      z.object({
        people: z.array(
          z.object({
            name: z.string(),
            address: z.string(),
            lastUsedAt: shownTime,
            isSuppressed: z.boolean(),
          }),
        ),
      }),
    ),
}

export const previews = {
  preview: route
    .route({
      ...{ method: 'POST', path: '/preview', operationId: 'previewSender', tags: ['Preview'] },
      summary: 'What recipients see of an identity on a delivery channel',
    })
    .errors(fails('not-found', 'identity.none', 'link.none'))
    .input(
      z.strictObject({
        identityId: ids.identity.optional().meta({ description: 'default: your default identity' }),
        linkId: ids.link.optional().meta({ description: "default: the identity's delivery channel" }),
        recipients: z
          .array(z.string().max(1_000))
          .max(2_000)
          .optional()
          .meta({ description: 'addresses as typed; for what is known of their servers' }),
      }),
    )
    .output(recipientView),
}
