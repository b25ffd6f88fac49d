import { z } from 'zod'
import { limits } from './limits.ts'
import { shownReason } from './reason.ts'
import { fails, route } from './route.ts'
import { channelKind, ids, shownTime } from './schemas.ts'
import { capabilityTopics } from './states.ts'

const capability = z
  .object({
    topic: z.enum(capabilityTopics),
    value: z.string().meta({ description: 'what holds, from a closed list for each topic' }),
    params: z.record(z.string(), z.union([z.string(), z.number()])),
    sentence: z.string().meta({ description: 'English, for people' }),
  })
  .meta({ description: 'One thing that a delivery channel can or cannot do' })
export type Capability = z.infer<typeof capability>

export const link = z
  .object({
    id: ids.link,
    kind: channelKind,
    name: z.string(),
    owner: z.enum(['team', 'member']),
    state: z.enum(['ready', 'needs-attention', 'paused', 'removed']),
    reason: shownReason.nullable(),
    createdAt: shownTime,
    health: z.object({
      sentence: z.string().meta({ description: 'the state in English' }),
      since: shownTime,
      waiting: z.int().meta({
        description: `your deliveries that wait for this channel, for an admin everyone’s; counted up to ${limits.countedRows}`,
      }),
    }),
    card: z.array(capability),
  })
  .meta({ description: 'A delivery channel: one connected way out' })
export type Link = z.infer<typeof link>

export const links = {
  list: route
    .route({
      method: 'GET',
      path: '/links',
      operationId: 'listLinks',
      summary: 'The delivery channels that you can use, with health and what they can do',
      tags: ['Delivery channels'],
    })
    .output(z.object({ links: z.array(link) })),
  get: route
    .route({
      method: 'GET',
      path: '/links/{id}',
      operationId: 'getLink',
      summary: 'One delivery channel',
      tags: ['Delivery channels'],
    })
    .errors(fails('not-found'))
    .input(z.object({ id: ids.link }))
    .output(link),
}

const comparedKind = z
  .object({
    kind: channelKind,
    name: z.string(),
    setUpBy: z.enum(['nobody', 'member', 'member-or-admin']),
    card: z.array(capability),
  })
  .meta({ description: 'A kind of delivery channel that this installation has' })
export type ComparedKind = z.infer<typeof comparedKind>

export const channelKindRoutes = {
  compare: route
    .route({
      method: 'GET',
      path: '/channel-kinds',
      operationId: 'compareChannelKinds',
      summary: 'The kinds of delivery channel side by side',
      tags: ['Delivery channels'],
    })
    .output(
      z.object({
        topics: z.array(z.object({ topic: z.enum(capabilityTopics), title: z.string() })),
        kinds: z.array(comparedKind),
      }),
    ),
}
