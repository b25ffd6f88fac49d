import { type QueryExecutorProvider, sql } from 'kysely'
import type { HeldWatch } from './watch-rows.ts'

/** After so long nobody waits any more: mail that answers nothing known is somebody else's. */
export const longestOpenMs = 10 * 60_000

/**
 * For how long the oldest hand-over of the link is out whose answer is not known yet, ms; null: there is none. By what
 * Message-ID and thread its mail goes is only known from the answer (Gmail gives its own), or from the look-up of a lost one.
 * Call it as engine.
 */
export async function oldestOpenHandoffMs(
  tx: QueryExecutorProvider,
  { workspaceId, linkId }: HeldWatch,
): Promise<number | null> {
  const found = await sql<{ openMs: number | null }>`
    select extract(epoch from t.now - min(h.marked_at))::float8 * 1000 as "openMs"
    from (select fairlead.now() as now) t, (
      select d.handoff_id from fairlead.delivery d
        where d.lease_id is not null and d.workspace_id = ${workspaceId} and d.link_id = ${linkId}
      union
      select k.handoff_id from fairlead.handoff_look k where k.workspace_id = ${workspaceId}
    ) o join fairlead.handoff h on h.workspace_id = ${workspaceId} and h.id = o.handoff_id
    where h.link_id = ${linkId} and h.marked_at > t.now - ${longestOpenMs} * interval '1 millisecond'
      and h.seen_message_id is null
    group by t.now`.execute(tx)
  return found.rows[0]?.openMs ?? null
}
