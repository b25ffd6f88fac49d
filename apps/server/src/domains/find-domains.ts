import { Problem, type SendingDomain } from '@fairlead/contract'
import { sql } from 'kysely'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db, Tx } from '../platform/database/connect.ts'
import type { DomainId, MemberId, WorkspaceId } from '../platform/ids.ts'
import { type DomainRow, domainColumns } from './domain-row.ts'
import type { PlatformHosts } from './platform-hosts.ts'
import { showDomain } from './show-domain.ts'

/** Who asks: an admin sees all sending domains, a rep those that identities of theirs are of. */
export interface DomainsOf {
  readonly workspaceId: WorkspaceId
  readonly memberId: MemberId
  readonly isAdmin: boolean
  /** Only this one. */
  readonly domainId?: DomainId
}

/** By name. */
export async function listDomains(db: Db, of: DomainsOf, hosts: PlatformHosts): Promise<SendingDomain[]> {
  const rows = await asWeb(db, of.workspaceId, tx => selectDomains(tx, of))
  return rows.map(row => showDomain(row, hosts))
}

/** Problem: not-found. */
export async function readDomain(
  db: Db,
  of: DomainsOf & { readonly domainId: DomainId },
  hosts: PlatformHosts,
): Promise<SendingDomain> {
  const [shown] = await listDomains(db, of, hosts)
  if (shown === undefined) throw new Problem('not-found', { what: 'sending domain' })
  return shown
}

async function selectDomains(tx: Tx, of: DomainsOf): Promise<DomainRow[]> {
  const wanted = of.domainId === undefined ? sql`true` : sql`d.id = ${of.domainId}`
  const whose = of.isAdmin
    ? sql`true`
    : sql`exists (select from fairlead.identity i
        where i.workspace_id = d.workspace_id and i.member_id = ${of.memberId} and i.deleted_at is null
          and split_part(i.address_key, '@', -1) = d.domain)`
  const found = await sql<DomainRow>`
    select ${domainColumns} from fairlead.sending_domain d
    where d.workspace_id = ${of.workspaceId} and d.removed_at is null and ${wanted} and ${whose}
    order by d.domain`.execute(tx)
  return found.rows
}

/** One domain as the engine sees it; null: it is gone. `isLocked`: until the transaction ends. */
export async function selectDomain(
  tx: Tx,
  of: { readonly workspaceId: WorkspaceId; readonly domainId: DomainId },
  { isLocked }: { readonly isLocked: boolean },
): Promise<DomainRow | null> {
  const found = await sql<DomainRow>`
    select ${domainColumns} from fairlead.sending_domain d
    where d.workspace_id = ${of.workspaceId} and d.id = ${of.domainId} and d.removed_at is null
    ${isLocked ? sql`for update of d` : sql``}`.execute(tx)
  return found.rows[0] ?? null
}
