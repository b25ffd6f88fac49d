import { sql } from 'kysely'
import type { Address } from '../mail/message.ts'
import type { Tx } from '../platform/database/connect.ts'
import { type IdentityId, type LinkId, type MemberId, newId, type WorkspaceId } from '../platform/ids.ts'
import { addressKey } from './identity.ts'

export interface NewIdentity {
  readonly workspaceId: WorkspaceId
  readonly memberId: MemberId
  readonly name: string
  readonly address: Address
  readonly linkId: LinkId | null
  readonly isDefault: boolean
  /** Verified at once: an admin answers for it, or its owner came by a mail to it. Null: not verified. */
  readonly verifiedBy: 'vouched' | 'mail' | null
  readonly signatureHtml?: string
}

/** Writes one identity. Throws 23505 when the member has the address, or a default identity, already. */
export async function insertIdentity(tx: Tx, identity: NewIdentity): Promise<IdentityId> {
  const id = newId('identity')
  await sql`
    insert into fairlead.identity
      (workspace_id, id, member_id, name, address, address_key, link_id, is_default, verified_at, verified_by,
       signature_html)
    values (${identity.workspaceId}, ${id}, ${identity.memberId}, ${identity.name}, ${identity.address},
      ${addressKey(identity.address)}, ${identity.linkId}, ${identity.isDefault},
      case when ${identity.verifiedBy}::text is not null then fairlead.now() end, ${identity.verifiedBy},
      ${identity.signatureHtml ?? ''})`.execute(tx)
  return id
}
