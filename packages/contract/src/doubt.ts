import { z } from 'zod'

/** What a person can do about a delivery that nobody can be sure of, and what it will do. */
export const doubtChoices = {
  arrived: 'You know that it arrived: it counts as delivered, and nothing is sent.',
  retry:
    'It is sent once more with the same Message-ID: a mailbox that knows copies by it shows one, another one shows two.',
} as const

const shownTime = z.iso.datetime().meta({ description: 'ISO 8601, UTC' })

export const doubt = z
  .object({
    sentence: z.string().meta({ description: 'what is known and what is not, in English' }),
    handedOverAt: shownTime.nullable().meta({
      description: 'when the last bytes were allowed to leave; null: of a try that is not kept any more',
    }),
    host: z.string().nullable().meta({ description: 'the server that they went to, where it is known' }),
    address: z.string().nullable().meta({ description: 'its IP address' }),
    wasCutAt: shownTime
      .nullable()
      .meta({ description: 'when the connection was found cut; null: Fairlead itself was stopped before' }),
    reply: z.string().nullable().meta({ description: 'what the server said last' }),
    choices: z.array(
      z.object({
        action: z
          .enum(['arrived', 'retry'])
          .meta({ description: 'the routes /deliveries/{id}/arrived and /retry' }),
        sentence: z.string().meta({ description: 'what it will do, in English' }),
      }),
    ),
  })
  .meta({ description: 'Why a delivery needs a look: the evidence and the choices' })
export type Doubt = z.infer<typeof doubt>
