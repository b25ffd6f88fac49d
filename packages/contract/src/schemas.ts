import { z } from 'zod'
import { doubt } from './doubt.ts'
import { shownReason } from './reason.ts'
import { channelKinds, deliveryStates, departureLimits, emailStates, folders } from './states.ts'

/** Shapes that several routes share. Times are ISO 8601 in UTC, ids have a prefix (`eml_`, `dlv_` …). */
export const shownTime = z.iso.datetime().meta({ description: 'ISO 8601, UTC' })

const shownId = (prefix: string, what: string) =>
  z
    .string()
    .max(64)
    .meta({ description: `id of ${what}`, examples: [`${prefix}_01990000-0000-7000-8000-000000000000`] })

/** Ids as they come and go. Any text is taken: one that is no id of this workspace is simply not found. */
export const ids = {
  workspace: shownId('wsp', 'a workspace'),
  member: shownId('mbr', 'a member'),
  identity: shownId('idn', 'an identity'),
  link: shownId('lnk', 'a delivery channel'),
  thread: shownId('thr', 'a conversation'),
  email: shownId('eml', 'an email'),
  recipient: shownId('rcp', 'a recipient'),
  delivery: shownId('dlv', 'a delivery'),
  handoff: shownId('hnd', 'a handoff'),
  event: shownId('evt', 'an event'),
  session: shownId('ses', 'a session'),
  invitation: shownId('inv', 'an invitation'),
  apiKey: z.string().max(64).meta({ description: 'id of an API key' }),
  attachment: shownId('att', 'an attachment'),
  inbound: shownId('inb', 'a received message'),
  notice: shownId('ntc', 'a returned mail as it came'),
  domain: shownId('dom', 'a sending domain'),
  roundTrip: shownId('trp', 'a round trip'),
} as const

export const role = z.enum(['admin', 'rep'])
export const recipientKind = z.enum(['to', 'cc', 'bcc'])
export type RecipientKind = z.infer<typeof recipientKind>
export const emailState = z.enum(emailStates)
export const deliveryState = z.enum(deliveryStates)
export const folder = z.enum(folders)
export const channelKind = z.enum(channelKinds)

export const attempt = z
  .object({
    handoffId: ids.handoff,
    round: z.int(),
    number: z.int().meta({ description: 'counts the tries of this delivery from 1' }),
    startedAt: shownTime,
    markedAt: shownTime.nullable().meta({ description: 'when the last bytes were allowed to leave' }),
    answeredAt: shownTime.nullable(),
    outcome: z
      .enum(['accepted', 'delivered', 'deferred', 'refused', 'link-broken', 'uncertain', 'not-sent'])
      .nullable()
      .meta({ description: 'null: no answer is known yet' }),
    host: z.string().nullable().meta({ description: 'the server that answered' }),
    address: z.string().nullable().meta({ description: 'its IP address' }),
    tls: z.string().nullable().meta({ description: 'protocol and cipher; null: not encrypted' }),
    reply: z.string().nullable().meta({ description: 'its verbatim answer' }),
    reason: shownReason.nullable(),
  })
  .meta({ description: 'One try at the wire, as it was for this delivery' })
export type Attempt = z.infer<typeof attempt>

export const eta = z
  .object({
    at: shownTime.nullable().meta({ description: 'when it is expected to leave; null where nobody can say' }),
    waitsFor: z.enum(departureLimits).meta({
      description: 'what binds: its next try, its delivery channel, a limit of the pace, or its turn',
    }),
    opensAt: shownTime.nullable().meta({
      description:
        'when its delivery channel hands over next, whatever is ahead of it; null: at once, or nobody can say',
    }),
  })
  .meta({ description: 'When a waiting delivery is expected to leave' })

