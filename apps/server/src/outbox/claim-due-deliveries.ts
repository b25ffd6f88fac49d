import type { ChannelKind, RecipientKind } from '@fairlead/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import { transitionDeliveries } from '../events/transition-deliveries.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import type { DeliveryId, EmailId, LinkId, MessageId, WorkspaceId } from '../platform/ids.ts'

/** One delivery that this worker holds; `fence` proves it. */
export interface ClaimedDelivery {
  readonly workspaceId: WorkspaceId
  readonly id: DeliveryId
  readonly emailId: EmailId
  readonly messageId: MessageId
  readonly linkId: LinkId
  readonly address: string
  readonly kind: RecipientKind
  readonly round: number
  readonly messageIdRound: number
  readonly tries: number
  readonly fence: number
}

/** The link as the claim saw it. */
export interface DueLink {
  readonly workspaceId: WorkspaceId
  readonly id: LinkId
  readonly kind: ChannelKind
  readonly settings: unknown
}

const firstId = '00000000-0000-0000-0000-000000000000'
const mostLinksAtOnce = 64

/**
 * Claims due deliveries fairly: goes round the links (each workspace has its own managed one), takes from each its
 * part, interactive mail before bulk, then by due time, then by id. Skips links that are paused or whose pace is
 * used up. Rows that another worker is looking at are skipped, never waited for.
 */
export class DueDeliveries {
  readonly #db: Db
  readonly #leaseId: () => number
  #servedLast: string = firstId

  constructor(db: Db, leaseId: () => number) {
    this.#db = db
    this.#leaseId = leaseId
  }

  /** At most `most`; an empty answer means that nothing is due. */
  async claim(most: number): Promise<{ deliveries: ClaimedDelivery[]; links: Map<LinkId, DueLink> }> {
    return await asEngine(this.#db, async tx => {
      const links = await this.#dueLinks(tx)
      if (links.length === 0) return { deliveries: [], links: new Map() }
      const quotas = await paceQuotas(tx, links, Math.ceil(most / links.length))
      const picked = await pickDeliveries(tx, quotas, most)
      await spendPace(tx, quotas, picked)
      this.#servedLast = links.length < mostLinksAtOnce ? firstId : lastOf(links)
      return { deliveries: await this.#take(tx, picked), links: new Map(links.map(link => [link.id, link])) }
    })
  }

  async #dueLinks(tx: QueryExecutorProvider): Promise<DueLink[]> {
    const found = await sql<DueLink>`
      with recursive waiting as (
        (select link_id, workspace_id from fairlead.delivery
         where due_at is not null and link_id > ${this.#servedLast}::uuid order by link_id limit 1)
        union all
        select n.link_id, n.workspace_id from waiting w cross join lateral (
          select link_id, workspace_id from fairlead.delivery
          where due_at is not null and link_id > w.link_id order by link_id limit 1) n
      )
      select k.workspace_id as "workspaceId", k.id, k.kind, k.settings
      from waiting w join fairlead.link k on k.workspace_id = w.workspace_id and k.id = w.link_id
      where k.state = 'ready' and exists (
        select from fairlead.delivery d
        where d.link_id = w.link_id and d.priority in (0, 1) and d.due_at <= fairlead.now())
      limit ${mostLinksAtOnce}`.execute(tx)
    if (found.rows.length > 0 || this.#servedLast === firstId) return found.rows
    this.#servedLast = firstId
    return await this.#dueLinks(tx)
  }

  async #take(tx: QueryExecutorProvider, picked: readonly ClaimedDelivery[]): Promise<ClaimedDelivery[]> {
    const answers = await transitionDeliveries(
      tx,
      picked.map(row => ({
        workspaceId: row.workspaceId,
        deliveryId: row.id,
        event: 'claimed' as const,
        leaseId: this.#leaseId(),
        source: 'outbox',
      })),
    )
    return picked.flatMap((row, at) => {
      const answer = answers[at]
      return answer?.moved === true ? [{ ...row, fence: answer.fence }] : []
    })
  }
}

