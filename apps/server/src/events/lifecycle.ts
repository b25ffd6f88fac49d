import { type ReasonCode, type ReasonGroup, reasons } from '@fairlead/bounce'
import type { DeliveryState, EmailState, Folder } from '@fairlead/contract'

/**
 * The two state tables, whole. Everything that moves an email or a delivery goes through them; what has no edge
 * here does not happen. ARCHITECTURE.md's picture is generated from this file.
 */

/** What may happen to a delivery; `isFact`: people read of it, so an event row records it. The others leave their trace in handoff and attempt. */
export const deliveryEvents = {
  claimed: { isFact: false, means: 'a worker leased it' },
  returned: { isFact: false, means: 'given back untried: its lane or link waits' },
  marked: { isFact: false, means: 'the last bytes may leave from here on' },
  lapsed: { isFact: true, means: "the worker's lease ran out" },
  deferred: { isFact: true, means: 'not now: tried, to be tried again' },
  accepted: { isFact: true, means: 'a relay or provider took it and answers for it' },
  delivered: { isFact: true, means: "the recipient's server took it, or a notice says so" },
  refused: { isFact: true, means: 'it will never pass' },
  lostTrack: { isFact: true, means: 'cut after the mark, without an answer' },
  gaveUp: { isFact: true, means: 'tried for as long as allowed' },
  bounced: { isFact: true, means: 'came back after it was taken' },
  complained: { isFact: true, means: 'the recipient called it spam' },
  suppressed: { isFact: true, means: 'the address may not be written to' },
  cancelled: { isFact: true, means: 'taken back by a person' },
  retried: { isFact: true, means: 'a person opened a new round' },
} as const satisfies Record<string, { isFact: boolean; means: string }>
export type DeliveryEvent = keyof typeof deliveryEvents

type Edges = Readonly<Partial<Record<DeliveryEvent, DeliveryState>>>

export const deliveryLifecycle = {
  queued: { claimed: 'claimed', suppressed: 'suppressed', cancelled: 'cancelled', gaveUp: 'expired' },
  claimed: {
    marked: 'sending',
    lapsed: 'queued',
    returned: 'queued',
    deferred: 'queued',
    refused: 'refused',
    cancelled: 'cancelled',
    suppressed: 'suppressed',
  },
  sending: {
    accepted: 'accepted',
    delivered: 'delivered',
    deferred: 'queued',
    refused: 'refused',
    lapsed: 'uncertain',
    lostTrack: 'uncertain',
  },
  uncertain: {
    accepted: 'accepted',
    delivered: 'delivered',
    refused: 'refused',
    deferred: 'queued',
    bounced: 'bounced',
    complained: 'complained',
    retried: 'queued',
  },
  accepted: { delivered: 'delivered', bounced: 'bounced', complained: 'complained' },
  delivered: { bounced: 'bounced', complained: 'complained' },
  refused: { retried: 'queued' },
  expired: { retried: 'queued' },
  bounced: { retried: 'queued' },
  complained: {},
  suppressed: {},
  cancelled: {},
} as const satisfies Record<DeliveryState, Edges>

/** Each state in one line, for docs and people. */
export const deliveryStateMeanings = {
  queued: 'waits for its time, its turn or its link',
  claimed: 'leased by a worker; nothing has left',
  sending: 'the hand-over mark is committed; the last bytes may have left',
  uncertain: 'cut after the mark: may or may not have arrived; never sent again by itself',
  accepted: 'a relay, Gmail, Microsoft or an SMTP server took it and answers for it',
  delivered: "the recipient's own server took it, or a notice says that it arrived",
  refused: 'will never pass: said by the far side, the channel or us',
  expired: 'given up after trying for as long as allowed',
  bounced: 'taken first, returned later',
  complained: 'reported as spam by the recipient',
  suppressed: 'not sent: the address may not be written to',
  cancelled: 'taken back before it left',
} as const satisfies Record<DeliveryState, string>

export const emailLifecycle = {
  draft: { scheduled: 'scheduled' },
  scheduled: { released: 'released', edited: 'draft', cancelled: 'cancelled', held: 'held' },
  held: { scheduled: 'scheduled', edited: 'draft', cancelled: 'cancelled' },
  released: {},
  cancelled: {},
} as const satisfies Record<EmailState, Readonly<Record<string, EmailState>>>

/** The state after `event`, or null where the table has no edge. */
export function nextState(from: DeliveryState, event: DeliveryEvent): DeliveryState | null {
  const edges: Edges = deliveryLifecycle[from]
  return edges[event] ?? null
}

const ourGroups: ReadonlySet<ReasonGroup> = new Set(['link', 'channel', 'identity', 'local'])

/** Did we or our channel stop it, rather than the recipient's side? (spec 8.1) */
export function isOurFailure(code: ReasonCode | null): boolean {
  return code !== null && (code === 'size.channel' || ourGroups.has(reasons[code].group))
}

/** Conversations' folder of one delivery: a pure function of its state and of whose failure it was (spec 8.1). */
export function folderOf(delivery: {
  state: DeliveryState
  reasonCode: ReasonCode | null
  isArchived: boolean
}): Folder | null {
  switch (delivery.state) {
    case 'queued':
    case 'claimed':
    case 'sending':
      return 'in-progress'
    case 'accepted':
    case 'delivered':
      return delivery.isArchived ? 'archived' : 'delivered'
    case 'refused':
    case 'expired':
      return isOurFailure(delivery.reasonCode) ? 'failed' : 'bounced'
    case 'bounced':
      return 'bounced'
    case 'complained':
      return 'spam'
    case 'uncertain':
      return 'needs-a-look'
    case 'suppressed':
      return 'failed'
    case 'cancelled':
      return null
  }
}
