import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { limits } from './limits.ts'
import { fails, route } from './route.ts'
import { folder, ids, shownTime } from './schemas.ts'
import { domainNewsKinds } from './sentences/domains-en.ts'
import { linkNewsKinds } from './sentences/links-en.ts'
import { linkStates } from './states.ts'

const news = z
  .discriminatedUnion('type', [
    z
      .object({ type: z.literal('ready') })
      .meta({ description: 'the stream stands; what happens from now on comes' }),
    z
      .object({
        type: z.literal('event'),
        eventId: ids.event.meta({ description: 'an event may come twice: know it by this id' }),
        kind: z.string(),
        sentence: z.string(),
        emailId: ids.email,
        threadId: ids.thread,
        deliveryId: ids.delivery.nullable(),
        folder: folder.nullable().meta({ description: 'where the delivery, or the email, stands now' }),
        hasMoved: z.boolean().meta({ description: 'lists and counts may have changed' }),
        occurredAt: shownTime,
        recordedAt: shownTime,
      })
      .meta({ description: 'a new fact' }),
    z
      .object({
        type: z.literal('link'),
        linkId: ids.link,
        kind: z.enum(linkNewsKinds),
        sentence: z.string(),
        state: z.enum(linkStates).meta({ description: 'how it stands now' }),
        recordedAt: shownTime,
      })
      .meta({ description: 'something happened to a delivery channel that you can see' }),
    z
      .object({
        type: z.literal('domain'),
        domainId: ids.domain,
        domain: z.string(),
        kind: z.enum(domainNewsKinds),
        sentence: z.string(),
        recordedAt: shownTime,
      })
      .meta({ description: 'something happened to a sending domain that you can see' }),
    z.object({ type: z.literal('reset') }).meta({ description: 'too much was missed: load the lists anew' }),
  ])
  .meta({ description: 'The data of one message of the stream' })
export type LiveNews = z.infer<typeof news>

/** New facts as they are recorded. */
export const live = {
  listen: route
    .route({
      method: 'GET',
      path: '/live',
      operationId: 'listenLive',
      summary: 'New facts about your emails, as server-sent events',
      description: `Each message has an id: send the last one as Last-Event-ID (browsers do) or as after, and what was missed comes first, at most ${limits.liveBackfill} events, otherwise a reset. A comment comes every 15 seconds. At most ${limits.liveStreamsPerMember} streams per member.`,
      tags: ['Conversations'],
      inputStructure: 'detailed',
    })
    .errors(fails('live.too-many'))
    .input(
      z.object({
        query: z.object({
          after: z
            .string()
            .max(8_000)
            .optional()
            .meta({ description: 'id of the last message that was seen' }),
        }),
      }),
    )
    .output(eventIterator(news)),
}
