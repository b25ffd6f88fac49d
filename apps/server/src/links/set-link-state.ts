import type { Reason } from '@fairlead/bounce'
import type { LinkNewsKind, LinkState } from '@fairlead/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import type { LinkId, WorkspaceId } from '../platform/ids.ts'
import { type LinkCaller, mayChange, mayRemove, requireRight } from './link-caller.ts'
import { lockLink, requireNotRemoved } from './lock-link.ts'
import { recordLinkEvent } from './record-link-event.ts'

/** Lets a link's mail wait. What is being handed over ends. Problems: not-found, auth.forbidden, link.removed. */
export function pauseLink(db: Db, caller: LinkCaller, linkId: LinkId): Promise<void> {
  return asWeb(db, caller.workspaceId, async tx => {
    const link = await lockLink(tx, caller, linkId)
    requireRight(mayRemove(link, caller))
    requireNotRemoved(link)
    if (link.state !== 'paused') await setState(tx, caller, { linkId, state: 'paused', kind: 'paused' })
  })
}

/** Lets waiting mail leave, whatever held it. Problems: not-found, auth.forbidden, link.removed. */
export function resumeLink(db: Db, caller: LinkCaller, linkId: LinkId): Promise<void> {
  return asWeb(db, caller.workspaceId, async tx => {
    const link = await lockLink(tx, caller, linkId)
    requireRight(mayChange(link, caller))
    requireNotRemoved(link)
    if (link.state !== 'ready') await setState(tx, caller, { linkId, state: 'ready', kind: 'resumed' })
  })
}

async function setState(
  tx: QueryExecutorProvider,
  { workspaceId, memberId }: LinkCaller,
  to: { linkId: LinkId; state: LinkState; kind: LinkNewsKind },
): Promise<void> {
  await sql`
    update fairlead.link set state = ${to.state}, state_reason = null, state_at = fairlead.now()
    where workspace_id = ${workspaceId} and id = ${to.linkId}`.execute(tx)
  await recordLinkEvent(tx, { workspaceId, linkId: to.linkId, kind: to.kind, memberId })
}

interface Which {
  readonly workspaceId: WorkspaceId
  readonly linkId: LinkId
}

/**
 * A check of what is saved has passed: a link that needed attention works again, unless it was changed since.
 * True where it did.
 */
export async function mendLink(
  tx: QueryExecutorProvider,
  { workspaceId, linkId, version }: Which & { version: number },
): Promise<boolean> {
  const mended = await sql`
    update fairlead.link set state = 'ready', state_reason = null, state_at = fairlead.now()
    where workspace_id = ${workspaceId} and id = ${linkId} and state = 'needs-attention' and version = ${version}
    returning id`.execute(tx)
  if (mended.rows.length === 0) return false
  await recordLinkEvent(tx, { workspaceId, linkId, kind: 'mended' })
  return true
}

/** The link pauses, its mail waits (spec 2.7): claiming skips it from now on. One that is not ready stays as it is. */
export async function breakLink(
  tx: QueryExecutorProvider,
  { workspaceId, linkId, reason }: Which & { reason: Reason },
): Promise<void> {
  const broken = await sql`
    update fairlead.link set state = 'needs-attention', state_reason = ${JSON.stringify(reason)}::jsonb, state_at = fairlead.now()
    where workspace_id = ${workspaceId} and id = ${linkId} and state = 'ready' returning id`.execute(tx)
  if (broken.rows.length > 0)
    await recordLinkEvent(tx, { workspaceId, linkId, kind: 'broke', data: { reason } })
}
