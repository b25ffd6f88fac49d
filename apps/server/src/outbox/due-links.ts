import type { ChannelKind } from '@fairlead/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { ChannelTraits, DeliveryChannel } from '../channels/channel.ts'
import { paceOfTraits } from '../channels/pace-of-traits.ts'
import type { LinkId, WorkspaceId } from '../platform/ids.ts'

/** The link as the claim saw it. */
export interface DueLink {
  readonly workspaceId: WorkspaceId
  readonly id: LinkId
  readonly kind: ChannelKind
  readonly settings: unknown
  readonly hasPace: boolean
}

/** Slots of this near future are given out already: a worker that looks once a second then never comes late. */
export const horizonMs = 1_500

/**
 * Links after `afterId` that are ready, have something due, and whose pace opens within the horizon: a closed link
 * takes nobody's place. At most `most`, in the order of their ids.
 */
export async function findDueLinks(
  tx: QueryExecutorProvider,
  from: { afterId: string; most: number },
): Promise<DueLink[]> {
  const found = await sql<DueLink>`
    with recursive waiting as (
      (select link_id, workspace_id from fairlead.delivery
       where due_at is not null and link_id > ${from.afterId}::uuid order by link_id limit 1)
      union all
      select n.link_id, n.workspace_id from waiting w cross join lateral (
        select link_id, workspace_id from fairlead.delivery
        where due_at is not null and link_id > w.link_id order by link_id limit 1) n
    )
    select k.workspace_id as "workspaceId", k.id, k.kind, k.settings, p.link_id is not null as "hasPace"
    from waiting w
    join fairlead.link k on k.workspace_id = w.workspace_id and k.id = w.link_id
    left join fairlead.link_pace p on p.workspace_id = k.workspace_id and p.link_id = k.id
    where k.state = 'ready' and (p.next_at is null or p.next_at <= fairlead.now() + ${horizonMs} * interval '1 millisecond')
      and exists (
        select from fairlead.delivery d
        where d.link_id = w.link_id and d.priority in (0, 1) and d.due_at <= fairlead.now())
    limit ${from.most}`.execute(tx)
  return found.rows
}

/** How a link's mail goes: what claiming and handing over need of its channel. */
export interface Way {
  readonly link: DueLink
  /** Null: no such channel here, or settings that it cannot read. */
  readonly traits: ChannelTraits | null
  /** All due recipients of a message in one hand-over. */
  readonly isTogether: boolean
  /** The link is its own lane: what the far side says of its pace is said of the whole link. */
  readonly isOneLane: boolean
  /** Claimed under the lock of its pace row. */
  readonly isPaced: boolean
}

/** A return path of ours carries one delivery's token, so it carries one delivery. */
export function wayOf(link: DueLink, channel: DeliveryChannel<unknown> | undefined): Way {
  const traits = traitsOf(link, channel)
  const isTogether = traits?.handsOver === 'per-message' && traits.returnPath === 'identity'
  const isOneLane = channel !== undefined && channel.lane === undefined
  const isPaced =
    traits !== null && (link.hasPace || isOneLane || isTogether || paceOfTraits(traits) !== undefined)
  return { link, traits, isTogether, isOneLane, isPaced }
}

function traitsOf(link: DueLink, channel: DeliveryChannel<unknown> | undefined): ChannelTraits | null {
  try {
    return channel?.traits(link.settings) ?? null
  } catch {
    return null
  }
}
