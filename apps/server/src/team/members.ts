import { Problem, type Member as ShownMember } from '@fairlead/contract'
import { sql } from 'kysely'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db, Tx } from '../platform/database/connect.ts'
import { type MemberId, showId, type WorkspaceId } from '../platform/ids.ts'
import type { Caller } from './caller.ts'
import { findMembersOfUser } from './find-members.ts'
import type { Role } from './insert-member.ts'
import type { KeyRing } from './key-ring.ts'
import { endSessions } from './passwords.ts'

interface MemberRow {
  readonly id: MemberId
  readonly name: string
  readonly address: string
  readonly role: Role
  readonly createdAt: Date
  readonly scheduled: number
  readonly queued: number
}

/** Members who are still there, oldest first, with their mail that has not left; a rep sees themselves alone. */
export async function listMembers(db: Db, caller: Caller): Promise<ShownMember[]> {
  const rows = await asWeb(db, caller.workspaceId, tx =>
    readMembers(tx, caller.workspaceId, caller.role === 'admin' ? null : caller.memberId),
  )
  return rows.map(row => show(row, caller))
}

async function readMembers(tx: Tx, workspaceId: WorkspaceId, only: MemberId | null): Promise<MemberRow[]> {
  const found = await sql<MemberRow>`
    select m.id, m.name, m.address, m.role, m.created_at as "createdAt",
      (select count(*)::int from fairlead.email e
        where e.workspace_id = m.workspace_id and e.member_id = m.id and e.state = 'scheduled'
          and e.hidden_at is null) as scheduled,
      (select count(*)::int from fairlead.delivery d
        where d.workspace_id = m.workspace_id and d.member_id = m.id and d.folder = 'in-progress'
          and d.due_at is not null and not d.hidden) as queued
    from fairlead.member m
    where m.workspace_id = ${workspaceId} and m.removed_at is null and (${only}::uuid is null or m.id = ${only}::uuid)
    order by m.created_at, m.id`.execute(tx)
  return found.rows
}

function show({ scheduled, queued, ...row }: MemberRow, caller: Caller): ShownMember {
  return {
    ...row,
    id: showId('member', row.id),
    isYou: row.id === caller.memberId,
    createdAt: row.createdAt.toISOString(),
    waiting: { scheduled, queued },
  }
}

/** Another role, from the member's next request on. Problems: not-found, member.last-admin. */
export async function changeRole(
  db: Db,
  caller: Caller,
  wish: { memberId: MemberId; role: Role },
): Promise<ShownMember> {
  const { workspaceId } = caller
  return asWeb(db, workspaceId, async tx => {
    await requireOtherAdmin(tx, { workspaceId, memberId: wish.memberId, isStillAdmin: wish.role === 'admin' })
    await sql`
      update fairlead.member set role = ${wish.role}
      where workspace_id = ${workspaceId} and id = ${wish.memberId}`.execute(tx)
    return show(await readMember(tx, workspaceId, wish.memberId), caller)
  })
}

/**
 * The member can no longer call this workspace: their API keys for it are gone, and sessions show it no more. Their
 * rows stay; mail that waits still leaves. Answers that mail. Problems: not-found, member.last-admin.
 */
export async function removeMember(
  deps: { db: Db; keyRing: KeyRing },
  { workspaceId }: Caller,
  memberId: MemberId,
): Promise<{ scheduled: number; queued: number }> {
  const { userId, waiting } = await asWeb(deps.db, workspaceId, async tx => {
    await requireOtherAdmin(tx, { workspaceId, memberId, isStillAdmin: false })
    const { scheduled, queued } = await readMember(tx, workspaceId, memberId)
    const removed = await sql<{ userId: string }>`
      update fairlead.member set removed_at = fairlead.now()
      where workspace_id = ${workspaceId} and id = ${memberId} returning user_id as "userId"`.execute(tx)
    return { userId: removed.rows[0]?.userId ?? '', waiting: { scheduled, queued } }
  })
  const keys = await sql<{ id: string }>`
    select id from auth.apikey where metadata::jsonb ->> 'memberId' = ${memberId}`.execute(deps.db)
  for (const { id } of keys.rows) await deps.keyRing.revoke(id)
  await endUselessSessions(deps.db, userId)
  return waiting
}

/** Somebody who is in no workspace any more is signed out everywhere. */
async function endUselessSessions(db: Db, userId: string): Promise<void> {
  const members = await findMembersOfUser(db, userId)
  if (members.length === 0) await endSessions(db, { userId, except: null })
}

async function readMember(tx: Tx, workspaceId: WorkspaceId, memberId: MemberId): Promise<MemberRow> {
  const [row] = await readMembers(tx, workspaceId, memberId)
  if (row === undefined) throw new Problem('not-found', { what: 'member' })
  return row
}

/** Locks the admins, so that two of them cannot both cease at once. */
async function requireOtherAdmin(
  tx: Tx,
  of: { workspaceId: WorkspaceId; memberId: MemberId; isStillAdmin: boolean },
): Promise<void> {
  const found = await sql<{ id: MemberId }>`
    select id from fairlead.member
    where workspace_id = ${of.workspaceId} and role = 'admin' and removed_at is null order by id for update`.execute(
    tx,
  )
  const isLast = found.rows.length === 1 && found.rows[0]?.id === of.memberId
  if (isLast && !of.isStillAdmin) throw new Problem('member.last-admin')
}
