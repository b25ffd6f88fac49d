import type { BounceReport } from '@fairlead/bounce'
import { type QueryExecutorProvider, sql } from 'kysely'
import { recordLinkEvent } from '../links/record-link-event.ts'
import { type ReturnPathKey, readProbeAddress } from '../mail/return-path.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import type { LinkId, WorkspaceId } from '../platform/ids.ts'
import type { InboundHosts } from './destination.ts'
import type { UnreadNotice } from './unread-notice.ts'

/** A probe (outbox/probe-bounces.ts), as its address names it. */
export interface ProbeOfLink {
  readonly linkId: LinkId
  readonly round: number
}

/** The probe that an envelope recipient is of; null: it is none of ours. */
export function probeOf(recipient: string, { keys, returnPathHost }: InboundHosts): ProbeOfLink | null {
  const cut = recipient.lastIndexOf('@')
  if (recipient.slice(cut + 1).toLowerCase() !== returnPathHost) return null
  return readProbeAddress(recipient.slice(0, cut), keys)
}

/** The probe that a notice returns; it proves itself by its token. */
export function probeIn(report: BounceReport, keys: readonly ReturnPathKey[]): ProbeOfLink | null {
  if (report.kind !== 'bounce') return null
  const named = report.recipients.flatMap(one => [one.finalAddress, one.originalAddress])
  for (const address of [...named, ...report.keys.failedRecipients]) {
    const probe = readProbeAddress(address?.split('@')[0] ?? '', keys)
    if (probe !== null) return probe
  }
  return null
}

/** The link's server has been told no: from here on it owes a notice. The first time counts. */
export async function noteProbeRefused(db: Db, { linkId, round }: ProbeOfLink): Promise<void> {
  await asEngine(db, tx =>
    sql`
      update fairlead.bounce_probe set refused_at = fairlead.now()
      where link_id = ${linkId} and number = ${round} and refused_at is null`.execute(tx),
  )
}

/**
 * The notice of a probe has come back, by the return path or in the link's own mailbox: later bounces of this link
 * are captured. False: the probe is not the latest, or the notice came out of another link's mailbox.
 */
export async function settleProbe(
  tx: QueryExecutorProvider,
  { linkId, round }: ProbeOfLink,
  notice: UnreadNotice,
): Promise<boolean> {
  if (notice.linkId !== null && notice.linkId !== linkId) return false
  const settled = await sql<{ workspaceId: WorkspaceId; seconds: number }>`
    update fairlead.bounce_probe set returned_at = fairlead.now(), failed_at = null, proved_at = fairlead.now(),
      proved_seconds = greatest(0, extract(epoch from ${notice.receivedAt.toISOString()}::timestamptz - sent_at))
    where link_id = ${linkId} and number = ${round} and returned_at is null
    returning workspace_id as "workspaceId", proved_seconds as seconds`.execute(tx)
  const [proof] = settled.rows
  if (proof !== undefined) {
    const { workspaceId, seconds } = proof
    await recordLinkEvent(tx, { workspaceId, linkId, kind: 'bounces-proved', data: { seconds } })
  }
  await sql`
    update fairlead.notice set state = 'applied', kind = 'bounce', matched_by = 'probe', read_at = fairlead.now()
    where workspace_id = ${notice.workspaceId} and id = ${notice.id}`.execute(tx)
  return true
}
