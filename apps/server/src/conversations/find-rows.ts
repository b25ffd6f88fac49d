import { type Folder, failedFolders } from '@fairlead/contract'
import { type RawBuilder, sql } from 'kysely'
import type { Tx } from '../platform/database/connect.ts'
import type { DeliveryId, EmailId, MemberId, WorkspaceId } from '../platform/ids.ts'
import { comparePlaces, type Place } from './cursor.ts'
import type { RowTests } from './list-filters.ts'

/** A walk along lists: whose, from where, which way, how far. */
export interface Walk {
  readonly workspaceId: WorkspaceId
  readonly memberId: MemberId
  /** The place before the first row; null: the beginning. */
  readonly after: Place | null
  readonly isNewestFirst: boolean
  readonly since: Date | null
  readonly until: Date | null
  readonly tests: RowTests
  readonly most: number
}

/** A row by its keys; its words are read afterwards, for one page alone. */
export interface FoundRow extends Place {
  readonly emailId: EmailId
  readonly deliveryId: DeliveryId | null
}

export interface Found {
  /** In the order of the walk, at most `most`. */
  readonly rows: readonly FoundRow[]
  /** Where the walk stopped to look, with perhaps more behind; null: at the end, or `most` rows were found. */
  readonly stoppedAt: Place | null
}

/** Email states that stand in a folder of their own. */
export const statesOfFolder: Readonly<Partial<Record<Folder, readonly string[]>>> = {
  scheduled: ['scheduled', 'held'],
  drafts: ['draft', 'cancelled'],
}

/** Is a row of this folder one delivery, rather than an email? (spec 8.2) */
export function isFailedFolder(folder: Folder): boolean {
  return failedFolders.some(name => name === folder)
}

/** Rows that filters look through for one page of one folder. */
export const looksAtMost = 5_000

type Sql = RawBuilder<unknown>

/** One ordered list that an index holds. */
interface Source {
  /** `from … where …`, without bounds. */
  readonly from: Sql
  /** Column of the sort time, and of the id that parts equal times. */
  readonly at: Sql
  readonly id: Sql
  readonly emailId: Sql
  readonly deliveryId: Sql
  readonly test: Sql | null
  /** Several rows of the table may be one row of the list. */
  readonly isRepeating: boolean
}

/** Rows of several folders as one list; null: all emails. */
export async function findRows(tx: Tx, folders: readonly Folder[] | null, walk: Walk): Promise<Found> {
  const sources = folders === null ? [allEmails(walk)] : folders.flatMap(folder => sourcesOf(folder, walk))
  const found: Found[] = []
  for (const source of sources) found.push(await walkSource(tx, source, walk))
  return found.length === 1 && found[0] !== undefined ? found[0] : merge(found, walk)
}

function merge(found: readonly Found[], walk: Walk): Found {
  const way = walk.isNewestFirst ? -1 : 1
  const compare = (a: Place, b: Place) => way * comparePlaces(a, b)
  const stops = found.flatMap(({ stoppedAt }) => stoppedAt ?? []).sort(compare)
  const nearest = stops[0] ?? null
  const byKey = new Map(
    found
      .flatMap(({ rows }) => rows)
      .filter(row => nearest === null || compare(row, nearest) <= 0)
      .map(row => [`${row.at} ${row.id}`, row]),
  )
  const rows = [...byKey.values()].sort(compare).slice(0, walk.most)
  return { rows, stoppedAt: rows.length < walk.most ? nearest : null }
}

function sourcesOf(folder: Folder, walk: Walk): Source[] {
  const states = statesOfFolder[folder]
  if (states !== undefined) return states.map(state => unsentEmails(state, walk))
  return [isFailedFolder(folder) ? failedDeliveries(folder, walk) : sentEmails(folder, walk)]
}

/** Emails with a delivery in the folder; several deliveries of one email are one row. Index: delivery_sent. */
function sentEmails(folder: Folder, { workspaceId, memberId, tests }: Walk): Source {
  const among = tests.among === null ? sql`` : sql`and d.email_id = any(${tests.among}::uuid[])`
  return {
    from: sql`from fairlead.delivery d where d.workspace_id = ${workspaceId} and d.member_id = ${memberId}
      and d.folder = ${folder} and not d.hidden ${among}`,
    ...{ at: sql`d.emailed_at`, id: sql`d.email_id`, emailId: sql`d.email_id`, deliveryId: sql`null::uuid` },
    ...{ test: tests.delivery, isRepeating: true },
  }
}

