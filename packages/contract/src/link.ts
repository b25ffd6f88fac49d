import { z } from 'zod'
import { limits } from './limits.ts'
import { shownReason } from './reason.ts'
import { channelKind, ids, shownTime } from './schemas.ts'
import { smtpLinkSettings } from './smtp-link.ts'
import { bounceProofStates, capabilityTopics, linkStates } from './states.ts'

export const capability = z
  .object({
    topic: z.enum(capabilityTopics),
    value: z.string().meta({ description: 'what holds, from a closed list for each topic' }),
    params: z.record(z.string(), z.union([z.string(), z.number()])),
    sentence: z.string().meta({ description: 'English, for people' }),
  })
  .meta({ description: 'One thing that a delivery channel can or cannot do' })
export type Capability = z.infer<typeof capability>

/** What each kind of link shows of its settings: whatever is stored beside these fields stays inside. */
export const shownSettings = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('managed') }),
  z.object({ kind: z.literal('gmail'), account: z.string() }),
  z.object({ kind: z.literal('microsoft'), account: z.string() }),
  z.object({ kind: z.literal('smtp'), ...smtpLinkSettings.shape }),
])
export type ShownSettings = z.infer<typeof shownSettings>

const bounceProof = z
  .object({
    state: z.enum(bounceProofStates).meta({
      description:
        'proved: a probe came back; waiting: one is on its way; failed: none came back in time; cannot-be-proved-here: this installation receives no mail; not-needed: bounces come straight to Fairlead; unseen: the channel cannot tell',
    }),
    sentence: z.string(),
    seconds: z.number().nullable().meta({ description: 'from sending the probe to its notice' }),
    at: shownTime.nullable().meta({ description: 'when that was found' }),
  })
  .meta({ description: 'Do later bounces really come back?' })

const linkIdentity = z
  .object({
    identityId: ids.identity,
    address: z.string(),
    state: z.enum(['permitted', 'refused', 'unknown']),
    reason: shownReason.nullable(),
    checkedAt: shownTime.nullable(),
  })
  .meta({ description: 'May this identity send through the delivery channel?' })

export const link = z
  .object({
    id: ids.link,
    kind: channelKind,
    name: z.string(),
    owner: z.enum(['team', 'member']),
    memberId: ids.member.nullable().meta({ description: 'whose own it is; null: the team’s' }),
    memberName: z.string().nullable(),
    isYours: z.boolean().meta({ description: 'can you send through it? An admin sees others’ and cannot' }),
    mayChange: z
      .boolean()
      .meta({ description: 'may you change, check and resume it? Its owner; for the team’s, admins' }),
    mayRemove: z.boolean().meta({
      description: 'may you pause and remove it? Whoever may change it, and admins where the owner has left',
    }),
    version: z.int().meta({ description: 'counts the changes; a change names the one it began from' }),
    state: z.enum(linkStates),
    reason: shownReason.nullable(),
    createdAt: shownTime,
    settings: shownSettings
      .nullable()
      .meta({ description: 'without secrets; null for those who may not change it' }),
    hasSecret: z.boolean().meta({ description: 'is a password or grant stored? It is never shown' }),
    health: z.object({
      sentence: z.string().meta({ description: 'the state in English' }),
      since: shownTime,
      waiting: z.int().meta({
        description: `your deliveries that wait for this channel, for an admin everyone’s; counted up to ${limits.countedRows}`,
      }),
    }),
    bounceProof,
    mailbox: z
      .object({
        state: z.enum(['watched', 'failing', 'not-watched']),
        reason: shownReason.nullable(),
        lookedAt: shownTime.nullable().meta({ description: 'the last look that succeeded' }),
      })
      .meta({ description: 'the mailbox in which bounces and replies are looked for' }),
    identities: z
      .array(linkIdentity)
      .meta({ description: 'your identities that use it, or were tried with it; for an admin everyone’s' }),
    card: z.array(capability),
  })
  .meta({ description: 'A delivery channel: one connected way out' })
export type Link = z.infer<typeof link>
