import { limits, Problem } from '@fairlead/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import { moveDeliveries } from '../events/move-deliveries.ts'
import { findTarget, type TargetLink } from '../links/find-target.ts'
import type { LinkCaller } from '../links/link-caller.ts'
import { lockLink } from '../links/lock-link.ts'
import { recordLinkEvent } from '../links/record-link-event.ts'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import type { DeliveryId, LinkId, MemberId } from '../platform/ids.ts'

export interface MoveParts {
  readonly db: Db
  readonly giveUpMs: number
  /** Largest message of a link, in octets as encoded. */
  maxBytes(link: Pick<TargetLink, 'kind' | 'settings'>): number
}

export interface Moved {
  readonly moved: number
  /** Scheduled and held emails that will take the other link. */
  readonly scheduled: number
  /** What stays where it is, the first of them. */
  readonly left: readonly { readonly deliveryId: DeliveryId; readonly problem: Problem }[]
  readonly leftCount: number
}

const mostAtOnce = 500
const firstId = '00000000-0000-0000-0000-000000000000' as DeliveryId

/**
 * Whose waiting mail the caller moves off a link: an admin everybody's off the team's and off one whose owner has left
 * (null), else their own.
 */
export async function whoseMail(
  tx: QueryExecutorProvider,
  caller: LinkCaller,
  linkId: LinkId,
): Promise<MemberId | null> {
  const link = await lockLink(tx, caller, linkId)
  const isEverybodys = caller.role === 'admin' && (link.memberId === null || link.hasOwnerLeft)
  return isEverybodys ? null : caller.memberId
}

/**
 * Moves mail that waits for one link to another, piece by piece: killed half way, the rest still waits and can be
 * moved. What is too large for the other link, or whose identity it refuses, stays. Problems: not-found, link.same,
 * link.not-usable.
 */
export async function moveWaitingMail(
  parts: MoveParts,
  caller: LinkCaller,
  move: { readonly from: LinkId; readonly to: LinkId },
): Promise<Moved> {
  const { workspaceId, memberId } = caller
  const whose = await asWeb(parts.db, workspaceId, tx => whoseMail(tx, caller, move.from))
  const moved = { moved: 0, scheduled: 0, left: [] as Moved['left'][number][], leftCount: 0 }
  let after: DeliveryId | null = firstId
  while (after !== null) {
    const start: DeliveryId = after
    const piece = await asWeb(parts.db, workspaceId, async tx => {
      const target = await findTarget(tx, caller, { ...move, whose })
      return movePiece(tx, parts, { caller, from: move.from, target, whose, after: start })
    })
    moved.moved += piece.moved
    moved.leftCount += piece.left.length
    moved.left.push(...piece.left.slice(0, limits.bulkRows - moved.left.length))
    after = piece.last
  }
  moved.scheduled = await asWeb(parts.db, workspaceId, async tx => {
    const count = await moveScheduled(tx, caller, { ...move, whose })
    const data = { to: move.to, moved: moved.moved, scheduled: count }
    await recordLinkEvent(tx, { workspaceId, linkId: move.from, kind: 'moved', memberId, data })
    return count
  })
  return moved
}

interface Piece {
  readonly caller: LinkCaller
  readonly from: LinkId
  readonly target: TargetLink
  readonly whose: MemberId | null
  readonly after: DeliveryId
}

interface WaitingRow {
  readonly id: DeliveryId
  readonly size: number
  readonly fromAddress: string
  readonly isRefused: boolean
}

async function movePiece(
  tx: QueryExecutorProvider,
  parts: MoveParts,
  piece: Piece,
): Promise<{ moved: number; left: Moved['left']; last: DeliveryId | null }> {
  const { caller, target } = piece
  const rows = await readWaiting(tx, piece)
  const limit = parts.maxBytes(target)
  const left = rows.flatMap(row => {
    const problem = obstacleOf(row, target, limit)
    return problem === null ? [] : [{ deliveryId: row.id, problem }]
  })
  const stays = new Set(left.map(row => row.deliveryId))
  const moved = await moveDeliveries(tx, {
    ...{ workspaceId: caller.workspaceId, from: piece.from, to: target.id, giveUpMs: parts.giveUpMs },
    deliveryIds: rows.map(row => row.id).filter(id => !stays.has(id)),
    source: `member:${caller.memberId}`,
  })
  const last = rows.length < mostAtOnce ? null : (rows.at(-1)?.id ?? null)
  return { moved: moved.length, left, last }
}

/** Index: delivery_queue finds the link's rows. */
async function readWaiting(tx: QueryExecutorProvider, piece: Piece): Promise<readonly WaitingRow[]> {
  const { workspaceId } = piece.caller
  const found = await sql<WaitingRow>`
    select d.id, m.size, m.from_address as "fromAddress", exists (select from fairlead.link_identity p
        where p.workspace_id = d.workspace_id and p.link_id = ${piece.target.id} and p.identity_id = e.identity_id
          and p.address_key = lower(m.from_address) and p.state = 'refused') as "isRefused"
    from fairlead.delivery d
    join fairlead.message m on m.workspace_id = d.workspace_id and m.id = d.message_id
    join fairlead.email e on e.workspace_id = d.workspace_id and e.id = d.email_id
    where d.workspace_id = ${workspaceId} and d.link_id = ${piece.from} and d.due_at is not null and d.id > ${piece.after}
      and (${piece.whose}::uuid is null or d.member_id = ${piece.whose}::uuid)
    order by d.id limit ${mostAtOnce}`.execute(tx)
  return found.rows
}

const megabytes = (octets: number): number => Math.ceil(octets / 1_000_000)

function obstacleOf(row: WaitingRow, target: TargetLink, limit: number): Problem | null {
  if (row.size > limit) {
    const [sizeMegabytes, limitMegabytes] = [megabytes(row.size), megabytes(limit)]
    return new Problem('email.too-large', { sizeMegabytes, limitMegabytes })
  }
  if (!row.isRefused) return null
  return new Problem('identity.not-permitted', { name: target.name, address: row.fromAddress })
}

async function moveScheduled(
  tx: QueryExecutorProvider,
  { workspaceId }: LinkCaller,
  move: { readonly from: LinkId; readonly to: LinkId; readonly whose: MemberId | null },
): Promise<number> {
  const found = await sql`
    update fairlead.email set link_id = ${move.to}, updated_at = fairlead.now()
    where workspace_id = ${workspaceId} and link_id = ${move.from} and state in ('scheduled', 'held')
      and (${move.whose}::uuid is null or member_id = ${move.whose}::uuid)`.execute(tx)
  return Number(found.numAffectedRows ?? 0n)
}
