import type { ChannelKind } from '@fairlead/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { LinkId, MemberId, WorkspaceId } from '../platform/ids.ts'
import type { Secrets } from '../platform/secrets.ts'
import { secretPlace } from './insert-link.ts'
import type { LinkCaller } from './link-caller.ts'
import { recordLinkEvent } from './record-link-event.ts'

/** An account that a member has connected. */
export interface AccountLink {
  readonly id: LinkId
  readonly name: string
  readonly address: string
}

/** A member's accounts of one kind, oldest first. */
export async function listAccountLinks(
  tx: QueryExecutorProvider,
  of: { readonly workspaceId: WorkspaceId; readonly memberId: MemberId; readonly kind: ChannelKind },
): Promise<readonly AccountLink[]> {
  const found = await sql<AccountLink>`
    select id, name, settings->>'address' as address from fairlead.link
    where workspace_id = ${of.workspaceId} and member_id = ${of.memberId} and kind = ${of.kind} and state <> 'removed'
    order by created_at, id for no key update`.execute(tx)
  return found.rows
}

/** The same account consented again: its link works on, and what waited leaves. */
export async function reconnectLink(
  tx: QueryExecutorProvider,
  secrets: Secrets,
  wanted: {
    readonly caller: LinkCaller
    readonly linkId: LinkId
    readonly settings: object
    readonly secret: string
  },
): Promise<void> {
  const { caller, linkId } = wanted
  const { workspaceId, memberId } = caller
  await sql`
    update fairlead.link set secret = ${secrets.seal(wanted.secret, secretPlace(linkId))},
      settings = ${JSON.stringify(wanted.settings)}::jsonb, version = version + 1, state = 'ready', state_reason = null,
      state_at = fairlead.now()
    where workspace_id = ${workspaceId} and id = ${linkId}`.execute(tx)
  await sql`
    update fairlead.link_watch set next_at = fairlead.now(), failures = 0, reason = null
    where workspace_id = ${workspaceId} and link_id = ${linkId}`.execute(tx)
  await recordLinkEvent(tx, { workspaceId, linkId, kind: 'mended', memberId })
}

/** Identities that sent by one link send by the other. */
export async function handOverIdentities(
  tx: QueryExecutorProvider,
  {
    workspaceId,
    from,
    to,
  }: { readonly workspaceId: WorkspaceId; readonly from: LinkId; readonly to: LinkId },
): Promise<void> {
  await sql`
    update fairlead.identity set link_id = ${to}
    where workspace_id = ${workspaceId} and link_id = ${from} and deleted_at is null`.execute(tx)
}

/** The sealed secret of a link, opened; null: it has none. */
export async function readLinkSecret(
  tx: QueryExecutorProvider,
  secrets: Secrets,
  { workspaceId, linkId }: { readonly workspaceId: WorkspaceId; readonly linkId: LinkId },
): Promise<string | null> {
  const found = await sql<{ secret: string | null }>`
    select secret from fairlead.link where workspace_id = ${workspaceId} and id = ${linkId}`.execute(tx)
  const sealed = found.rows[0]?.secret ?? null
  return sealed === null ? null : secrets.open(sealed, secretPlace(linkId))
}

/** What the provider says of the account's addresses, kept with the link. */
export async function saveAddresses(
  tx: QueryExecutorProvider,
  {
    workspaceId,
    linkId,
    addresses,
  }: { readonly workspaceId: WorkspaceId; readonly linkId: LinkId; readonly addresses: readonly object[] },
): Promise<void> {
  await sql`
    update fairlead.link set settings = jsonb_set(settings, '{addresses}', ${JSON.stringify(addresses)}::jsonb)
    where workspace_id = ${workspaceId} and id = ${linkId}
      and settings->'addresses' is distinct from ${JSON.stringify(addresses)}::jsonb`.execute(tx)
}
