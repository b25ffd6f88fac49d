import { type Identity, Problem } from '@fairlead/contract'
import { sql } from 'kysely'
import { requireAddress } from '../mail/require-address.ts'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db, Tx } from '../platform/database/connect.ts'
import type { IdentityId, LinkId, MemberId, WorkspaceId } from '../platform/ids.ts'
import { codeOf } from '../platform/plain-error.ts'
import { requireSingleLine } from '../platform/single-line.ts'
import { dropDefault, requireUsableLink } from './create-identity.ts'
import { addressKey, type IdentityRow, identityColumns, showIdentity } from './identity.ts'
import { keepPictures, type Signature } from './signature.ts'
import { verifyIfDomainSigns } from './verify-by-domain.ts'

/** A member's own identity: nobody else's is theirs to change. */
export interface WhichIdentity {
  readonly workspaceId: WorkspaceId
  readonly memberId: MemberId
  readonly identityId: IdentityId
}

export interface IdentityChanges {
  readonly name?: string
  readonly address?: string
  readonly isDefault?: true
  readonly linkId?: LinkId | null
  readonly signature?: Signature
}

/**
 * Changes what is named. Another address is not verified any more, unless a domain of the workspace signs for it, and links that were mailed to the old one end;
 * `isMoved` says so. Other capitals alone keep it. Problems: not-found, email.address-invalid, email.line-break,
 * identity.exists, and those of its signature.
 */
export async function updateIdentity(
  db: Db,
  of: WhichIdentity,
  changes: IdentityChanges,
): Promise<{ identity: Identity; isMoved: boolean }> {
  if (changes.name !== undefined) requireSingleLine('name', changes.name)
  const address = changes.address === undefined ? null : requireAddress('address', changes.address)
  try {
    return await asWeb(db, of.workspaceId, tx => write(tx, of, { ...changes, address }))
  } catch (error) {
    if (codeOf(error) === '23505' && address !== null) throw new Problem('identity.exists', { address })
    throw error
  }
}

async function write(
  tx: Tx,
  of: WhichIdentity,
  changes: Omit<IdentityChanges, 'address'> & { address: string | null },
): Promise<{ identity: Identity; isMoved: boolean }> {
  const before = await lockIdentity(tx, of)
  const { linkId } = changes
  if (linkId !== undefined && linkId !== null) await requireUsableLink(tx, { ...of, linkId })
  const address = changes.address ?? before.address
  const isMoved = addressKey(address) !== addressKey(before.address)
  if (changes.isDefault && !before.isDefault) await dropDefault(tx, of)
  await sql`
    update fairlead.identity
    set name = ${changes.name ?? before.name}, address = ${address}, address_key = ${addressKey(address)},
        link_id = ${linkId === undefined ? before.linkId : linkId}, link_is_given = link_is_given and ${linkId === undefined}, is_default = ${before.isDefault || changes.isDefault === true},
        signature_html = ${changes.signature?.html ?? before.signatureHtml},
        verified_at = case when ${isMoved} then null else verified_at end,
        verified_by = case when ${isMoved} then null else verified_by end
    where workspace_id = ${of.workspaceId} and id = ${of.identityId}`.execute(tx)
  if (changes.signature) await keepPictures(tx, of, changes.signature)
  if (isMoved) {
    await verifyIfDomainSigns(tx, of)
    await sql`delete from fairlead.identity_verification
      where workspace_id = ${of.workspaceId} and identity_id = ${of.identityId}`.execute(tx)
  }
  return { identity: showIdentity(await lockIdentity(tx, of)), isMoved }
}

/** The identity, locked together with its member, in that order. Problem: not-found. */
export async function lockIdentity(tx: Tx, of: WhichIdentity): Promise<IdentityRow> {
  await sql`select from fairlead.member where workspace_id = ${of.workspaceId} and id = ${of.memberId} for update`.execute(
    tx,
  )
  const found = await sql<IdentityRow>`
    select ${identityColumns} from fairlead.identity
    where workspace_id = ${of.workspaceId} and id = ${of.identityId} and member_id = ${of.memberId}
      and deleted_at is null for update`.execute(tx)
  const [row] = found.rows
  if (row === undefined) throw new Problem('not-found', { what: 'identity' })
  return row
}
