import { type QueryExecutorProvider, sql } from 'kysely'
import type { DeliveryId, WorkspaceId } from '../platform/ids.ts'

/** What a waiting delivery waits for; the first that binds. */
export type WaitsFor = 'retry' | 'link' | 'pace' | 'turn'

export interface Departure {
  /** When it is expected to leave; null where that depends on a person. */
  readonly at: Date | null
  readonly waitsFor: WaitsFor
}

/** Ranks beyond this are not counted one by one. */
const countedRank = 10_000

/**
 * When queued deliveries of one workspace are expected to leave: computed on read from rank, pace and due time, never
 * stored. Deliveries that are not queued are absent from the answer. At most a page of ids.
 */
export async function estimateDepartures(
  tx: QueryExecutorProvider,
  asked: { workspaceId: WorkspaceId; deliveryIds: readonly DeliveryId[] },
): Promise<Map<DeliveryId, Departure>> {
  const found = await sql<{ id: DeliveryId; at: Date | null; waitsFor: WaitsFor }>`
    select d.id,
      case when k.state <> 'ready' then null
           else greatest(d.due_at, fairlead.now(), coalesce(p.next_at, '-infinity'::timestamptz))
                + coalesce(floor(r.ahead / p.batch) * p.every_ms * p.factor, 0) * interval '1 millisecond' end as at,
      case when k.state <> 'ready' then 'link'
           when d.due_at > fairlead.now() then 'retry'
           when p.batch is not null and (p.next_at > fairlead.now() or r.ahead >= p.batch) then 'pace'
           else 'turn' end as "waitsFor"
    from fairlead.delivery d
    join fairlead.link k on k.workspace_id = d.workspace_id and k.id = d.link_id
    left join fairlead.link_pace p on p.workspace_id = d.workspace_id and p.link_id = d.link_id
    cross join lateral (
      select count(*) as ahead from (
        select from fairlead.delivery o
        where o.workspace_id = d.workspace_id and o.link_id = d.link_id and o.due_at is not null and p.batch is not null
          and (o.priority, o.due_at, o.id) < (d.priority, d.due_at, d.id)
        limit ${countedRank}) one) r
    where d.workspace_id = ${asked.workspaceId} and d.id = any(${[...asked.deliveryIds]}::uuid[]) and d.state = 'queued'`.execute(
    tx,
  )
  return new Map(found.rows.map(row => [row.id, { at: row.at, waitsFor: row.waitsFor }]))
}