/** Index: delivery_failed. */
function failedDeliveries(folder: Folder, { workspaceId, memberId, tests }: Walk): Source {
  const among = tests.among === null ? sql`` : sql`and d.email_id = any(${tests.among}::uuid[])`
  return {
    from: sql`from fairlead.delivery d where d.workspace_id = ${workspaceId} and d.member_id = ${memberId}
      and d.folder = ${folder} and not d.hidden and d.folder in ('failed', 'bounced', 'spam', 'needs-a-look') ${among}`,
    ...{ at: sql`d.settled_at`, id: sql`d.id`, emailId: sql`d.email_id`, deliveryId: sql`d.id` },
    ...{ test: tests.delivery, isRepeating: false },
  }
}

/** Index: email_unsent. */
function unsentEmails(state: string, { workspaceId, memberId, tests }: Walk): Source {
  const among = tests.among === null ? sql`` : sql`and e.id = any(${tests.among}::uuid[])`
  return {
    from: sql`from fairlead.email e where e.workspace_id = ${workspaceId} and e.member_id = ${memberId}
      and e.state = ${state} and e.state <> 'released' and e.hidden_at is null ${among}`,
    ...{ at: sql`e.updated_at`, id: sql`e.id`, emailId: sql`e.id`, deliveryId: sql`null::uuid` },
    ...{ test: tests.unsent, isRepeating: false },
  }
}

/** All emails of the member. Index: email_newest. */
function allEmails({ workspaceId, memberId, tests }: Walk): Source {
  const among = tests.among === null ? sql`` : sql`and e.id = any(${tests.among}::uuid[])`
  return {
    from: sql`from fairlead.email e where e.workspace_id = ${workspaceId} and e.member_id = ${memberId}
      and e.hidden_at is null ${among}`,
    ...{ at: sql`e.created_at`, id: sql`e.id`, emailId: sql`e.id`, deliveryId: sql`null::uuid` },
    ...{ test: tests.email, isRepeating: false },
  }
}

const placeOf = (at: Sql): Sql =>
  sql`to_char(${at} at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || '+00' as at`

/** The bounds and the order that the index gives: from the place of the walk on, within the dates. */
function bounded({ from, at, id }: Source, walk: Walk): { where: Sql; order: Sql } {
  const way = walk.isNewestFirst ? sql`desc` : sql`asc`
  const beyond = walk.isNewestFirst ? sql`<` : sql`>`
  const bounds = [
    walk.after && sql`and (${at}, ${id}) ${beyond} (${walk.after.at}::timestamptz, ${walk.after.id}::uuid)`,
    walk.since && sql`and ${at} >= ${walk.since.toISOString()}::timestamptz`,
    walk.until && sql`and ${at} < ${walk.until.toISOString()}::timestamptz`,
  ].filter(bound => bound !== null)
  return {
    where: sql`${from} ${bounds.length === 0 ? sql`` : sql.join(bounds, sql` `)}`,
    order: sql`order by ${at} ${way}, ${id} ${way}`,
  }
}

async function walkSource(tx: Tx, source: Source, walk: Walk): Promise<Found> {
  const { at, id, emailId, deliveryId, test, isRepeating } = source
  const { where, order } = bounded(source, walk)
  const way = walk.isNewestFirst ? sql`desc` : sql`asc`
  const columns = sql`${at} as sorted_at, ${id} as id, ${emailId} as "emailId", ${deliveryId} as "deliveryId"`
  // The limit stands beside the order that it cuts: behind another layer the planner may sort the whole folder first.
  const rowsOf =
    test === null
      ? sql`select ${isRepeating ? sql`distinct on (${at}, ${id})` : sql``} ${columns} ${where} ${order} limit ${walk.most}`
      : sql`select ${isRepeating ? sql`distinct on (sorted_at, id)` : sql``} sorted_at, id, "emailId", "deliveryId"
          from (select ${columns}, ${test} as fits ${where} ${order} limit ${looksAtMost}) s
          where fits order by sorted_at ${way}, id ${way} limit ${walk.most}`
  const found = await sql<FoundRow>`
    select ${placeOf(sql`r.sorted_at`)}, r.id, r."emailId", r."deliveryId" from (${rowsOf}) r
    order by r.sorted_at ${way}, r.id ${way}`.execute(tx)
  const { rows } = found
  if (test === null || rows.length >= walk.most) return { rows, stoppedAt: null }
  const last = await sql<Place>`
    select ${placeOf(at)}, ${id} as id ${where} ${order} offset ${looksAtMost - 1} limit 1`.execute(tx)
  return { rows, stoppedAt: last.rows[0] ?? null }
}
