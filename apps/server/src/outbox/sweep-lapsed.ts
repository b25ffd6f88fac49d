import type { ChannelKind } from '@fairlead/contract'
import { sql } from 'kysely'
import { transitionDeliveries } from '../events/transition-deliveries.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import type { DeliveryId, HandoffId, WorkspaceId } from '../platform/ids.ts'
import { noteLost } from './look-rows.ts'

const mostAtOnce = 500

interface Lapsed {
  readonly workspaceId: WorkspaceId
  readonly id: DeliveryId
  readonly fence: number
  readonly state: string
  readonly handoffId: HandoffId | null
  readonly kind: ChannelKind
}

/**
 * Lets go of what dead workers held: claimed goes back to the queue, sending becomes uncertain, to be looked up where its
 * channel is `askable`. Answers how many
 * were moved; asks again at once where it was the most.
 */
export async function sweepLapsed(db: Db, askable: readonly ChannelKind[]): Promise<number> {
  const moved = await asEngine(db, async tx => {
    const found = await sql<Lapsed>`
      select d.workspace_id as "workspaceId", d.id, d.fence, d.state, d.handoff_id as "handoffId",
        (select k.kind from fairlead.link k where k.workspace_id = d.workspace_id and k.id = d.link_id) as kind
      from fairlead.delivery d
      where d.lease_id is not null
        and not exists (select from fairlead.worker_lease l where l.id = d.lease_id and l.expires_at > fairlead.now())
      limit ${mostAtOnce} for update of d skip locked`.execute(tx)
    await transitionDeliveries(
      tx,
      found.rows.map(row => ({
        workspaceId: row.workspaceId,
        deliveryId: row.id,
        event: 'lapsed' as const,
        fence: row.fence,
        ...(row.state === 'sending' ? { reason: { code: 'uncertain.cut' as const } } : {}),
        source: 'outbox',
      })),
    )
    await noteLost(
      tx,
      found.rows.flatMap(({ workspaceId, handoffId, kind, state }) =>
        state === 'sending' && handoffId !== null && askable.includes(kind)
          ? [{ workspaceId, handoffId }]
          : [],
      ),
    )
    await sql`delete from fairlead.worker_lease where expires_at < fairlead.now() - interval '1 day'`.execute(
      tx,
    )
    return found.rows.length
  })
  return moved === mostAtOnce ? moved + (await sweepLapsed(db, askable)) : moved
}
