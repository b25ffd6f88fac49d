import type { Reason } from '@fairlead/bounce'
import type { ChannelKind } from '@fairlead/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { Channels } from '../channels/registry.ts'
import type { LinkId, MemberId, WorkspaceId } from '../platform/ids.ts'

/** A link's mailbox that this worker holds; `fence` proves it. */
export interface HeldWatch {
  readonly workspaceId: WorkspaceId
  readonly linkId: LinkId
  readonly memberId: MemberId | null
  readonly kind: ChannelKind
  readonly settings: unknown
  readonly cursor: string | null
  readonly fence: number
  readonly failures: number
}

/** Longer than a look may take. */
export const leaseSeconds = 120

/** Begins to watch the mailboxes of links that have one and are not watched yet. */
export async function beginWatches(tx: QueryExecutorProvider, channels: Channels): Promise<void> {
  const kinds = [...channels.values()].flatMap(channel =>
    channel.observe === undefined ? [] : [channel.kind],
  )
  if (kinds.length === 0) return
  const found = await sql<{ workspaceId: WorkspaceId; id: LinkId; kind: ChannelKind; settings: unknown }>`
    select l.workspace_id as "workspaceId", l.id, l.kind, l.settings from fairlead.link l
    where l.state = 'ready' and l.kind = any(${kinds}::text[])
      and not exists (select from fairlead.link_watch w where w.workspace_id = l.workspace_id and w.link_id = l.id)`.execute(
    tx,
  )
  const watched = found.rows.filter(({ kind, settings }) => {
    const traits = channels.get(kind)?.traits(settings)
    return traits?.bounces === 'mailbox' || traits?.replies === 'mailbox'
  })
  if (watched.length === 0) return
  await sql`
    insert into fairlead.link_watch (workspace_id, link_id)
    select * from unnest(${watched.map(row => row.workspaceId)}::uuid[], ${watched.map(row => row.id)}::uuid[])
    on conflict do nothing`.execute(tx)
}

/** Where a process waits at a mailbox and hears of new mail, the looks in between are only for what it missed. */
const attendedRestSeconds = 300

/**
 * Takes the mailbox that has waited longest for its next look; null: none is due. News that comes from now on makes
 * it due again.
 */
export async function takeWatch(tx: QueryExecutorProvider): Promise<HeldWatch | null> {
  const found = await sql<HeldWatch>`
    update fairlead.link_watch w
    set leased_until = fairlead.now() + ${leaseSeconds} * interval '1 second', fence = w.fence + 1, has_news = false
    from (select d.workspace_id, d.link_id, l.member_id, l.kind, l.settings from fairlead.link_watch d
      join fairlead.link l on l.workspace_id = d.workspace_id and l.id = d.link_id
      where l.state = 'ready' and (d.leased_until is null or d.leased_until <= fairlead.now())
        and (d.has_news or (d.next_at <= fairlead.now() and (d.attended_until is null or d.attended_until <= fairlead.now()
          or d.next_at <= fairlead.now() - ${attendedRestSeconds} * interval '1 second')))
      order by d.next_at limit 1 for update of d skip locked) l
    where w.workspace_id = l.workspace_id and w.link_id = l.link_id
    returning w.workspace_id as "workspaceId", w.link_id as "linkId", l.member_id as "memberId", l.kind, l.settings,
      w.cursor, w.fence, w.failures`.execute(tx)
  return found.rows[0] ?? null
}

export interface LookEnd {
  /** Where the next look goes on. */
  readonly cursor: string
  readonly nextInMs: number
}

/** Ends a look that went well. False: the lease was lost, or the link was removed; then nothing is to be kept. */
export async function endWatch(tx: QueryExecutorProvider, held: HeldWatch, end: LookEnd): Promise<boolean> {
  const ended = await sql`
    update fairlead.link_watch set cursor = ${end.cursor}, next_at = fairlead.now() + ${end.nextInMs} * interval '1 millisecond',
      leased_until = null, failures = 0, reason = null, looked_at = fairlead.now()
    where workspace_id = ${held.workspaceId} and link_id = ${held.linkId} and fence = ${held.fence} returning link_id`.execute(
    tx,
  )
  return ended.rows.length > 0
}

/** Ends a look that failed; the cursor stays where it was. */
export async function failWatch(
  tx: QueryExecutorProvider,
  held: HeldWatch,
  failure: { readonly reason: Reason; readonly nextInMs: number },
): Promise<void> {
  await sql`
    update fairlead.link_watch set next_at = fairlead.now() + ${failure.nextInMs} * interval '1 millisecond', leased_until = null,
      failures = failures + 1, reason = ${JSON.stringify(failure.reason)}::jsonb
    where workspace_id = ${held.workspaceId} and link_id = ${held.linkId} and fence = ${held.fence}`.execute(
    tx,
  )
}
