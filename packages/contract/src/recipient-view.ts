import { z } from 'zod'
import { channelKind, ids, shownTime } from './schemas.ts'

/** A line of the card: what it says, how sure that is, and where the rule comes from. */
const fact = <T extends z.ZodType>(value: T) =>
  z.object({
    value,
    certainty: z
      .enum(['computed', 'measured', 'not-checked-yet'])
      .meta({ description: 'computed: follows from the rule that source names; measured: seen' }),
    sentence: z.string().meta({ description: 'English, for people' }),
    source: z.url().nullable().meta({ description: "the vendor's page or RFC that says so" }),
  })

const fromLine = z.object({
  name: z.string(),
  address: z.string(),
  via: z.string().nullable().meta({ description: 'the domain behind "via"; null: no such tag' }),
  line: z.string().meta({ description: 'as the client shows it' }),
})

export const recipientView = z
  .object({
    identityId: ids.identity,
    linkId: ids.link,
    channel: channelKind,
    from: z.object({ name: z.string(), address: z.string() }),
    isSwapped: z.boolean().meta({ description: 'the channel puts another address than the identity' }),
    gmail: fact(fromLine),
    outlook: fact(fromLine),
    mailedBy: fact(z.string().nullable()),
    signedBy: fact(z.string().nullable()),
    replies: fact(
      z.object({ address: z.string(), isSeen: z.boolean().nullable() }).meta({
        description: 'where a reply goes, and whether Fairlead sees it; null: not known',
      }),
    ),
    sentCopy: fact(z.boolean().nullable()),
    bounces: fact(z.enum(['return-path', 'mailbox', 'unseen']).nullable()),
    limitBytes: z.int(),
    quotaLeft: z.int().nullable().meta({ description: 'null: no limit of its own, or not known' }),
    eta: z.object({ at: shownTime.nullable(), sentence: z.string() }),
    signatureHtml: z.string(),
    html: z.string().nullable().meta({ description: 'the body with the signature; of a draft' }),
    text: z.string().nullable().meta({ description: 'the plain-text part that goes with it; of a draft' }),
  })
  .meta({ description: 'What your recipients will see' })
export type RecipientView = z.infer<typeof recipientView>
