import { Problem } from '@fairlead/contract'
import { sql } from 'kysely'
import { archiveEmails, hideRows } from '../events/archive-emails.ts'
import { recordEvents } from '../events/record-events.ts'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db, Tx } from '../platform/database/connect.ts'
import { type DeliveryId, type EmailId, type MemberId, parseId, type WorkspaceId } from '../platform/ids.ts'

export type RowAction = 'archive' | 'unarchive' | 'delete' | 'restore'

export interface RowChange {
  readonly workspaceId: WorkspaceId
  readonly memberId: MemberId
  readonly action: RowAction
  /** Units of rows as the API shows them: eml_… or dlv_…. */
  readonly ids: readonly string[]
}

export interface RowAnswer {
  readonly id: string
  /** What stood in the way; null: it is done, or was before. */
  readonly problem: Problem | null
}

/** What a row's unit is, and where it stands. */
interface Unit {
  readonly emailId: EmailId
  readonly deliveryId: DeliveryId | null
  readonly isHidden: boolean
  readonly isArchived: boolean
  /** Something of it was taken by a server, and so stands in Sent. */
  readonly isSent: boolean
  /** Something of it may still leave. */
  readonly isLeaving: boolean
}

const eventKinds = {
  archive: 'archived',
  unarchive: 'unarchived',
  delete: 'deleted',
  restore: 'restored',
} as const satisfies Record<RowAction, string>

/**
 * Archives, deletes or brings back rows, each answered by itself, all in one transaction. A delete takes a row out of
 * the owner's lists and keeps what happened; what may still leave is refused. Twice is as good as once.
 */
export function changeRows(db: Db, change: RowChange): Promise<RowAnswer[]> {
  const ids = [...new Set(change.ids)]
  return asWeb(db, change.workspaceId, async tx => {
    const units = await lockUnits(tx, { ...change, ids })
    const answers = new Map(ids.map(id => [id, refusalOf(units.get(id), change.action)]))
    const changed = ids.flatMap(id => {
      const unit = units.get(id)
      return unit && answers.get(id) === null && !isDone(unit, change.action) ? [unit] : []
    })
    await applyChange(tx, change, changed)
    return change.ids.map(id => ({ id, problem: answers.get(id) ?? null }))
  })
}

function refusalOf(unit: Unit | undefined, action: RowAction): Problem | null {
  if (unit === undefined) return new Problem('not-found', { what: 'row' })
  if (action === 'archive' && (unit.deliveryId !== null || !unit.isSent))
    return new Problem('row.not-archivable')
  if (action === 'delete' && unit.isLeaving) return new Problem('row.still-leaving')
  return null
}

function isDone(unit: Unit, action: RowAction): boolean {
  switch (action) {
    case 'archive':
      return unit.isArchived
    case 'unarchive':
      return !unit.isArchived
    case 'delete':
      return unit.isHidden
    case 'restore':
      return !unit.isHidden
  }
}

async function applyChange(tx: Tx, change: RowChange, units: readonly Unit[]): Promise<void> {
  if (units.length === 0) return
  const { workspaceId, action } = change
  const emailIds = units.flatMap(unit => (unit.deliveryId === null ? unit.emailId : []))
  const deliveryIds = units.flatMap(unit => unit.deliveryId ?? [])
  if (action === 'archive' || action === 'unarchive')
    await archiveEmails(tx, { workspaceId, emailIds, isArchived: action === 'archive' })
  else await hideRows(tx, { workspaceId, emailIds, deliveryIds, isHidden: action === 'delete' })
  await recordEvents(
    tx,
    units.map(({ emailId, deliveryId }) => ({
      workspaceId,
      emailId,
      ...(deliveryId === null ? {} : { deliveryId }),
      kind: eventKinds[action],
      source: `member:${change.memberId}`,
      data: {},
    })),
  )
}

/** The member's own units by the ids that were asked for; emails are locked first, each kind in the order of ids. */
async function lockUnits(tx: Tx, change: RowChange): Promise<Map<string, Unit>> {
  const asked = <K extends 'email' | 'delivery'>(kind: K, prefix: string) =>
    change.ids.flatMap(shown => {
      const id = shown.startsWith(prefix) ? parseId(kind, shown) : null
      return id === null ? [] : [[id, shown] as const]
    })
  const emails = new Map(asked('email', 'eml_'))
  const deliveries = new Map(asked('delivery', 'dlv_'))
  const found = [
    ...(await lockEmails(tx, change, [...emails.keys()])),
    ...(await lockDeliveries(tx, change, [...deliveries.keys()])),
  ]
  return new Map(
    found.flatMap(unit => {
      const shown = unit.deliveryId === null ? emails.get(unit.emailId) : deliveries.get(unit.deliveryId)
      return shown === undefined ? [] : [[shown, unit]]
    }),
  )
}

async function lockEmails(tx: Tx, of: RowChange, ids: readonly EmailId[]): Promise<readonly Unit[]> {
  if (ids.length === 0) return []
  const found = await sql<Unit>`
    select e.id as "emailId", null as "deliveryId", e.hidden_at is not null as "isHidden",
      e.archived_at is not null as "isArchived",
      exists (select from fairlead.delivery d where d.workspace_id = e.workspace_id and d.email_id = e.id
        and d.folder in ('delivered', 'archived')) as "isSent",
      e.state in ('scheduled', 'held') or exists (select from fairlead.delivery d
        where d.workspace_id = e.workspace_id and d.email_id = e.id and d.state in ('queued', 'claimed', 'sending'))
        as "isLeaving"
    from fairlead.email e
    where e.workspace_id = ${of.workspaceId} and e.member_id = ${of.memberId} and e.id = any(${ids}::uuid[])
    order by e.id for update`.execute(tx)
  return found.rows
}

/** Only a delivery that stands in a failed folder is a row of its own. */
async function lockDeliveries(tx: Tx, of: RowChange, ids: readonly DeliveryId[]): Promise<readonly Unit[]> {
  if (ids.length === 0) return []
  const found = await sql<Unit>`
    select d.email_id as "emailId", d.id as "deliveryId", d.hidden as "isHidden", false as "isArchived",
      false as "isSent", false as "isLeaving"
    from fairlead.delivery d
    where d.workspace_id = ${of.workspaceId} and d.member_id = ${of.memberId} and d.id = any(${ids}::uuid[])
      and d.folder in ('failed', 'bounced', 'spam', 'needs-a-look')
    order by d.id for update`.execute(tx)
  return found.rows
}
