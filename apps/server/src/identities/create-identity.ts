import { type Identity, Problem } from '@fairlead/contract'
import { sql } from 'kysely'
import { requireAddress } from '../mail/require-address.ts'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db, Tx } from '../platform/database/connect.ts'
import type { LinkId, MemberId, WorkspaceId } from '../platform/ids.ts'
import { codeOf } from '../platform/plain-error.ts'
import { requireSingleLine } from '../platform/single-line.ts'
import { type IdentityRow, identityColumns, showIdentity } from './identity.ts'
import { insertIdentity } from './insert-identity.ts'
import { keepPictures, type Signature } from './signature.ts'
import { verifyByAccount } from './verify-by-account.ts'
import { verifyIfDomainSigns } from './verify-by-domain.ts'

export interface WantedIdentity {
  readonly workspaceId: WorkspaceId
  readonly memberId: MemberId
  readonly name: string
  readonly address: string
  /** Takes the place of the default identity there is. A member's first one is the default in any case. */
  readonly isDefault: boolean
  readonly linkId: LinkId | null
  readonly signature?: Signature
}

const uniqueViolation = '23505'

/**
 * A new identity; verified only where a domain of the workspace signs for it. Problems: email.address-invalid, email.line-break (in the name), identity.exists,
 * not-found (the link is not the member's to use), and those of its signature.
 */
export async function createIdentity(db: Db, wanted: WantedIdentity): Promise<Identity> {
  const address = requireAddress('address', wanted.address)
  requireSingleLine('name', wanted.name)
  try {
    return await asWeb(db, wanted.workspaceId, tx => write(tx, { ...wanted, address }))
  } catch (error) {
    if (codeOf(error) === uniqueViolation) throw new Problem('identity.exists', { address })
    throw error
  }
}

async function write(
  tx: Tx,
  wanted: WantedIdentity & Pick<Parameters<typeof insertIdentity>[1], 'address'>,
): Promise<Identity> {
  if (wanted.linkId !== null) await requireUsableLink(tx, wanted)
  const isFirst = !(await hasDefault(tx, wanted))
  if (wanted.isDefault && !isFirst) await dropDefault(tx, wanted)
  const isDefault = wanted.isDefault || isFirst
  const { signature = { html: '', pictures: [] } } = wanted
  const id = await insertIdentity(tx, {
    ...wanted,
    ...{ isDefault, verifiedBy: null, signatureHtml: signature.html },
  })
  await keepPictures(tx, { workspaceId: wanted.workspaceId, identityId: id }, signature)
  await verifyIfDomainSigns(tx, { workspaceId: wanted.workspaceId, identityId: id })
  await verifyByAccount(tx, wanted)
  const row = await sql<IdentityRow>`
    select ${identityColumns} from fairlead.identity where workspace_id = ${wanted.workspaceId} and id = ${id}`.execute(
    tx,
  )
  const [made] = row.rows
  if (made === undefined) throw new Error(`identity ${id} was not written`)
  return showIdentity(made)
}

/** Problem: not-found. */
export async function requireUsableLink(
  tx: Tx,
  { workspaceId, memberId, linkId }: Pick<WantedIdentity, 'workspaceId' | 'memberId' | 'linkId'>,
): Promise<void> {
  const found = await sql`
    select from fairlead.link where workspace_id = ${workspaceId} and id = ${linkId} and state <> 'removed'
      and (member_id is null or member_id = ${memberId})`.execute(tx)
  if (found.rows.length === 0) throw new Problem('not-found', { what: 'delivery channel' })
}

/** Locks the member, so that two requests cannot both make the default one. */
export async function hasDefault(
  tx: Tx,
  { workspaceId, memberId }: Pick<WantedIdentity, 'workspaceId' | 'memberId'>,
): Promise<boolean> {
  await sql`select from fairlead.member where workspace_id = ${workspaceId} and id = ${memberId} for update`.execute(
    tx,
  )
  const found = await sql`
    select from fairlead.identity
    where workspace_id = ${workspaceId} and member_id = ${memberId} and is_default and deleted_at is null`.execute(
    tx,
  )
  return found.rows.length > 0
}

/** The member has no default identity for a moment. */
export async function dropDefault(
  tx: Tx,
  { workspaceId, memberId }: Pick<WantedIdentity, 'workspaceId' | 'memberId'>,
): Promise<void> {
  await sql`
    update fairlead.identity set is_default = false
    where workspace_id = ${workspaceId} and member_id = ${memberId} and is_default and deleted_at is null`.execute(
    tx,
  )
}
