import type { ChannelKind } from '@fairlead/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { DeliveryChannel } from '../channels/channel.ts'
import { transitionDeliveries } from '../events/transition-deliveries.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import { type LinkId, newId } from '../platform/ids.ts'
import {
  type ClaimedDelivery,
  type ClaimedHandoff,
  claimedColumns,
  type OneOrMore,
} from './claimed-handoff.ts'
import { type DueLink, findDueLinks, type Way, wayOf } from './due-links.ts'
import { pickPaced } from './pick-paced.ts'

const firstId = '00000000-0000-0000-0000-000000000000'
const mostLinksAtOnce = 64

export interface DueOptions {
  readonly db: Db
  readonly channels: ReadonlyMap<ChannelKind, DeliveryChannel<unknown>>
  readonly leaseId: () => number
  /** How many more hand-overs of this link the worker would take now; `mostConnections` as its pace says. */
  readonly roomFor: (way: Way, mostConnections: number | null) => number
}

/**
 * Claims due deliveries fairly: goes round the links (each workspace has its own managed one), takes from each its
 * part, interactive mail before bulk, then by due time, then by id. Skips links that are paused or whose pace is
 * used up. Rows that another worker is looking at are skipped, never waited for.
 */
export class DueDeliveries {
  readonly #options: DueOptions
  #servedLast: string = firstId

  constructor(options: DueOptions) {
    this.#options = options
  }

  /** About `most` deliveries, for a message that goes to several a few more; an empty answer: nothing is due. */
  async claim(most: number): Promise<ClaimedHandoff[]> {
    const { db, channels, roomFor } = this.#options
    return await asEngine(db, async tx => {
      const links = await this.#dueLinks(tx)
      if (links.length === 0) return []
      const ways = links.map(link => wayOf(link, channels.get(link.kind)))
      const part = Math.ceil(most / links.length)
      const free = ways.filter(way => !way.isPaced)
      const paced = ways.filter(way => way.isPaced)
      const picked = [
        ...(await pickPaced(tx, paced, { part, most, roomFor })),
        ...(await pickFree(tx, free, { part, most, roomFor })),
      ]
      this.#servedLast = links.length < mostLinksAtOnce ? firstId : lastOf(links)
      return await this.#take(tx, picked)
    })
  }

  async #dueLinks(tx: QueryExecutorProvider): Promise<DueLink[]> {
    const found = await findDueLinks(tx, { afterId: this.#servedLast, most: mostLinksAtOnce })
    if (found.length > 0 || this.#servedLast === firstId) return found
    this.#servedLast = firstId
    return await this.#dueLinks(tx)
  }

  async #take(tx: QueryExecutorProvider, picked: readonly ClaimedHandoff[]): Promise<ClaimedHandoff[]> {
    const leaseId = this.#options.leaseId()
    const deliveries = picked.flatMap(handoff => handoff.deliveries)
    const answers = await transitionDeliveries(
      tx,
      deliveries.map(row => ({
        workspaceId: row.workspaceId,
        deliveryId: row.id,
        event: 'claimed' as const,
        leaseId,
        source: 'outbox',
      })),
    )
    const fences = new Map(
      deliveries.map((row, at) => {
        const answer = answers[at]
        return [row.id, answer?.moved === true ? answer.fence : null]
      }),
    )
    return picked.flatMap(handoff => {
      const held = handoff.deliveries.flatMap(row => {
        const fence = fences.get(row.id)
        return typeof fence === 'number' ? [{ ...row, fence }] : []
      })
      return isSome(held) ? [{ ...handoff, deliveries: held }] : []
    })
  }
}

const isSome = <T>(list: readonly T[]): list is OneOrMore<T> => list.length > 0

const lastOf = (links: readonly DueLink[]): string =>
  links
    .map(link => link.id)
    .sort()
    .at(-1) ?? firstId

/** Deliveries of links without a pace, each a hand-over of its own. */
async function pickFree(
  tx: QueryExecutorProvider,
  ways: readonly Way[],
  asked: { part: number; most: number; roomFor: DueOptions['roomFor'] },
): Promise<ClaimedHandoff[]> {
  const quotas = ways
    .map(way => ({ way, most: Math.min(asked.part, asked.roomFor(way, null)) }))
    .filter(quota => quota.most > 0)
  if (quotas.length === 0) return []
  const byLink = new Map<LinkId, Way>(ways.map(way => [way.link.id, way]))
  const found = await sql<ClaimedDelivery>`
    select p.* from unnest(${quotas.map(({ way }) => way.link.id)}::uuid[], ${quotas.map(quota => quota.most)}::int[]) as q (link_id, most)
    cross join lateral (
      select * from (values (0), (1)) as v (priority)
      cross join lateral (
        select ${claimedColumns}
        from fairlead.delivery d
        where d.link_id = q.link_id and d.priority = v.priority and d.due_at <= fairlead.now()
        order by d.due_at, d.id
        limit q.most
        for update of d skip locked) one
      order by v.priority
      limit q.most) p
    limit ${asked.most}`.execute(tx)
  return found.rows.flatMap(delivery => {
    const way = byLink.get(delivery.linkId)
    return way === undefined
      ? []
      : [
          {
            id: newId('handoff'),
            way,
            deliveries: [delivery],
            startInMs: 0,
            charged: null,
            mostConnections: null,
          },
        ]
  })
}