export const delivery = z
  .object({
    id: ids.delivery,
    recipientId: ids.recipient,
    kind: recipientKind,
    address: z.string(),
    linkId: ids.link,
    channel: channelKind,
    state: deliveryState,
    folder: folder.nullable().meta({ description: 'null: a cancelled delivery is in no folder' }),
    sentence: z.string().meta({ description: 'the state and its reason in English' }),
    next: z.string().meta({ description: 'what happens next, or what a person can do' }),
    round: z.int(),
    tries: z.int(),
    dueAt: shownTime.nullable().meta({ description: 'the next try; null when none is planned' }),
    giveUpAt: shownTime.nullable(),
    eta: eta.nullable(),
    settledAt: shownTime.nullable(),
    supersededBy: ids.delivery.nullable(),
    reason: shownReason.nullable(),
    isSuppressed: z.boolean().meta({ description: 'nothing is sent to this address from the workspace' }),
    doubt: doubt.nullable().meta({ description: 'only of a delivery that needs a look' }),
    attempts: z.array(attempt),
  })
  .meta({ description: 'A message to one recipient' })
export type Delivery = z.infer<typeof delivery>

export const event = z
  .object({
    id: ids.event,
    kind: z.string(),
    sentence: z.string(),
    occurredAt: shownTime,
    recordedAt: shownTime,
    deliveryId: ids.delivery.nullable(),
    handoffId: ids.handoff.nullable(),
    linkId: ids.link.nullable(),
    source: z.string().meta({ description: 'who said so' }),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ description: 'An append-only fact' })
export type ShownEvent = z.infer<typeof event>

export const recipient = z.object({
  id: ids.recipient,
  kind: recipientKind,
  name: z.string(),
  address: z.string(),
  deliveryId: ids.delivery
    .nullable()
    .meta({ description: 'null until the email is released, and for a recipient that was left out' }),
})

export const email = z
  .object({
    id: ids.email,
    threadId: ids.thread,
    state: emailState,
    subject: z.string(),
    from: z.object({ name: z.string(), address: z.string() }).nullable(),
    identityId: ids.identity.nullable(),
    linkId: ids.link.nullable(),
    createdAt: shownTime,
    sendAt: shownTime.nullable(),
    releasedAt: shownTime.nullable(),
    heldReason: shownReason.nullable(),
    recipients: z.array(recipient),
    attachments: z.array(z.object({ filename: z.string(), contentType: z.string(), bytes: z.int() })),
    deliveries: z.array(delivery),
    events: z.array(event).meta({ description: 'oldest first' }),
  })
  .meta({ description: 'What the rep wrote, and what became of it' })
export type Email = z.infer<typeof email>

export const draftAttachment = z
  .object({
    id: ids.attachment,
    filename: z.string(),
    contentType: z.string(),
    bytes: z.int(),
    contentId: z
      .string()
      .nullable()
      .meta({ description: 'of a picture in the text, which shows it as cid:…; null: a file' }),
  })
  .meta({ description: 'A file that goes with the email' })
export type DraftAttachment = z.infer<typeof draftAttachment>

export const conversationRow = z
  .object({
    unit: z.enum(['email', 'delivery']).meta({ description: 'what the row stands for' }),
    emailId: ids.email,
    deliveryId: ids.delivery.nullable(),
    threadId: ids.thread,
    folder: folder.nullable(),
    subject: z.string(),
    snippet: z.string().meta({ description: 'the beginning of the body, at most 160 characters' }),
    to: z.array(z.object({ name: z.string(), address: z.string() })).meta({ description: 'at most three' }),
    recipientCount: z.int(),
    deliveryCounts: z
      .partialRecord(deliveryState, z.int())
      .meta({ description: 'deliveries of the email by state, those of corrected addresses included' }),
    replyCount: z.int().meta({ description: 'what people answered in its thread' }),
    isArchived: z.boolean(),
    state: z.union([emailState, deliveryState]),
    sentence: z.string(),
    reason: shownReason.nullable(),
    linkId: ids.link.nullable(),
    channel: channelKind.nullable(),
    identityId: ids.identity.nullable(),
    createdAt: shownTime,
    sendAt: shownTime.nullable().meta({ description: 'when it is due; null: at once' }),
    releasedAt: shownTime.nullable(),
    settledAt: shownTime.nullable().meta({ description: 'when the delivery of the row came to its state' }),
    at: shownTime.meta({ description: 'the time that the folder is sorted by' }),
  })
  .meta({ description: 'One row of Conversations' })
export type ConversationRow = z.infer<typeof conversationRow>
