import { type ChannelKind, type LinkState, Problem } from '@fairlead/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { Address } from '../mail/message.ts'
import type { IdentityId, LinkId, MemberId, WorkspaceId } from '../platform/ids.ts'

/** Who the recipient sees, and the link that carries it. */
export interface Sender {
  readonly identityId: IdentityId
  readonly name: string
  readonly address: Address
  readonly signatureHtml: string
  readonly linkId: LinkId
  readonly linkKind: ChannelKind
  readonly linkSettings: unknown
}

export interface SenderChoice {
  readonly workspaceId: WorkspaceId
  readonly memberId: MemberId
  /** Default: the member's default identity. */
  readonly identityId?: IdentityId
  /** Default: the identity's link, else the managed one. */
  readonly linkId?: LinkId
  /** The identity may have been deleted since: its scheduled mail was kept (spec 3.4). */
  readonly mayBeDeleted?: true
}

/** A sender that may not be usable yet, with what stands in the way. */
export interface FoundSender extends Sender {
  readonly isVerified: boolean
  readonly linkName: string
  readonly linkState: LinkState
  /** The link does not let this identity send, as far as is known. */
  readonly isRefused: boolean
}

/**
 * Finds identity and link and checks that both may be used by this member. Throws a Problem: what is not theirs does
 * not exist; an unverified identity cannot send; a link that needs attention takes mail (it waits), a removed one does not.
 */
export async function chooseSender(tx: QueryExecutorProvider, choice: SenderChoice): Promise<Sender> {
  const sender = await findSender(tx, choice)
  if (!sender.isVerified) throw new Problem('identity.unverified', { address: sender.address })
  if (sender.linkState === 'removed') throw new Problem('link.not-usable', { state: 'removed' })
  return sender
}

/** Identity and link, usable or not. Problems: identity.none, link.none, not-found. */
export async function findSender(tx: QueryExecutorProvider, choice: SenderChoice): Promise<FoundSender> {
  const identity = await findIdentity(tx, choice)
  const link = await findLink(tx, choice, choice.linkId ?? identity.ownLinkId)
  return {
    identityId: identity.id,
    name: identity.name,
    address: identity.address,
    signatureHtml: identity.signatureHtml,
    linkId: link.id,
    linkKind: link.kind,
    linkSettings: link.settings,
    isVerified: identity.isVerified,
    linkName: link.name,
    linkState: link.state,
    isRefused: await isRefused(tx, choice, { identity, link }),
  }
}

interface IdentityRow {
  id: IdentityId
  name: string
  address: Address
  signatureHtml: string
  ownLinkId: LinkId | null
  isVerified: boolean
}

async function findIdentity(tx: QueryExecutorProvider, choice: SenderChoice): Promise<IdentityRow> {
  const wanted = choice.identityId ?? null
  const found = await sql<IdentityRow>`
    select id, name, address, signature_html as "signatureHtml", link_id as "ownLinkId", verified_at is not null as "isVerified"
    from fairlead.identity
    where workspace_id = ${choice.workspaceId} and member_id = ${choice.memberId} and (deleted_at is null or ${choice.mayBeDeleted === true})
      and (id = ${wanted}::uuid or (${wanted}::uuid is null and is_default))`.execute(tx)
  const row = found.rows[0]
  if (row !== undefined) return row
  throw wanted === null ? new Problem('identity.none') : new Problem('not-found', { what: 'identity' })
}

interface LinkRow {
  id: LinkId
  kind: ChannelKind
  name: string
  settings: unknown
  state: LinkState
}

async function findLink(
  tx: QueryExecutorProvider,
  choice: SenderChoice,
  wanted: LinkId | null,
): Promise<LinkRow> {
  const found = await sql<LinkRow>`
    select id, kind, name, settings, state from fairlead.link
    where workspace_id = ${choice.workspaceId} and (member_id is null or member_id = ${choice.memberId})
      and (id = ${wanted}::uuid or (${wanted}::uuid is null and kind = 'managed'))
    order by created_at limit 1`.execute(tx)
  const row = found.rows[0]
  if (row !== undefined) return row
  throw wanted === null ? new Problem('link.none') : new Problem('not-found', { what: 'delivery channel' })
}

async function isRefused(
  tx: QueryExecutorProvider,
  { workspaceId }: SenderChoice,
  { identity, link }: { identity: IdentityRow; link: LinkRow },
): Promise<boolean> {
  const found = await sql`
    select from fairlead.link_identity
    where workspace_id = ${workspaceId} and link_id = ${link.id} and identity_id = ${identity.id}
      and address_key = ${identity.address.toLowerCase()} and state = 'refused'`.execute(tx)
  return found.rows.length > 0
}
