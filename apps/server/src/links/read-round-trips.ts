import type { Reason } from '@fairlead/bounce'
import {
  fill,
  type MeasuredMail,
  type RoundTrip,
  type RoundTripState,
  roundTripSentences,
  showReason,
} from '@fairlead/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import { differenceSentence, type MailDifference } from '../mail/authentication/compare-measured.ts'
import { type IdentityId, type LinkId, type RoundTripId, showId } from '../platform/ids.ts'
import type { LinkCaller } from './link-caller.ts'
import { lostAfterMinutes } from './round-trips.ts'

export interface RoundTripRow {
  readonly id: RoundTripId
  readonly linkId: LinkId
  readonly identityId: IdentityId
  readonly fromAddress: string
  readonly sentAt: Date
  readonly isLate: boolean
  readonly arrivedAt: Date | null
  readonly measuredAt: Date | null
  readonly measured: MeasuredMail | null
  readonly differences: readonly MailDifference[] | null
  readonly refused: Reason | null
}

const columns = sql`
  t.id, t.link_id as "linkId", t.identity_id as "identityId", t.from_address as "fromAddress", t.sent_at as "sentAt",
  t.sent_at < fairlead.now() - ${lostAfterMinutes} * interval '1 minute' as "isLate", t.arrived_at as "arrivedAt",
  t.measured_at as "measuredAt", t.measured, t.differences, t.refused`

const mostIdentities = 50

/**
 * The newest of each identity over a link, the newest first, and where that is not measured (yet) the newest measured one
 * too: the caller's own, an admin's also those of others. Index: round_trip_latest.
 */
export async function readRoundTrips(
  tx: QueryExecutorProvider,
  of: LinkCaller & { readonly linkId: LinkId },
): Promise<readonly RoundTripRow[]> {
  const found = await sql<RoundTripRow>`
    select ${columns} from (
      select distinct on (r.identity_id, r.measured_at is not null) r.* from fairlead.round_trip r
      join fairlead.identity i on i.workspace_id = r.workspace_id and i.id = r.identity_id
      where r.workspace_id = ${of.workspaceId} and r.link_id = ${of.linkId} and i.deleted_at is null
        and (i.member_id = ${of.memberId} or ${of.role === 'admin'})
      order by r.identity_id, r.measured_at is not null, r.sent_at desc) t
    where t.measured_at is not null or not exists (select from fairlead.round_trip n
      where n.workspace_id = t.workspace_id and n.link_id = t.link_id and n.identity_id = t.identity_id
        and n.measured_at is not null and n.sent_at > t.sent_at)
    order by t.sent_at desc limit ${2 * mostIdentities}`.execute(tx)
  return found.rows
}

/** By link, the newest measured one from an identity. Index: round_trip_latest. */
export async function readMeasured(
  tx: QueryExecutorProvider,
  of: { readonly links: readonly LinkId[]; readonly identityId: IdentityId },
): Promise<ReadonlyMap<LinkId, RoundTripRow>> {
  const found = await sql<RoundTripRow>`
    select ${columns} from unnest(${of.links}::uuid[]) as l (id)
    cross join lateral (select * from fairlead.round_trip r
      where r.workspace_id = nullif(current_setting('fairlead.workspace', true), '')::uuid and r.link_id = l.id
        and r.identity_id = ${of.identityId} and r.measured_at is not null
      order by r.sent_at desc limit 1) t`.execute(tx)
  return new Map(found.rows.map(row => [row.linkId, row]))
}

export async function readRoundTrip(
  tx: QueryExecutorProvider,
  { workspaceId, id }: { readonly workspaceId: string; readonly id: RoundTripId },
): Promise<RoundTripRow | null> {
  const found = await sql<RoundTripRow>`
    select ${columns} from fairlead.round_trip t where t.workspace_id = ${workspaceId} and t.id = ${id}`.execute(
    tx,
  )
  return found.rows[0] ?? null
}

export function showRoundTrip(row: RoundTripRow): RoundTrip {
  const state = stateOf(row)
  return {
    ...{ id: showId('roundTrip', row.id), linkId: showId('link', row.linkId) },
    ...{ identityId: showId('identity', row.identityId), address: row.fromAddress, state },
    sentence: fill(roundTripSentences[state], { minutes: lostAfterMinutes }),
    sentAt: row.sentAt.toISOString(),
    measuredAt: row.measuredAt?.toISOString() ?? null,
    measured: row.measured,
    differences: (row.differences ?? []).map(one => ({ ...one, sentence: differenceSentence(one) })),
    reason: state === 'refused' && row.refused ? showReason(row.refused, row.fromAddress) : null,
  }
}

function stateOf(row: RoundTripRow): RoundTripState {
  if (row.measuredAt !== null) return 'measured'
  if (row.arrivedAt !== null) return 'arrived'
  if (row.refused !== null) return 'refused'
  return row.isLate ? 'lost' : 'on-its-way'
}
