import { type ReasonCode, type ReasonGroup, reasonCodes, reasons } from '@fairlead/bounce'
import type { ChannelKind, DeliveryState, EmailState } from '@fairlead/contract'
import { deliveryStates, emailStates } from '@fairlead/contract'
import { type RawBuilder, sql } from 'kysely'
import type { Tx } from '../platform/database/connect.ts'
import type { EmailId, IdentityId, LinkId, MemberId, WorkspaceId } from '../platform/ids.ts'
import { searchQuery } from './search-query.ts'

/** What narrows a list; absent: no matter. */
export interface ListFilters {
  readonly since?: Date
  readonly until?: Date
  readonly channel?: ChannelKind
  readonly linkId?: LinkId
  readonly identityId?: IdentityId
  readonly reason?: ReasonCode
  readonly reasonGroup?: ReasonGroup
  readonly state?: EmailState | DeliveryState
}

type Condition = RawBuilder<unknown>

/** The filters of one request as SQL, for rows that are deliveries (`d`) and rows that are emails (`e`). */
export interface RowTests {
  /** The emails that hold the words of a search; null where there are no words, or too many emails that hold them. */
  readonly among: readonly EmailId[] | null
  /** On fairlead.delivery d; null: everything fits. */
  readonly delivery: Condition | null
  /** On fairlead.email e, before its release; null: everything fits. */
  readonly unsent: Condition | null
  /** On fairlead.email e in any state; null: everything fits. */
  readonly email: Condition | null
}

// Emails that are looked at by their ids; of words that more emails hold a walk through the list finds some soon.
const fewEmails = 2_000

/** Looks the words up and makes the conditions of all filters. */
export async function makeRowTests(
  tx: Tx,
  of: { workspaceId: WorkspaceId; memberId: MemberId; words: string; filters: ListFilters },
): Promise<RowTests> {
  const query = searchQuery(of.words)
  const among = query === null ? null : await findMatching(tx, of.memberId, query)
  const common = query !== null && among === null ? query : null
  const linkIds = await wantedLinks(tx, of)
  const { delivery, unsent } = conditions(of, { linkIds, common })
  return { among, delivery, unsent, email: eitherWay(delivery, unsent) }
}

async function findMatching(tx: Tx, memberId: MemberId, query: string): Promise<EmailId[] | null> {
  const found = await sql<{ id: EmailId }>`
    select id from fairlead.matching_emails(${memberId}, to_tsquery('simple', ${query}), ${fewEmails + 1}) as m (id)`.execute(
    tx,
  )
  return found.rows.length > fewEmails ? null : found.rows.map(row => row.id)
}

/** The links that the filters leave; null: any. */
async function wantedLinks(
  tx: Tx,
  of: { workspaceId: WorkspaceId; filters: ListFilters },
): Promise<readonly LinkId[] | null> {
  const { channel, linkId } = of.filters
  if (channel === undefined) return linkId === undefined ? null : [linkId]
  const found = await sql<{ id: LinkId }>`
    select id from fairlead.link where workspace_id = ${of.workspaceId} and kind = ${channel}`.execute(tx)
  const ids = found.rows.map(row => row.id)
  return linkId === undefined ? ids : ids.filter(id => id === linkId)
}

function wantedReasons({ reason, reasonGroup }: ListFilters): readonly ReasonCode[] | null {
  if (reason === undefined && reasonGroup === undefined) return null
  return reasonCodes.filter(
    code =>
      (reason === undefined || code === reason) &&
      (reasonGroup === undefined || reasons[code].group === reasonGroup),
  )
}

function conditions(
  of: { workspaceId: WorkspaceId; filters: ListFilters },
  found: { linkIds: readonly LinkId[] | null; common: string | null },
): { delivery: Condition | null; unsent: Condition | null } {
  const { identityId, state } = of.filters
  const codes = wantedReasons(of.filters)
  const delivery: Condition[] = []
  const unsent: Condition[] = []
  if (found.linkIds !== null) {
    delivery.push(sql`d.link_id = any(${found.linkIds}::uuid[])`)
    unsent.push(sql`e.link_id = any(${found.linkIds}::uuid[])`)
  }
  if (codes !== null) {
    delivery.push(sql`d.reason ->> 'code' = any(${codes}::text[])`)
    unsent.push(sql`e.held_reason ->> 'code' = any(${codes}::text[])`)
  }
  if (identityId !== undefined) {
    // A scalar subquery, which is looked up row by row: of an `exists` the planner may make one walk over all emails.
    delivery.push(sql`(select i.identity_id from fairlead.email i
      where i.workspace_id = ${of.workspaceId} and i.id = d.email_id) = ${identityId}`)
    unsent.push(sql`e.identity_id = ${identityId}`)
  }
  if (state !== undefined) {
    const isOfDelivery = deliveryStates.some(one => one === state)
    const isOfEmail = emailStates.some(one => one === state)
    if (isOfDelivery) delivery.push(sql`d.state = ${state}`)
    else if (state !== 'released') delivery.push(sql`false`)
    unsent.push(isOfEmail ? sql`e.state = ${state}` : sql`false`)
  }
  if (found.common !== null) {
    delivery.push(sql`fairlead.email_matches(d.email_id, to_tsquery('simple', ${found.common}))`)
    unsent.push(sql`fairlead.email_matches(e.id, to_tsquery('simple', ${found.common}))`)
  }
  return { delivery: allOf(delivery), unsent: allOf(unsent) }
}

function allOf(conditions: readonly Condition[]): Condition | null {
  return conditions.length === 0 ? null : sql`(${sql.join(conditions, sql` and `)})`
}

/** A released email fits when one of its deliveries does, any other by itself. */
function eitherWay(delivery: Condition | null, unsent: Condition | null): Condition | null {
  if (delivery === null && unsent === null) return null
  return sql`case when e.state = 'released'
    then (select true from fairlead.delivery d
      where d.workspace_id = e.workspace_id and d.email_id = e.id and not d.hidden and ${delivery ?? sql`true`} limit 1) is true
    else ${unsent ?? sql`true`} end`
}
