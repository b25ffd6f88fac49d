import type { ReportedRecipient } from '@fairlead/bounce'
import type { FoundDelivery } from './find-deliveries.ts'
import type { Match } from './match-notice.ts'

/** What a notice says of one delivery. */
export interface News {
  readonly delivery: FoundDelivery
  /** Null: the notice does not tell, so it is of the round that runs. */
  readonly round: number | null
  /** The finding that decides. */
  readonly finding: ReportedRecipient
  /** All findings that belong to this delivery: one address may have been forwarded to several. */
  readonly findings: readonly ReportedRecipient[]
  /** The deciding finding names the delivery's own address, not one behind it. */
  readonly namesAddress: boolean
}

// Of several findings on one delivery, the worst is what people must see.
const weight: Readonly<Record<ReportedRecipient['action'], number>> = {
  complained: 5,
  failed: 4,
  delayed: 3,
  delivered: 2,
  relayed: 1,
  expanded: 0,
}

/**
 * Gives each finding of a notice to the delivery it speaks of. Where the key named one delivery, all are its own: a
 * final address that differs was forwarded to. Where the key named a message, the address decides, and only a
 * message with a single delivery needs none.
 */
export function placeNews(match: Match, findings: readonly ReportedRecipient[]): News[] {
  const placed = new Map<FoundDelivery, ReportedRecipient[]>()
  const [only] = match.deliveries.length === 1 ? match.deliveries : []
  for (const finding of findings) {
    const delivery = match.deliveries.find(one => isAbout(finding, one)) ?? only
    if (delivery === undefined) continue
    placed.set(delivery, [...(placed.get(delivery) ?? []), finding])
  }
  return [...placed].flatMap(([delivery, own]) => {
    const named = own.filter(finding => isAbout(finding, delivery))
    const [finding] = (named.length > 0 ? named : own).toSorted((a, b) => weight[b.action] - weight[a.action])
    return finding === undefined
      ? []
      : [
          {
            delivery,
            round: roundOf(match, delivery),
            finding,
            findings: own,
            namesAddress: named.length > 0,
          },
        ]
  })
}

function isAbout(finding: ReportedRecipient, delivery: FoundDelivery): boolean {
  const own = delivery.address.toLowerCase()
  return finding.originalAddress?.toLowerCase() === own || finding.finalAddress?.toLowerCase() === own
}

/** A Message-ID that was kept for later rounds (after `uncertain`) says nothing of the round. */
function roundOf(match: Match, delivery: FoundDelivery): number | null {
  const isById = match.by === 'message-id' || match.by === 'ref' || match.by === 'in-reply-to'
  return isById && match.round === 1 && delivery.messageIdRound === 1 ? null : match.round
}