const lastOf = (links: readonly DueLink[]): string =>
  links
    .map(link => link.id)
    .sort()
    .at(-1) ?? firstId

interface Quota {
  readonly linkId: LinkId
  readonly most: number
}

/** Locks the pace rows of these links and says how much each may take now. Links without a row have no pace. */
async function paceQuotas(
  tx: QueryExecutorProvider,
  links: readonly DueLink[],
  part: number,
): Promise<Quota[]> {
  const paced = await sql<{ linkId: LinkId; batch: number; isOpen: boolean }>`
    select p.link_id as "linkId", p.batch, p.next_at <= fairlead.now() as "isOpen"
    from fairlead.link_pace p
    join unnest(${links.map(link => link.workspaceId)}::uuid[], ${links.map(link => link.id)}::uuid[]) as k (w, i)
      on p.workspace_id = k.w and p.link_id = k.i
    order by p.link_id
    for update of p skip locked`.execute(tx)
  const known = new Map(paced.rows.map(row => [row.linkId, row]))
  const rowless = await linksWithoutPace(tx, links)
  return links.flatMap(link => {
    if (rowless.has(link.id)) return [{ linkId: link.id, most: part }]
    const row = known.get(link.id)
    return row?.isOpen === true ? [{ linkId: link.id, most: Math.min(part, row.batch) }] : []
  })
}

/** A pace row that somebody else holds is not the same as none. */
async function linksWithoutPace(tx: QueryExecutorProvider, links: readonly DueLink[]): Promise<Set<LinkId>> {
  const found = await sql<{ id: LinkId }>`
    select k.i as id
    from unnest(${links.map(link => link.workspaceId)}::uuid[], ${links.map(link => link.id)}::uuid[]) as k (w, i)
    where not exists (select from fairlead.link_pace p where p.workspace_id = k.w and p.link_id = k.i)`.execute(
    tx,
  )
  return new Set(found.rows.map(row => row.id))
}

async function pickDeliveries(
  tx: QueryExecutorProvider,
  quotas: readonly Quota[],
  most: number,
): Promise<ClaimedDelivery[]> {
  if (quotas.length === 0) return []
  const found = await sql<ClaimedDelivery & { priority: number }>`
    select p.* from unnest(${quotas.map(quota => quota.linkId)}::uuid[], ${quotas.map(quota => quota.most)}::int[]) as q (link_id, most)
    cross join lateral (
      select * from (values (0), (1)) as v (priority)
      cross join lateral (
        select d.workspace_id as "workspaceId", d.id, d.email_id as "emailId", d.message_id as "messageId", d.link_id as "linkId",
               d.address, (select r.kind from fairlead.email_recipient r where r.workspace_id = d.workspace_id and r.id = d.recipient_id) as kind,
               d.round, d.message_id_round as "messageIdRound", d.tries, d.fence
        from fairlead.delivery d
        where d.link_id = q.link_id and d.priority = v.priority and d.due_at <= fairlead.now()
        order by d.due_at, d.id
        limit q.most
        for update of d skip locked) one
      order by v.priority
      limit q.most) p
    limit ${most}`.execute(tx)
  return found.rows
}

/** A link that took its batch opens again after its span, longer where a slow-down was learned. */
async function spendPace(
  tx: QueryExecutorProvider,
  quotas: readonly Quota[],
  picked: readonly ClaimedDelivery[],
): Promise<void> {
  const taken = new Map<LinkId, number>()
  for (const row of picked) taken.set(row.linkId, (taken.get(row.linkId) ?? 0) + 1)
  const spent = quotas.filter(quota => taken.has(quota.linkId))
  if (spent.length === 0) return
  await sql`
    update fairlead.link_pace p
    set next_at = fairlead.now() + p.every_ms * p.factor * k.n / p.batch * interval '1 millisecond'
    from unnest(${spent.map(quota => quota.linkId)}::uuid[], ${spent.map(quota => taken.get(quota.linkId) ?? 0)}::int[]) as k (link_id, n)
    where p.link_id = k.link_id`.execute(tx)
}
