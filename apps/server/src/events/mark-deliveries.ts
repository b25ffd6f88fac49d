import { type QueryExecutorProvider, sql } from 'kysely'
import type { DeliveryId, HandoffId, WorkspaceId } from '../platform/ids.ts'
import { deliveryLifecycle } from './lifecycle.ts'

/** One delivery of a handoff that asks for its mark. */
export interface Marking {
  readonly workspaceId: WorkspaceId
  readonly deliveryId: DeliveryId
  readonly fence: number
  readonly handoffId: HandoffId
}

const from = 'claimed'
const to = deliveryLifecycle[from].marked

/**
 * The edge that every open connection waits for, so one statement for many: claimed → sending under the caller's
 * fences, in the order in which everybody locks deliveries. Answers the handoffs of which each delivery took its mark; of
 * the others none did.
 */
export async function markDeliveries(
  tx: QueryExecutorProvider,
  asked: readonly Marking[],
): Promise<Set<HandoffId>> {
  const marked = await sql<{ handoffId: HandoffId }>`
    with asked as (
      select * from unnest(${asked.map(one => one.workspaceId)}::uuid[], ${asked.map(one => one.deliveryId)}::uuid[],
        ${asked.map(one => one.fence)}::int[], ${asked.map(one => one.handoffId)}::uuid[]) as k (workspace_id, id, fence, handoff_id)
    ), locked as materialized (
      select d.id from asked k join fairlead.delivery d on d.workspace_id = k.workspace_id and d.id = k.id
      where d.state = ${from} and d.fence = k.fence
      order by d.id for update of d
    ), held as (
      select k.handoff_id from asked k left join locked l on l.id = k.id
      group by k.handoff_id having count(*) = count(l.id)
    )
    update fairlead.delivery d set state = ${to}, handoff_id = k.handoff_id, changed_at = t.now
    from asked k, (select fairlead.now() as now) t
    where k.handoff_id in (select handoff_id from held) and d.workspace_id = k.workspace_id and d.id = k.id
    returning k.handoff_id as "handoffId"`.execute(tx)
  return new Set(marked.rows.map(row => row.handoffId))
}
