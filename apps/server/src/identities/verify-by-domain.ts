import { sql } from 'kysely'
import type { Tx } from '../platform/database/connect.ts'
import type { IdentityId, WorkspaceId } from '../platform/ids.ts'

interface OfDomain {
  readonly workspaceId: WorkspaceId
  /** A-label, lower case. */
  readonly domain: string
}

/** Whoever can sign as a domain can send as every address of it (spec 3.2). Those verified otherwise stay so. */
export async function verifyByDomain(tx: Tx, { workspaceId, domain }: OfDomain): Promise<void> {
  await sql`
    update fairlead.identity set verified_at = fairlead.now(), verified_by = 'domain'
    where workspace_id = ${workspaceId} and deleted_at is null and verified_at is null
      and split_part(address_key, '@', -1) = ${domain}`.execute(tx)
}

/** The domain signs no more: identities that nothing else vouches for are not verified any more. */
export async function unverifyByDomain(tx: Tx, { workspaceId, domain }: OfDomain): Promise<void> {
  await sql`
    update fairlead.identity set verified_at = null, verified_by = null
    where workspace_id = ${workspaceId} and deleted_at is null and verified_by = 'domain'
      and split_part(address_key, '@', -1) = ${domain}`.execute(tx)
}

/** A new identity, or one with a new address: verified at once where a domain of the workspace signs for it. */
export async function verifyIfDomainSigns(
  tx: Tx,
  { workspaceId, identityId }: { readonly workspaceId: WorkspaceId; readonly identityId: IdentityId },
): Promise<void> {
  await sql`
    update fairlead.identity i set verified_at = fairlead.now(), verified_by = 'domain'
    where i.workspace_id = ${workspaceId} and i.id = ${identityId} and i.verified_at is null
      and exists (select from fairlead.sending_domain d
        where d.workspace_id = i.workspace_id and d.domain = split_part(i.address_key, '@', -1)
          and d.removed_at is null and d.signing_state <> 'off')`.execute(tx)
}
