import { z } from 'zod'

const count = (most: number) => z.int().min(1).max(most).nullable()

/** How fast one delivery channel hands over. Null: no limit of that sort. A hand-over is one message at the wire. */
export const linkPace = z
  .strictObject({
    batch: count(1_000).meta({ description: 'hand-overs within everySeconds' }),
    everySeconds: z.int().min(1).max(86_400),
    spacingMs: z.int().min(0).max(60_000).meta({ description: 'from one hand-over to the next, at least' }),
    perMinute: count(3_000).meta({ description: 'hand-overs within any minute' }),
    perDayMessages: count(10_000_000).meta({ description: 'hand-overs within any 24 hours' }),
    perDayRecipients: count(10_000_000).meta({ description: 'recipients within any 24 hours' }),
    perDayExternalRecipients: count(10_000_000).meta({
      description: 'recipients outside of the sender’s domain within any 24 hours',
    }),
    connections: count(100).meta({ description: 'connections at a time, over all servers of Fairlead' }),
  })
  .meta({ description: 'The pace of a delivery channel; what is over it waits' })
export type LinkPace = z.infer<typeof linkPace>

/** No limit of our own. */
export const noPace: LinkPace = {
  batch: null,
  everySeconds: 60,
  spacingMs: 0,
  perMinute: null,
  perDayMessages: null,
  perDayRecipients: null,
  perDayExternalRecipients: null,
  connections: null,
}

const used = z.int().meta({ description: 'within the last 24 hours' })

/** The pace as the API shows it: as set, as the kind of channel comes with, as it stands. */
export const shownPace = z
  .object({
    pace: linkPace,
    isDefault: z.boolean().meta({ description: 'nobody changed what this kind of channel comes with' }),
    slowedBy: z.number().meta({
      description: 'learned from the far side: 1 is the pace as set, 2 is half of it; recovers by itself',
    }),
    restsUntil: z.iso
      .datetime()
      .nullable()
      .meta({ description: 'the far side asked for a pause until then' }),
    opensAt: z.iso
      .datetime()
      .nullable()
      .meta({ description: 'the next hand-over may begin then; null: at once' }),
    used: z.object({
      messages: used,
      recipients: used,
      externalRecipients: used,
      elsewhere: z.int().meta({ description: 'messages among them that were sent outside of Fairlead' }),
    }),
  })
  .meta({ description: 'How fast a delivery channel hands over, and how much of its day is used' })
export type ShownPace = z.infer<typeof shownPace>
