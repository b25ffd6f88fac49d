import { z } from 'zod'
import { limits } from './limits.ts'
import { capability, link } from './link.ts'
import { linkChecks } from './link-checks.ts'
import { linkPaces } from './link-pace.ts'
import { roundTripRoutes } from './round-trip.ts'
import { fails, route } from './route.ts'
import { channelKind, ids } from './schemas.ts'
import { shownProblem } from './shown-problem.ts'
import { smtpLinkForm, smtpLinkSecret } from './smtp-link.ts'
import { smtpDetectRoute } from './smtp-presets.ts'
import { capabilityTopics } from './states.ts'

const name = z.string().trim().min(1).max(limits.nameCharacters)
const tags = ['Delivery channels']
const byId = z.object({ id: ids.link })

const movedMail = z
  .object({
    moved: z.int().meta({ description: 'deliveries that wait for the other channel now' }),
    scheduled: z.int().meta({ description: 'scheduled and held emails that will take the other channel' }),
    left: z
      .array(z.object({ deliveryId: ids.delivery, problem: shownProblem }))
      .meta({ description: `what stays where it is, and why; at most ${limits.bulkRows} are named` }),
    leftCount: z.int(),
  })
  .meta({ description: 'What became of waiting mail' })
export type MovedMail = z.infer<typeof movedMail>

export const links = {
  list: route
    .route({
      method: 'GET',
      path: '/links',
      operationId: 'listLinks',
      summary: 'The delivery channels that you can use, with health and what they can do; for an admin all',
      description: 'A removed one is listed as long as mail waits for it.',
      tags,
    })
    .output(z.object({ links: z.array(link) })),
  create: route
    .route({
      method: 'POST',
      path: '/links',
      operationId: 'createLink',
      summary: 'Connect an SMTP server, your own or as an admin the team’s',
      description:
        'Your first own delivery channel is given to all your identities that have none; the team’s becomes that of each member’s default identity where that has none.',
      tags,
      successStatus: 201,
    })
    .errors(
      fails(
        'auth.forbidden',
        'link.kind-not-here',
        'link.too-many',
        'link.pin-needs-admin',
        'email.line-break',
      ),
    )
    .input(
      z.strictObject({
        kind: z.literal('smtp'),
        name,
        owner: z.enum(['team', 'member']),
        settings: smtpLinkForm,
        secret: smtpLinkSecret.optional(),
      }),
    )
    .output(link),
  ...linkChecks,
  detect: smtpDetectRoute,
  ...linkPaces,
  ...roundTripRoutes,
  get: route
    .route({
      method: 'GET',
      path: '/links/{id}',
      operationId: 'getLink',
      summary: 'One delivery channel',
      tags,
    })
    .errors(fails('not-found'))
    .input(byId)
    .output(link),
  update: route
    .route({
      method: 'PATCH',
      path: '/links/{id}',
      operationId: 'updateLink',
      summary: 'Change name, settings or password; what is left out stays',
      description:
        'Another server needs the password again. A delivery channel that needs attention waits for a check that passes, or for resume.',
      tags,
    })
    .errors(
      fails(
        'auth.forbidden',
        'not-found',
        'link.changed',
        'link.removed',
        'link.built-in',
        'link.needs-secret',
        'link.pin-needs-admin',
        'email.line-break',
      ),
    )
    .input(
      z.strictObject({
        id: ids.link,
        version: z.int().meta({ description: 'the version that was read' }),
        name: name.optional(),
        settings: smtpLinkForm.optional(),
        secret: smtpLinkSecret.optional(),
      }),
    )
    .output(link),
  pause: route
    .route({
      method: 'POST',
      path: '/links/{id}/pause',
      operationId: 'pauseLink',
      summary: 'Let mail wait; what is being handed over ends. Twice is as good as once',
      tags,
    })
    .errors(fails('auth.forbidden', 'not-found', 'link.removed'))
    .input(byId)
    .output(link),
  resume: route
    .route({
      method: 'POST',
      path: '/links/{id}/resume',
      operationId: 'resumeLink',
      summary: 'Let waiting mail leave, after a pause or after what was wrong is mended',
      tags,
    })
    .errors(fails('auth.forbidden', 'not-found', 'link.removed'))
    .input(byId)
    .output(link),
  move: route
    .route({
      method: 'POST',
      path: '/links/{id}/move',
      operationId: 'moveWaitingMail',
      summary: 'Move the mail that waits for a delivery channel to another one',
      description:
        'Your own mail; an admin moves everybody’s from one of the team’s to another of the team’s.',
      tags,
    })
    .errors(fails('not-found', 'link.not-usable', 'link.same'))
    .input(z.strictObject({ id: ids.link, toLinkId: ids.link }))
    .output(movedMail),
  remove: route
    .route({
      method: 'DELETE',
      path: '/links/{id}',
      operationId: 'removeLink',
      summary: 'Remove a delivery channel and its secret; asks when mail waits for it',
      description: 'Identities that used it go back to the managed servers.',
      tags,
      inputStructure: 'detailed',
    })
    .errors(
      fails(
        'auth.forbidden',
        'not-found',
        'link.has-waiting',
        'link.built-in',
        'link.not-usable',
        'link.same',
      ),
    )
    .input(
      z.object({
        params: byId,
        query: z.strictObject({
          waiting: z.enum(['stays', 'move', 'to-drafts']).optional().meta({
            description:
              'stays: it waits and can be moved later; move: it takes toLinkId; to-drafts: what has not left is taken back and its emails are drafts again',
          }),
          toLinkId: ids.link.optional().meta({ description: 'with waiting=move' }),
        }),
      }),
    )
    .output(
      movedMail.extend({
        id: ids.link,
        drafts: z.int().meta({ description: 'emails that are drafts again' }),
        stays: z.int().meta({ description: 'deliveries that wait on' }),
      }),
    ),
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
      tags,
    })
    .output(
      z.object({
        topics: z.array(z.object({ topic: z.enum(capabilityTopics), title: z.string() })),
        kinds: z.array(comparedKind),
      }),
    ),
}
