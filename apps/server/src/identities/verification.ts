import { type Identity, Problem } from '@fairlead/contract'
import { sql } from 'kysely'
import type { Address } from '../mail/message.ts'
import { asEngine, asWeb } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import { hashMailedToken, newMailedToken } from '../platform/mailed-token.ts'
import { addressKey, type IdentityRow, identityColumns, showIdentity } from './identity.ts'
import { lockIdentity, type WhichIdentity } from './update-identity.ts'

const validHours = 72

/** A verification whose link has to be mailed. */
export interface StartedVerification {
  readonly identity: Identity
  readonly address: Address
  readonly token: string
  readonly expiresAt: Date
}

/** Another link for an identity; earlier ones end. Problems: not-found, identity.verified. */
export async function startVerification(db: Db, of: WhichIdentity): Promise<StartedVerification> {
  const { token, hash } = newMailedToken()
  return asWeb(db, of.workspaceId, async tx => {
    const before = await lockIdentity(tx, of)
    if (before.verifiedAt !== null) throw new Problem('identity.verified', { address: before.address })
    const made = await sql<{ expiresAt: Date }>`
      insert into fairlead.identity_verification (workspace_id, identity_id, address_key, token_hash, expires_at)
      values (${of.workspaceId}, ${of.identityId}, ${addressKey(before.address)}, ${hash},
        fairlead.now() + ${validHours} * interval '1 hour')
      on conflict (workspace_id, identity_id) do update
        set address_key = excluded.address_key, token_hash = excluded.token_hash, sent_at = fairlead.now(),
            expires_at = excluded.expires_at, used_at = null
      returning expires_at as "expiresAt"`.execute(tx)
    const row = await sql<IdentityRow>`
      select ${identityColumns} from fairlead.identity
      where workspace_id = ${of.workspaceId} and id = ${of.identityId}`.execute(tx)
    const [identity] = row.rows
    const [verification] = made.rows
    if (identity === undefined || verification === undefined)
      throw new Error('a verification was not written')
    const address = before.address as Address
    return { identity: showIdentity(identity), address, token, expiresAt: verification.expiresAt }
  })
}

export interface ShownVerification {
  readonly name: string
  readonly address: string
  readonly memberName: string
  readonly workspaceName: string
  readonly expiresAt: Date
}

const isUsable = (token: string) => sql`
  v.token_hash = ${hashMailedToken(token)} and v.used_at is null and v.expires_at > fairlead.now()
  and i.workspace_id = v.workspace_id and i.id = v.identity_id and i.deleted_at is null and i.address_key = v.address_key`

/** What a link verifies. Changes nothing. Problem: token.unusable. */
export async function showVerification(db: Db, token: string): Promise<ShownVerification> {
  const found = await asEngine(db, tx =>
    sql<ShownVerification>`
      select i.name, i.address, m.name as "memberName", w.name as "workspaceName", v.expires_at as "expiresAt"
      from fairlead.identity_verification v, fairlead.identity i, fairlead.member m, fairlead.workspace w
      where ${isUsable(token)} and m.workspace_id = i.workspace_id and m.id = i.member_id and w.id = i.workspace_id`.execute(
      tx,
    ),
  )
  const [shown] = found.rows
  if (shown === undefined) throw new Problem('token.unusable')
  return shown
}

/** Whoever reads the mailbox says yes: the identity may send, the link is used up. Problem: token.unusable. */
export async function verifyIdentity(
  db: Db,
  token: string,
): Promise<{ name: string; address: string; verifiedAt: Date }> {
  return asEngine(db, async tx => {
    const used = await sql<{ workspaceId: string; identityId: string }>`
      update fairlead.identity_verification v set used_at = fairlead.now() from fairlead.identity i
      where ${isUsable(token)} returning v.workspace_id as "workspaceId", v.identity_id as "identityId"`.execute(
      tx,
    )
    const [of] = used.rows
    if (of === undefined) throw new Problem('token.unusable')
    const verified = await sql<{ name: string; address: string; verifiedAt: Date }>`
      update fairlead.identity
      set verified_at = coalesce(verified_at, fairlead.now()), verified_by = coalesce(verified_by, 'mail')
      where workspace_id = ${of.workspaceId} and id = ${of.identityId}
      returning name, address, verified_at as "verifiedAt"`.execute(tx)
    const [identity] = verified.rows
    if (identity === undefined) throw new Error('an identity was not verified')
    return identity
  })
}
