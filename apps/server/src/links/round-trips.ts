import type { Reason } from '@fairlead/bounce'
import { type MeasuredMail, Problem } from '@fairlead/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { MailDifference, PredictedMail } from '../mail/authentication/compare-measured.ts'
import type { IdentityId, LinkId, RoundTripId, WorkspaceId } from '../platform/ids.ts'
import { recordLinkEvent } from './record-link-event.ts'

/** A message that Fairlead sends itself through a link, from an identity. */
export interface NewRoundTrip {
  readonly workspaceId: WorkspaceId
  readonly id: RoundTripId
  readonly linkId: LinkId
  readonly identityId: IdentityId
  /** Whose address recipients were to see. */
  readonly fromAddress: string
  readonly predicted: PredictedMail
}

/** After this long a message that did not come counts as lost. */
export const lostAfterMinutes = 15
/** From one identity over one link none is sent sooner after another. */
const restSeconds = 60
/** Of one identity over one link; older ones tell nothing any more. */
const mostKept = 20

/**
 * Writes it down before it leaves, so that a message that is faster than we are finds it. Problem:
 * link.round-trip-running, where one was sent just now.
 */
export async function insertRoundTrip(tx: QueryExecutorProvider, trip: NewRoundTrip): Promise<void> {
  const { workspaceId, linkId, identityId } = trip
  // Two requests at once: one waits for the other and then finds its row.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`round trip ${linkId} ${identityId}`}, 0))`.execute(
    tx,
  )
  const latest = await sql<{ waitSeconds: number }>`
    select ceil(extract(epoch from sent_at - fairlead.now()) + ${restSeconds})::int as "waitSeconds"
    from fairlead.round_trip
    where workspace_id = ${workspaceId} and link_id = ${linkId} and identity_id = ${identityId}
    order by sent_at desc limit 1`.execute(tx)
  const retryAfterSeconds = latest.rows[0]?.waitSeconds ?? 0
  if (retryAfterSeconds > 0) throw new Problem('link.round-trip-running', { retryAfterSeconds })
  await sql`
    insert into fairlead.round_trip (workspace_id, id, link_id, identity_id, from_address, predicted)
    values (${workspaceId}, ${trip.id}, ${linkId}, ${identityId}, ${trip.fromAddress}, ${JSON.stringify(trip.predicted)}::jsonb)`.execute(
    tx,
  )
  await sql`
    delete from fairlead.round_trip where workspace_id = ${workspaceId} and id in (
      select id from fairlead.round_trip where link_id = ${linkId} and identity_id = ${identityId}
      order by sent_at desc offset ${mostKept})`.execute(tx)
}

/** The link did not take the message. */
export async function refuseRoundTrip(
  tx: QueryExecutorProvider,
  { workspaceId, id }: Pick<NewRoundTrip, 'workspaceId' | 'id'>,
  reason: Reason,
): Promise<void> {
  await sql`
    update fairlead.round_trip set refused = ${JSON.stringify(reason)}::jsonb
    where workspace_id = ${workspaceId} and id = ${id} and arrived_at is null`.execute(tx)
}

/** Whose they are, by id; those that are unknown are missing. */
export async function workspacesOfRoundTrips(
  tx: QueryExecutorProvider,
  ids: readonly RoundTripId[],
): Promise<ReadonlyMap<RoundTripId, WorkspaceId>> {
  if (ids.length === 0) return new Map()
  const found = await sql<{ id: RoundTripId; workspaceId: WorkspaceId }>`
    select id, workspace_id as "workspaceId" from fairlead.round_trip where id = any(${ids}::uuid[])`.execute(
    tx,
  )
  return new Map(found.rows.map(row => [row.id, row.workspaceId]))
}

/** How the listener got a message; its bytes are a blob of the round trip's workspace. */
export interface Arrival {
  readonly clientAddress: string
  readonly helo: string
  readonly envelopeFrom: string
  /** Lower-case hex. */
  readonly sha256: string
}

/** The first message counts: whoever knows the address from then on changes nothing. */
export async function noteArrival(
  tx: QueryExecutorProvider,
  ids: readonly RoundTripId[],
  arrival: Arrival,
): Promise<void> {
  if (ids.length === 0) return
  await sql`
    update fairlead.round_trip set arrived_at = fairlead.now(), look_due_at = fairlead.now(),
      client_address = ${arrival.clientAddress}, helo = ${arrival.helo}, envelope_from = ${arrival.envelopeFrom},
      sha256 = ${arrival.sha256}, refused = null
    where id = any(${ids}::uuid[]) and arrived_at is null`.execute(tx)
}

export interface ArrivedTrip extends NewRoundTrip, Arrival {
  /** 1 at the first look. */
  readonly looks: number
}

/** Minutes until a look that was begun counts as killed, or is made again. */
const lookMinutes = 1

/** One arrived message that nobody else is looking at; null: none waits. Index: round_trip_arrived. */
export async function takeArrival(tx: QueryExecutorProvider): Promise<ArrivedTrip | null> {
  const found = await sql<ArrivedTrip>`
    update fairlead.round_trip t set looks = looks + 1, look_due_at = fairlead.now() + ${lookMinutes} * interval '1 minute'
    from (select workspace_id, id from fairlead.round_trip
      where arrived_at is not null and measured_at is null and look_due_at <= fairlead.now()
      order by look_due_at limit 1 for update skip locked) due
    where t.workspace_id = due.workspace_id and t.id = due.id
    returning t.workspace_id as "workspaceId", t.id, t.link_id as "linkId", t.identity_id as "identityId",
      t.from_address as "fromAddress", t.predicted, t.client_address as "clientAddress", t.helo,
      t.envelope_from as "envelopeFrom", t.sha256, t.looks`.execute(tx)
  return found.rows[0] ?? null
}

/** Keeps the verdict; those who watch hear of it. False: another look was faster. */
export async function settleRoundTrip(
  tx: QueryExecutorProvider,
  { workspaceId, id, linkId }: Pick<NewRoundTrip, 'workspaceId' | 'id' | 'linkId'>,
  verdict: { readonly measured: MeasuredMail; readonly differences: readonly MailDifference[] },
): Promise<boolean> {
  const settled = await sql`
    update fairlead.round_trip set measured_at = fairlead.now(), measured = ${JSON.stringify(verdict.measured)}::jsonb,
      differences = ${JSON.stringify(verdict.differences)}::jsonb
    where workspace_id = ${workspaceId} and id = ${id} and measured_at is null returning id`.execute(tx)
  if (settled.rows.length === 0) return false
  await recordLinkEvent(tx, { workspaceId, linkId, kind: 'measured' })
  return true
}
