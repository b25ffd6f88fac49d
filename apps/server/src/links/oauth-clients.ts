import type { OauthProvider } from '@fairlead/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { MemberId, WorkspaceId } from '../platform/ids.ts'
import type { Secrets } from '../platform/secrets.ts'

/** The client that an admin entered, with its secret opened. */
export interface StoredClient {
  readonly id: string
  readonly secret: string
  readonly tenant: string | null
  readonly allowedDomains: readonly string[]
  readonly allowsSeveral: boolean
  readonly changedAt: Date
}

interface ClientRow extends Omit<StoredClient, 'secret'> {
  readonly sealed: string
}

const placeOf = (workspaceId: WorkspaceId, provider: OauthProvider) => ({
  column: 'oauth_client.secret',
  row: `${workspaceId} ${provider}`,
})

/** Null: no admin entered one. */
export async function readOauthClient(
  tx: QueryExecutorProvider,
  secrets: Secrets,
  { workspaceId, provider }: { readonly workspaceId: WorkspaceId; readonly provider: OauthProvider },
): Promise<StoredClient | null> {
  const found = await sql<ClientRow>`
    select client_id as id, secret as sealed, tenant, allowed_domains as "allowedDomains",
      allows_several as "allowsSeveral", changed_at as "changedAt"
    from fairlead.oauth_client where workspace_id = ${workspaceId} and provider = ${provider}`.execute(tx)
  const [row] = found.rows
  if (row === undefined) return null
  const { sealed, ...client } = row
  return { ...client, secret: secrets.open(sealed, placeOf(workspaceId, provider)) }
}

/** Takes the place of the client there was. Links keep the one that they were connected with. */
export async function saveOauthClient(
  tx: QueryExecutorProvider,
  secrets: Secrets,
  wanted: Omit<StoredClient, 'changedAt'> & {
    readonly workspaceId: WorkspaceId
    readonly memberId: MemberId
    readonly provider: OauthProvider
  },
): Promise<void> {
  const { workspaceId, provider } = wanted
  const sealed = secrets.seal(wanted.secret, placeOf(workspaceId, provider))
  await sql`
    insert into fairlead.oauth_client
      (workspace_id, provider, client_id, secret, tenant, allowed_domains, allows_several, changed_by)
    values (${workspaceId}, ${provider}, ${wanted.id}, ${sealed}, ${wanted.tenant},
      ${[...wanted.allowedDomains]}::text[], ${wanted.allowsSeveral}, ${wanted.memberId})
    on conflict (workspace_id, provider) do update set client_id = excluded.client_id, secret = excluded.secret,
      tenant = excluded.tenant, allowed_domains = excluded.allowed_domains,
      allows_several = excluded.allows_several, changed_by = excluded.changed_by, changed_at = fairlead.now()`.execute(
    tx,
  )
}
