import { Problem } from '@fairlead/contract'
import { sql } from 'kysely'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db, Tx } from '../platform/database/connect.ts'
import type { LinkId } from '../platform/ids.ts'
import type { Secrets } from '../platform/secrets.ts'
import { requireSingleLine } from '../platform/single-line.ts'
import { secretPlace } from './insert-link.ts'
import { type LinkCaller, mayChange, requireRight } from './link-caller.ts'
import { type LockedLink, lockLink, requireNotRemoved } from './lock-link.ts'
import { recordLinkEvent } from './record-link-event.ts'
import { newHost, requireMayPin, serversOf } from './servers-of.ts'

export interface LinkChanges {
  readonly linkId: LinkId
  /** The version that was read. */
  readonly version: number
  readonly name?: string
  /** All of them, as the channel's own schema gave them. */
  readonly settings?: unknown
  /** JSON in the contract's form for this kind. */
  readonly secret?: string
}

/**
 * Changes what is named. What was found out about the old settings is forgotten; a mailbox that stays the same is
 * watched on from where it was. A link that needs attention waits for a check or a resume. Problems: not-found,
 * auth.forbidden, link.changed, link.removed, link.built-in, link.needs-secret, link.pin-needs-admin, email.line-break.
 */
export function updateLink(
  parts: { readonly db: Db; readonly secrets: Secrets },
  caller: LinkCaller,
  changes: LinkChanges,
): Promise<void> {
  const { workspaceId, memberId } = caller
  if (changes.name !== undefined) requireSingleLine('name', changes.name)
  return asWeb(parts.db, workspaceId, async tx => {
    const link = await lockLink(tx, caller, changes.linkId)
    requireRight(mayChange(link, caller))
    requireChangeable(link, changes, caller)
    await write(tx, { caller, link, changes, secrets: parts.secrets })
    const changed = ['name', 'settings', 'secret'].filter(field => field in changes)
    await recordLinkEvent(tx, { workspaceId, memberId, linkId: link.id, kind: 'changed', data: { changed } })
  })
}

function requireChangeable(link: LockedLink, changes: LinkChanges, caller: LinkCaller): void {
  requireNotRemoved(link)
  if (link.kind === 'managed') throw new Problem('link.built-in', { name: link.name })
  if (changes.version !== link.version) throw new Problem('link.changed', { version: link.version })
  if (changes.settings !== undefined) requireMayPin(caller, link.settings, changes.settings)
  if (changes.settings !== undefined && changes.secret === undefined)
    requireSameServers(link, changes.settings)
}

/** The stored secret goes to the servers that it was given for, and to no other. Problem: link.needs-secret. */
export function requireSameServers(
  link: Pick<LockedLink, 'settings' | 'hasSecret'>,
  settings: unknown,
): void {
  const host = link.hasSecret ? newHost(link.settings, settings) : null
  if (host !== null) throw new Problem('link.needs-secret', { host })
}

async function write(
  tx: Tx,
  what: { caller: LinkCaller; link: LockedLink; changes: LinkChanges; secrets: Secrets },
): Promise<void> {
  const { caller, link, changes } = what
  const settings = changes.settings ?? link.settings
  const sealed = changes.secret === undefined ? null : what.secrets.seal(changes.secret, secretPlace(link.id))
  await sql`
    update fairlead.link set name = ${changes.name ?? link.name}, settings = ${JSON.stringify(settings)}::jsonb,
      secret = coalesce(${sealed}, secret), version = version + 1
    where workspace_id = ${caller.workspaceId} and id = ${link.id}`.execute(tx)
  const of = sql`workspace_id = ${caller.workspaceId} and link_id = ${link.id}`
  if (changes.settings !== undefined) {
    await sql`delete from fairlead.link_identity where ${of}`.execute(tx)
    await sql`delete from fairlead.bounce_probe where ${of}`.execute(tx)
  }
  const isSameMailbox = serversOf(link.settings).accounts === serversOf(settings).accounts
  if (!isSameMailbox) await sql`delete from fairlead.link_watch where ${of}`.execute(tx)
  else
    await sql`update fairlead.link_watch set next_at = fairlead.now(), attend_at = fairlead.now(), failures = 0 where ${of}`.execute(
      tx,
    )
}
