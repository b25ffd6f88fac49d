import type { Reason } from '@fairlead/bounce'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { WhichPace } from './which-pace.ts'

/** A far side that asked one link to slow down. */
export interface SlowDown extends WhichPace {
  readonly reason: Reason
  /** It wants no mail at all for so long, of the whole link; null: it goes on, only slower. */
  readonly restsMs: ReadonlyArray<number> | null
  /** It named a time: the rest lasts for at least so long. */
  readonly hintMs: number
}

const mostFactor = 32
/** Answers that come together are one request to slow down. */
const oneRequestMs = 5_000
/** A success takes this part of the slow-down back, once nothing was heard for a minute. */
const recovery = 0.97

/**
 * Doubles the learned factor of links that were asked to slow down, once for answers that come together; `restsMs` are
 * the rests for the first, second, … request in a row.
 */
export async function slowDown(tx: QueryExecutorProvider, asked: readonly SlowDown[]): Promise<void> {
  const byLink = [...Map.groupBy(asked, one => one.linkId)].sort(([one], [other]) => (one < other ? -1 : 1))
  for (const [, same] of byLink) {
    const worst = same.find(one => one.restsMs !== null) ?? same[0]
    if (worst === undefined) continue
    const hintMs = Math.max(...same.map(one => one.hintMs))
    await sql`
      update fairlead.link_pace p set factor = n.factor, slowed_at = fairlead.now(),
        rest_until = case when n.rest_ms is null then p.rest_until
          else greatest(p.rest_until, fairlead.now() + n.rest_ms * interval '1 millisecond') end,
        rest_reason = case when n.rest_ms is null then p.rest_reason else ${JSON.stringify(worst.reason)}::jsonb end,
        next_at = case when n.rest_ms is null then p.next_at
          else greatest(p.next_at, fairlead.now() + n.rest_ms * interval '1 millisecond') end
      from (
        select least(f.factor, ${mostFactor})::real as factor,
          case when ${worst.restsMs !== null} then greatest(${hintMs}::float8,
            (${worst.restsMs ?? []}::float8[])[least(greatest(round(log(2, f.factor::numeric))::int, 1), ${worst.restsMs?.length ?? 1})]) end as rest_ms
        from (select factor * case when slowed_at > fairlead.now() - ${oneRequestMs} * interval '1 millisecond' then 1 else 2 end as factor
              from fairlead.link_pace where workspace_id = ${worst.workspaceId} and link_id = ${worst.linkId} for update) f) n
      where p.workspace_id = ${worst.workspaceId} and p.link_id = ${worst.linkId}`.execute(tx)
  }
}

/** Takes back a little of the slow-down of links whose mail passes; one entry for each hand-over that did. */
export async function speedUp(tx: QueryExecutorProvider, passed: readonly WhichPace[]): Promise<void> {
  const byLink = [...Map.groupBy(passed, one => one.linkId)].sort(([one], [other]) => (one < other ? -1 : 1))
  const links = byLink.flatMap(([, same]) => same.slice(0, 1).map(one => ({ ...one, times: same.length })))
  if (links.length === 0) return
  await sql`
    with slowed as (
      select p.workspace_id, p.link_id, k.n from fairlead.link_pace p
      join unnest(${links.map(one => one.workspaceId)}::uuid[], ${links.map(one => one.linkId)}::uuid[],
        ${links.map(one => one.times)}::int[]) as k (w, i, n) on p.workspace_id = k.w and p.link_id = k.i
      where p.factor > 1 and p.slowed_at < fairlead.now() - interval '1 minute'
      order by p.link_id for update of p)
    update fairlead.link_pace p
    set factor = case when p.factor * power(${recovery}::float8, s.n) < 1.05 then 1 else p.factor * power(${recovery}::float8, s.n) end
    from slowed s where p.workspace_id = s.workspace_id and p.link_id = s.link_id`.execute(tx)
}
