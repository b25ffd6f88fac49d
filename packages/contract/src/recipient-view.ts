import { z } from 'zod'
import { roundTrip } from './round-trip.ts'
import { channelKind, ids, shownTime } from './schemas.ts'

const certainty = z
  .enum(['computed', 'measured', 'not-checked-yet'])
  .meta({ description: 'computed: follows from the rule that source names; measured: seen on a message' })

/** A line of the card: what it says, how sure that is, and where the rule comes from. */
const fact = <T extends z.ZodType>(value: T) =>
  z.object({
    value,
    certainty,
    sentence: z.string().meta({ description: 'English, for people' }),
    source: z.url().nullable().meta({ description: "the vendor's page or RFC that says so" }),
  })

const fromLine = z.object({
  name: z.string(),
  address: z.string(),
  via: z.string().nullable().meta({ description: 'the domain behind "via"; null: no such tag' }),
  isQuestioned: z.boolean().meta({ description: 'a question mark stands in place of the picture' }),
  line: z.string().meta({ description: 'as the client shows it' }),
})

const alignmentMode = z.enum(['relaxed', 'strict'])
export const dmarcDispositions = ['none', 'quarantine', 'reject'] as const

const authentication = z.object({
  organisationalDomain: z.string().meta({ description: 'of the From domain, by the public suffix list' }),
  spf: z.object({
    domain: z.string().nullable().meta({ description: 'of the return path; null: not known' }),
    result: z
      .enum(['none', 'neutral', 'pass', 'fail', 'softfail', 'temperror', 'permerror'])
      .nullable()
      .meta({ description: 'null: not known' }),
    mode: alignmentMode,
    isAligned: z.boolean().nullable(),
  }),
  dkim: z.object({
    domains: z.array(z.string()).nullable().meta({ description: 'd= of valid signatures; null: not known' }),
    mode: alignmentMode,
    isAligned: z.boolean().nullable(),
  }),
  dmarc: z.object({
    result: z.enum(['pass', 'fail', 'none', 'unknown']).meta({ description: 'none: no policy to apply' }),
    policyAt: z.string().nullable().meta({ description: 'the domain whose policy applies' }),
    policy: z.enum(dmarcDispositions).nullable(),
    disposition: z
      .enum(dmarcDispositions)
      .meta({ description: 'what receivers are asked to do with this message' }),
    percent: z.int().meta({ description: 'share of failing mail that it applies to' }),
  }),
})

const said = z.object({
  code: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  sentence: z.string().meta({ description: 'English, for people' }),
})

const acceptance = z.object({
  provider: z.string().meta({ description: 'who takes the mail of these recipients' }),
  count: z.int().meta({ description: 'messages over this channel in the window' }),
  accepted: z.int(),
  days: z.int(),
  isEnough: z.boolean().meta({ description: 'false: under 30 messages, too few to say anything' }),
})

const choice = z
  .object({
    linkId: ids.link,
    channel: channelKind,
    name: z.string(),
    address: z.string().meta({ description: 'that recipients see' }),
    via: z.string().nullable(),
    dmarc: z.enum(['pass', 'fail', 'none', 'unknown']),
    disposition: z.enum(dmarcDispositions),
    isHealthy: z.boolean(),
    isChosen: z.boolean(),
    acceptance: acceptance.nullable().meta({ description: 'null: recipients not known' }),
  })
  .meta({ description: 'A delivery channel that this email could take' })
export type RecipientChoice = z.infer<typeof choice>

const recommendation = z
  .object({
    linkId: ids.link,
    channel: channelKind,
    name: z.string(),
    isChosen: z.boolean(),
    reasons: z.array(said),
    tradeOffs: z.array(said).meta({ description: 'what one gives up by taking it' }),
  })
  .meta({ description: 'The delivery channel that fits best. Nothing switches by itself' })

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
    authentication: fact(authentication),
    replies: fact(
      z.object({ address: z.string(), isSeen: z.boolean().nullable() }).meta({
        description: 'where a reply goes, and whether Fairlead sees it; null: not known',
      }),
    ),
    sentCopy: fact(z.boolean().nullable()),
    bounces: fact(z.enum(['return-path', 'mailbox', 'unseen']).nullable()),
    choices: z.array(choice).meta({ description: 'every delivery channel on offer, the chosen one too' }),
    recommendation: recommendation.nullable().meta({ description: 'null: there is no choice' }),
    measured: roundTrip.nullable().meta({
      description: 'the newest measured message from this identity over this channel; null: none yet',
    }),
    limitBytes: z.int(),
    quotaLeft: z.int().nullable().meta({ description: 'null: no limit of its own, or not known' }),
    quota: z
      .object({
        counts: z.enum(['messages', 'recipients', 'external-recipients']),
        limit: z.int(),
        left: z.int(),
      })
      .nullable()
      .meta({ description: 'what quotaLeft counts, in any 24 hours, by the rule of the provider' }),
    eta: z.object({ at: shownTime.nullable(), sentence: z.string() }),
    signatureHtml: z.string(),
    html: z.string().nullable().meta({ description: 'the body with the signature; of a draft' }),
    text: z.string().nullable().meta({ description: 'the plain-text part that goes with it; of a draft' }),
  })
  .meta({ description: 'What your recipients will see' })
export type RecipientView = z.infer<typeof recipientView>
