import { sql } from 'kysely'
import type { Address } from '../mail/message.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import type { IdentityId, MemberId, WorkspaceId } from '../platform/ids.ts'
import { addressKey } from './identity.ts'

export interface FoundIdentity {
  readonly workspaceId: WorkspaceId
  readonly workspaceName: string
  readonly memberId: MemberId
  readonly id: IdentityId
}

/** Identities of all members and workspaces with this address, oldest first; for the command line. */
export async function findIdentitiesByAddress(db: Db, address: Address): Promise<FoundIdentity[]> {
  const found = await asEngine(db, tx =>
    sql<FoundIdentity>`
      select i.workspace_id as "workspaceId", w.name as "workspaceName", i.member_id as "memberId", i.id
      from fairlead.identity i join fairlead.workspace w on w.id = i.workspace_id
      where i.address_key = ${addressKey(address)} and i.deleted_at is null
      order by i.created_at, i.id`.execute(tx),
  )
  return found.rows
}
