import { z } from 'zod'
import { shownReason } from './reason.ts'
import { fails, route } from './route.ts'
import { ids, shownTime } from './schemas.ts'
import { roundTripStates, roundTripTopics } from './sentences/round-trip-en.ts'

const result = z.string().meta({ description: 'as RFC 8601 names it: pass, fail, none, temperror …' })

/** What a receiver makes of a message: our own inbound server is the receiver here. */
export const measuredMail = z
  .object({
    from: z.string().nullable().meta({ description: 'the address in From as it arrived' }),
    spf: z
      .object({ domain: z.string(), result })
      .nullable()
      .meta({ description: 'null: the message came from inside, so that SPF says nothing of the way' }),
    dkim: z.array(z.object({ domain: z.string(), selector: z.string(), algorithm: z.string(), result })),
    dmarc: z
      .object({ result, domain: z.string().nullable(), policy: z.string().nullable() })
      .nullable()
      .meta({ description: 'null: it hangs on SPF, which could not be measured' }),
    arc: result.nullable().meta({ description: 'null: nobody sealed the message' }),
  })
  .meta({ description: 'SPF, DKIM, DMARC and ARC as evaluated on the message that arrived' })
export type MeasuredMail = z.infer<typeof measuredMail>

const difference = z
  .object({
    topic: z.enum(roundTripTopics),
    predicted: z.string(),
    measured: z.string(),
    sentence: z.string().meta({ description: 'English, for people' }),
  })
  .meta({
    description: 'What the card says and what arrived do not agree: a defect of Fairlead, or a change since',
  })

export const roundTrip = z
  .object({
    id: ids.roundTrip,
    linkId: ids.link,
    identityId: ids.identity,
    address: z.string().meta({ description: 'the address in From that was expected' }),
    state: z.enum(roundTripStates).meta({
      description:
        'on-its-way: not arrived yet; arrived: being evaluated; measured: evaluated; refused: the delivery channel did not take it; lost: it did not arrive in time',
    }),
    sentence: z.string().meta({ description: 'the state in English' }),
    sentAt: shownTime,
    measuredAt: shownTime.nullable(),
    measured: measuredMail.nullable(),
    differences: z.array(difference),
    reason: shownReason.nullable().meta({ description: 'of a refused one' }),
  })
  .meta({ description: 'A message that Fairlead sent itself through a delivery channel, and how it arrived' })
export type RoundTrip = z.infer<typeof roundTrip>

const tags = ['Delivery channels']

export const roundTripRoutes = {
  startRoundTrip: route
    .route({
      method: 'POST',
      path: '/links/{id}/round-trip',
      operationId: 'startRoundTrip',
      summary: 'Send yourself a message through a delivery channel and measure how it arrives',
      description:
        'The message goes to an address of Fairlead itself. SPF, DKIM, DMARC and ARC are evaluated on what arrives and compared with what the card says; GET /links/{id}/round-trips tells the outcome, and live news comes when it is there.',
      tags,
      successStatus: 202,
    })
    .errors(
      fails(
        'not-found',
        'identity.none',
        'identity.unverified',
        'link.not-usable',
        'link.kind-not-here',
        'link.round-trip-not-here',
        'link.round-trip-running',
      ),
    )
    .input(
      z.strictObject({
        id: ids.link,
        identityId: ids.identity.optional().meta({
          description:
            'yours, verified; without it the one that sends through the channel, or your default one',
        }),
      }),
    )
    .output(roundTrip),
  roundTrips: route
    .route({
      method: 'GET',
      path: '/links/{id}/round-trips',
      operationId: 'listRoundTrips',
      summary:
        'What was measured of a delivery channel, the newest of each of your identities; for an admin of all',
      tags,
    })
    .errors(fails('not-found'))
    .input(z.object({ id: ids.link }))
    .output(
      z.object({
        canMeasure: z
          .boolean()
          .meta({ description: 'false: this installation receives no mail from outside' }),
        sentence: z.string().nullable().meta({ description: 'why nothing can be measured here' }),
        roundTrips: z.array(roundTrip),
      }),
    ),
}
