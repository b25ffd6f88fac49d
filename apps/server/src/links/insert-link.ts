import { type ChannelKind, limits, Problem } from '@fairlead/contract'
import { sql } from 'kysely'
import type { Tx } from '../platform/database/connect.ts'
import { type LinkId, type MemberId, newId, type WorkspaceId } from '../platform/ids.ts'
import type { Secrets } from '../platform/secrets.ts'
import { requireSingleLine } from '../platform/single-line.ts'
import { linksLock } from '../team/give-team-link.ts'
import { giveLinkToIdentities } from './give-link-to-identities.ts'
import { recordLinkEvent } from './record-link-event.ts'

export interface NewLink {
  readonly workspaceId: WorkspaceId
  /** Null: the team's. */
  readonly memberId: MemberId | null
  /** Who connects it. */
  readonly byMemberId: MemberId
  readonly kind: ChannelKind
  readonly name: string
  /** As the channel's own schema gave them. */
  readonly settings: unknown
  /** JSON in the contract's form for this kind; null: there is none. */
  readonly secret: string | null
}

/** What a link's secret is sealed for. */
export const secretPlace = (linkId: LinkId) => ({ column: 'link.secret', row: linkId })

/**
 * Writes a link, ready to carry mail, and gives it to the identities that it is for. Problems: link.too-many,
 * email.line-break (in the name).
 */
export async function insertLink(tx: Tx, secrets: Secrets, wanted: NewLink): Promise<LinkId> {
  requireSingleLine('name', wanted.name)
  await requireRoom(tx, wanted)
  const id = newId('link')
  const sealed = wanted.secret === null ? null : secrets.seal(wanted.secret, secretPlace(id))
  await sql`
    insert into fairlead.link (workspace_id, id, member_id, kind, name, settings, secret)
    values (${wanted.workspaceId}, ${id}, ${wanted.memberId}, ${wanted.kind}, ${wanted.name},
      ${JSON.stringify(wanted.settings)}::jsonb, ${sealed})`.execute(tx)
  await giveLinkToIdentities(tx, { ...wanted, linkId: id })
  const { workspaceId, byMemberId: memberId } = wanted
  await recordLinkEvent(tx, { workspaceId, linkId: id, kind: 'made', memberId })
  return id
}

/** One at a time for each owner, so that the count holds and only one link is the first. */
async function requireRoom(tx: Tx, { workspaceId, memberId }: NewLink): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${linksLock(memberId ?? workspaceId)}, 0))`.execute(
    tx,
  )
  const found = await sql<{ count: number }>`
    select count(*)::int as count from fairlead.link
    where workspace_id = ${workspaceId} and member_id is not distinct from ${memberId}::uuid and state <> 'removed'`.execute(
    tx,
  )
  if ((found.rows[0]?.count ?? 0) >= limits.linksPerOwner)
    throw new Problem('link.too-many', { limit: limits.linksPerOwner })
}
