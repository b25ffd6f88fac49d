import { Problem } from '@fairlead/contract'
import { sql } from 'kysely'
import type { Address } from '../mail/message.ts'
import { requireAddress } from '../mail/require-address.ts'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db, Tx } from '../platform/database/connect.ts'
import { type InvitationId, newId, type WorkspaceId } from '../platform/ids.ts'
import { type MailedToken, newMailedToken } from '../platform/mailed-token.ts'
import type { Caller } from './caller.ts'
import type { Role } from './insert-member.ts'
import { type InvitationRow, invitationColumns, invitationDays } from './invitation.ts'
import { paceAttempt } from './pace-attempts.ts'

/** An invitation whose link has to be mailed. */
export interface MadeInvitation {
  readonly row: InvitationRow
  readonly token: string
}

/**
 * Invites an address; an open invitation of the same address is replaced. Problems: email.address-invalid,
 * member.exists, rate.limited (too many mails to this address).
 */
export async function invite(
  db: Db,
  caller: Caller,
  wish: { address: string; role: Role },
): Promise<MadeInvitation> {
  const address = requireAddress('address', wish.address)
  await paceInvitations(db, address)
  const mailed = newMailedToken()
  const row = await asWeb(db, caller.workspaceId, tx => write(tx, caller, { ...wish, address, mailed }))
  return { row, token: mailed.token }
}

function paceInvitations(db: Db, address: string): Promise<void> {
  const pace = { of: `invitation ${address.toLowerCase()}`, free: 10, waitSeconds: 60, mostSeconds: 3_600 }
  return paceAttempt(db, [pace], 'rate.limited')
}

async function write(
  tx: Tx,
  { workspaceId, memberId }: Caller,
  wanted: { address: Address; role: Role; mailed: MailedToken },
): Promise<InvitationRow> {
  const addressKey = wanted.address.toLowerCase()
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${workspaceId} ${addressKey}`}, 0))`.execute(tx)
  const known = await sql`
    select from fairlead.member
    where workspace_id = ${workspaceId} and lower(address) = ${addressKey} and removed_at is null`.execute(tx)
  if (known.rows.length > 0) throw new Problem('member.exists', { address: wanted.address })
  await sql`
    update fairlead.invitation set revoked_at = fairlead.now()
    where workspace_id = ${workspaceId} and address_key = ${addressKey} and accepted_at is null and revoked_at is null`.execute(
    tx,
  )
  const made = await sql<InvitationRow>`
    insert into fairlead.invitation as i (workspace_id, id, address, address_key, role, invited_by, token_hash, expires_at)
    values (${workspaceId}, ${newId('invitation')}, ${wanted.address}, ${addressKey}, ${wanted.role}, ${memberId},
      ${wanted.mailed.hash}, fairlead.now() + ${invitationDays} * interval '1 day')
    returning ${invitationColumns}`.execute(tx)
  return requireRow(made.rows)
}

/** Invitations of a workspace that are open or have expired, the latest first. */
export async function listInvitations(db: Db, workspaceId: WorkspaceId): Promise<InvitationRow[]> {
  const found = await asWeb(db, workspaceId, tx =>
    sql<InvitationRow>`
      select ${invitationColumns} from fairlead.invitation i
      where i.workspace_id = ${workspaceId} and i.accepted_at is null and i.revoked_at is null
      order by i.created_at desc, i.id desc limit 500`.execute(tx),
  )
  return found.rows
}

export interface WhichInvitation {
  readonly workspaceId: WorkspaceId
  readonly invitationId: InvitationId
}

/** Another link for an invitation; the one before ends. Problems: not-found, invitation.not-open, rate.limited. */
export async function renewInvitation(db: Db, of: WhichInvitation): Promise<MadeInvitation> {
  const { token, hash } = newMailedToken()
  await paceInvitations(db, await asWeb(db, of.workspaceId, tx => requireOpen(tx, of)))
  const row = await asWeb(db, of.workspaceId, async tx => {
    await requireOpen(tx, of)
    const renewed = await sql<InvitationRow>`
      update fairlead.invitation i
      set token_hash = ${hash}, sent_at = fairlead.now(), expires_at = fairlead.now() + ${invitationDays} * interval '1 day'
      where i.workspace_id = ${of.workspaceId} and i.id = ${of.invitationId}
      returning ${invitationColumns}`.execute(tx)
    return requireRow(renewed.rows)
  })
  return { row, token }
}

/** Takes an invitation back. Problems: not-found, invitation.not-open. */
export async function revokeInvitation(db: Db, of: WhichInvitation): Promise<void> {
  await asWeb(db, of.workspaceId, async tx => {
    await requireOpen(tx, of)
    await sql`
      update fairlead.invitation set revoked_at = fairlead.now()
      where workspace_id = ${of.workspaceId} and id = ${of.invitationId}`.execute(tx)
  })
}

/** Locks the invitation; answers its address. */
async function requireOpen(tx: Tx, of: WhichInvitation): Promise<string> {
  const found = await sql<{ address: string; isOpen: boolean }>`
    select address, accepted_at is null and revoked_at is null as "isOpen" from fairlead.invitation
    where workspace_id = ${of.workspaceId} and id = ${of.invitationId} for update`.execute(tx)
  const [row] = found.rows
  if (row === undefined) throw new Problem('not-found', { what: 'invitation' })
  if (!row.isOpen) throw new Problem('invitation.not-open')
  return row.address
}

function requireRow(rows: readonly InvitationRow[]): InvitationRow {
  const [row] = rows
  if (row === undefined) throw new Error('an invitation was not written')
  return row
}
