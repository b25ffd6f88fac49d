import type { LinkPace } from '@fairlead/contract'
import type { ChannelTraits } from '../channels/channel.ts'
import { readPace } from '../links/pace.ts'
import type { Tx } from '../platform/database/connect.ts'
import type { LinkId, WorkspaceId } from '../platform/ids.ts'

/** What a link can still carry in the rolling day; null: no limit. */
export interface LeftToday {
  readonly messages: number | null
  readonly recipients: number | null
}

/** By link, of those that have a limit a day: the admin's or the provider's, whichever is nearer. */
export async function readLeftToday(
  tx: Tx,
  workspaceId: WorkspaceId,
  links: readonly { readonly id: LinkId; readonly traits: ChannelTraits | null }[],
): Promise<ReadonlyMap<LinkId, LeftToday>> {
  const found = new Map<LinkId, LeftToday>()
  for (const { id: linkId, traits } of links) {
    if (traits === null) continue
    const { pace, used } = await readPace(tx, { workspaceId, linkId }, traits.pace)
    const most = mostADay(pace, traits)
    if (most.messages === null && most.recipients === null) continue
    found.set(linkId, {
      messages: leftOf(most.messages, used.messages),
      recipients: leftOf(most.recipients, used.recipients),
    })
  }
  return found
}

const leftOf = (most: number | null, used: number): number | null =>
  most === null ? null : Math.max(0, most - used)

function mostADay(pace: LinkPace, { limits = [] }: ChannelTraits): LeftToday {
  const provider = (counts: 'messages' | 'recipients') =>
    limits.filter(limit => limit.counts === counts).map(limit => limit.most)
  return {
    messages: least([pace.perDayMessages, ...provider('messages')]),
    recipients: least([pace.perDayRecipients, ...provider('recipients')]),
  }
}

function least(limits: readonly (number | null)[]): number | null {
  const known = limits.filter(limit => limit !== null)
  return known.length > 0 ? Math.min(...known) : null
}

/** The nearer of both, as one number. */
export const nearest = ({ messages, recipients }: LeftToday): number | null => least([messages, recipients])
