import { createHash, randomBytes } from 'node:crypto'
import type { OauthProvider } from '@fairlead/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { ConnectionId, MemberId, WorkspaceId } from '../platform/ids.ts'
import type { Secrets } from '../platform/secrets.ts'

const consentMinutes = 15
const confirmMinutes = 60

export interface WhoseConnection {
  readonly workspaceId: WorkspaceId
  readonly memberId: MemberId
}

export interface NewConnection extends WhoseConnection {
  readonly id: ConnectionId
  readonly provider: OauthProvider
  readonly state: string
  readonly verifier: string
  readonly redirectUri: string
  readonly isSimulated: boolean
}

/** 32 random octets: whoever knows it began the connection. */
export function newState(): string {
  return randomBytes(32).toString('base64url')
}

const hashOf = (state: string): string => createHash('sha256').update(state).digest('base64url')
const place = (column: 'verifier' | 'secret', id: ConnectionId) => ({
  column: `oauth_connection.${column}`,
  row: id,
})

export async function insertConnection(
  tx: QueryExecutorProvider,
  secrets: Secrets,
  made: NewConnection,
): Promise<void> {
  await sql`
    insert into fairlead.oauth_connection
      (workspace_id, id, member_id, provider, state_hash, verifier, redirect_uri, is_simulated, expires_at)
    values (${made.workspaceId}, ${made.id}, ${made.memberId}, ${made.provider}, ${hashOf(made.state)},
      ${secrets.seal(made.verifier, place('verifier', made.id))}, ${made.redirectUri}, ${made.isSimulated},
      fairlead.now() + ${consentMinutes} * interval '1 minute')`.execute(tx)
}

export interface AnsweredConnection {
  readonly id: ConnectionId
  readonly verifier: string
  readonly redirectUri: string
  readonly isSimulated: boolean
}

/** The connection that this member began with this state; it answers once. Null: none, too old, or used. */
export async function takeAnswer(
  tx: QueryExecutorProvider,
  secrets: Secrets,
  of: WhoseConnection & { readonly provider: OauthProvider; readonly state: string },
): Promise<AnsweredConnection | null> {
  const found = await sql<AnsweredConnection>`
    update fairlead.oauth_connection set answered_at = fairlead.now()
    where state_hash = ${hashOf(of.state)} and workspace_id = ${of.workspaceId} and member_id = ${of.memberId}
      and provider = ${of.provider} and answered_at is null and expires_at > fairlead.now()
    returning id, verifier, redirect_uri as "redirectUri", is_simulated as "isSimulated"`.execute(tx)
  const [row] = found.rows
  return row ? { ...row, verifier: secrets.open(row.verifier, place('verifier', row.id)) } : null
}

/** What consent gave, until it is confirmed. `grantEndsInSeconds` becomes a time by the database's clock. */
export interface Consented {
  readonly settings: object
  readonly secret: string
  readonly grantEndsInSeconds: number | null
  readonly warnings: readonly ConnectionWarning[]
}

export interface ConnectionWarning {
  readonly code: 'testing-mode' | 'missing-scope' | 'free-address'
  readonly params: Readonly<Record<string, string>>
}

export async function saveConsent(
  tx: QueryExecutorProvider,
  secrets: Secrets,
  {
    workspaceId,
    id,
    consented,
  }: Pick<NewConnection, 'workspaceId' | 'id'> & { readonly consented: Consented },
): Promise<void> {
  const { settings, secret, grantEndsInSeconds, warnings } = consented
  await sql`
    update fairlead.oauth_connection
    set settings = ${JSON.stringify(settings)}::jsonb || jsonb_build_object('grantEndsAt', to_char(
          (fairlead.now() + ${grantEndsInSeconds}::float8 * interval '1 second') at time zone 'UTC',
          'YYYY-MM-DD"T"HH24:MI:SS"Z"')),
      secret = ${secrets.seal(secret, place('secret', id))}, warnings = ${JSON.stringify(warnings)}::jsonb,
      verifier = '', expires_at = fairlead.now() + ${confirmMinutes} * interval '1 minute'
    where workspace_id = ${workspaceId} and id = ${id}`.execute(tx)
}

/** A consent that waits for its confirmation. */
export interface PendingRow {
  readonly id: ConnectionId
  readonly provider: OauthProvider
  readonly isSimulated: boolean
  readonly settings: unknown
  readonly secret: string
  readonly warnings: readonly ConnectionWarning[]
  readonly expiresAt: Date
}

const columns = sql`id, provider, is_simulated as "isSimulated", settings, secret, warnings, expires_at as "expiresAt"`

/** Of this member alone; null: none, confirmed, dropped or too old. */
export async function readPending(
  tx: QueryExecutorProvider,
  secrets: Secrets,
  of: WhoseConnection & { readonly id: ConnectionId },
): Promise<PendingRow | null> {
  const found = await sql<PendingRow>`
    select ${columns} from fairlead.oauth_connection
    where workspace_id = ${of.workspaceId} and member_id = ${of.memberId} and id = ${of.id} and secret is not null
      and expires_at > fairlead.now() for update`.execute(tx)
  const [row] = found.rows
  return row ? { ...row, secret: secrets.open(row.secret, place('secret', row.id)) } : null
}

export async function deleteConnection(
  tx: QueryExecutorProvider,
  { workspaceId, id }: { readonly workspaceId: WorkspaceId; readonly id: ConnectionId },
): Promise<void> {
  await sql`delete from fairlead.oauth_connection where workspace_id = ${workspaceId} and id = ${id}`.execute(
    tx,
  )
}
