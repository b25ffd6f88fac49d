import { Problem } from '@fairlead/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { Address } from '../mail/message.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db, Tx } from '../platform/database/connect.ts'
import type { WorkspaceId } from '../platform/ids.ts'
import { hashMailedToken } from '../platform/mailed-token.ts'
import { requireSingleLine } from '../platform/single-line.ts'
import type { Auth } from './auth.ts'
import type { Caller } from './caller.ts'
import { findLogin } from './find-login.ts'
import { findMembersOfUser } from './find-members.ts'
import { findOrCreateUser } from './find-or-create-user.ts'
import { insertMember, type Role } from './insert-member.ts'
import { checkPassword, hasPassword, setPassword } from './passwords.ts'

interface OpenInvitation {
  readonly workspaceId: WorkspaceId
  readonly workspaceName: string
  readonly address: Address
  readonly role: Role
  readonly invitedBy: string
  readonly expiresAt: Date
}

/** What accepting takes: a new account, signing in first, or nothing more. */
type Needs = 'account' | 'sign-in' | 'nothing'
type Deps = { readonly db: Db; readonly auth: Auth }

/** What a link invites to. Changes nothing. Problem: token.unusable. */
export async function showInvitationLink(
  deps: Deps,
  token: string,
  caller: Caller | null,
): Promise<OpenInvitation & { readonly needs: Needs }> {
  const invitation = await asEngine(deps.db, tx => findOpen(tx, token))
  return { ...invitation, needs: await needsOf(deps, invitation, caller) }
}

async function findOpen(tx: QueryExecutorProvider, token: string): Promise<OpenInvitation> {
  const found = await sql<OpenInvitation>`
    select i.workspace_id as "workspaceId", w.name as "workspaceName", i.address, i.role, m.name as "invitedBy",
      i.expires_at as "expiresAt"
    from fairlead.invitation i
    join fairlead.workspace w on w.id = i.workspace_id
    join fairlead.member m on m.workspace_id = i.workspace_id and m.id = i.invited_by
    where i.token_hash = ${hashMailedToken(token)} and i.accepted_at is null and i.revoked_at is null
      and i.expires_at > fairlead.now() for update of i`.execute(tx)
  const [invitation] = found.rows
  if (invitation === undefined) throw new Problem('token.unusable')
  return invitation
}

/** Somebody who has a password but is in no workspace cannot sign in: the mailbox proves them, as in a password reset. */
async function needsOf(
  { db, auth }: Deps,
  { address }: OpenInvitation,
  caller: Caller | null,
): Promise<Needs> {
  const email = address.toLowerCase()
  if (caller !== null && (await findLogin(auth, caller.userId)).address === email) return 'nothing'
  const { internalAdapter } = await auth.$context
  const found = await internalAdapter.findUserByEmail(email)
  if (!found || !(await hasPassword(auth, found.user.id))) return 'account'
  return (await findMembersOfUser(db, found.user.id)).length > 0 ? 'sign-in' : 'account'
}

export interface Acceptance {
  readonly token: string
  readonly name: string | undefined
  readonly password: string | undefined
}

export interface Accepted {
  readonly userId: string
  readonly address: Address
  readonly workspaceId: WorkspaceId
  /** True: the caller's own session goes on; false: the new password signs in. */
  readonly isCaller: boolean
}

/**
 * Makes the invited person a member; the link is used up. The mail has verified the address, which becomes the default
 * identity. Problems: token.unusable, invitation.sign-in-first, invitation.other-address, member.exists,
 * request.invalid (name or password missing), password.*, email.line-break.
 */
export async function acceptInvitation(
  deps: Deps,
  wish: Acceptance,
  caller: Caller | null,
): Promise<Accepted> {
  const { needs, address, workspaceId } = await showInvitationLink(deps, wish.token, caller)
  if (needs === 'nothing' && caller !== null) {
    const person = { userId: caller.userId, name: caller.memberName }
    await join(deps.db, wish.token, person)
    return { userId: caller.userId, address, workspaceId, isCaller: true }
  }
  if (needs === 'sign-in') {
    throw new Problem(caller === null ? 'invitation.sign-in-first' : 'invitation.other-address', { address })
  }
  const { name, password } = requireAccount(wish, { caller, address })
  const userId = await findOrCreateUser(deps.auth, { address, name })
  await join(deps.db, wish.token, { userId, name })
  await setPassword(deps.auth, userId, password)
  return { userId, address, workspaceId, isCaller: false }
}

function requireAccount(
  { name, password }: Acceptance,
  { caller, address }: { caller: Caller | null; address: string },
): { name: string; password: string } {
  if (name === undefined || password === undefined) {
    if (caller !== null) throw new Problem('invitation.other-address', { address })
    const field = name === undefined ? 'name' : 'password'
    throw new Problem('request.invalid', { field, rule: 'it is needed for a new account' })
  }
  requireSingleLine('name', name)
  checkPassword(password)
  return { name, password }
}

/** Uses the link up and makes the member, or nothing of both. */
async function join(db: Db, token: string, person: { userId: string; name: string }): Promise<void> {
  await asEngine(db, async tx => {
    const { workspaceId, address, role } = await findOpen(tx, token)
    const wanted = { workspaceId, address, role, ...person }
    const known = await sql<{ removed: boolean }>`
      select removed_at is not null as removed from fairlead.member
      where workspace_id = ${workspaceId} and user_id = ${person.userId} for update`.execute(tx)
    const [member] = known.rows
    if (member !== undefined && !member.removed) throw new Problem('member.exists', { address })
    await (member === undefined ? insertMember(tx, wanted, { verifiedBy: 'mail' }) : bringBack(tx, wanted))
    await sql`
      update fairlead.invitation set accepted_at = fairlead.now()
      where token_hash = ${hashMailedToken(token)}`.execute(tx)
  })
}

/** A member who was removed comes back with what was theirs; the address is proven anew. */
async function bringBack(
  tx: Tx,
  member: { workspaceId: WorkspaceId; userId: string; name: string; address: Address; role: Role },
): Promise<void> {
  await sql`
    with back as (
      update fairlead.member set removed_at = null, role = ${member.role}, name = ${member.name}
      where workspace_id = ${member.workspaceId} and user_id = ${member.userId} returning id)
    update fairlead.identity i
    set verified_at = coalesce(verified_at, fairlead.now()), verified_by = coalesce(verified_by, 'mail')
    from back
    where i.workspace_id = ${member.workspaceId} and i.member_id = back.id and i.deleted_at is null
      and i.address_key = ${member.address.toLowerCase()}`.execute(tx)
}
