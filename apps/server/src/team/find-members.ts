import { sql } from 'kysely'
import type { Address } from '../mail/message.ts'
import { asEngine, asWeb } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import type { MemberId, WorkspaceId } from '../platform/ids.ts'
import type { Role } from './insert-member.ts'

export interface Member {
  readonly workspaceId: WorkspaceId
  readonly workspaceName: string
  readonly id: MemberId
  readonly userId: string
  readonly name: string
  readonly address: Address
  readonly role: Role
}

const columns = sql`
  m.workspace_id as "workspaceId", w.name as "workspaceName", m.id, m.user_id as "userId", m.name, m.address, m.role`

/** The workspace of what belongs to nobody; its only member is Fairlead itself (team/platform-sender.ts). */
const isOfPeople = sql`m.workspace_id <> '00000000-0000-0000-0000-000000000000'`

/** Members of all workspaces, oldest first; for the command line. `address`: only this person's. */
export async function findMembers(db: Db, address?: Address): Promise<Member[]> {
  const wanted = address === undefined ? sql`true` : sql`lower(m.address) = ${address.toLowerCase()}`
  const found = await asEngine(db, tx =>
    sql<Member>`
      select ${columns} from fairlead.member m join fairlead.workspace w on w.id = m.workspace_id
      where m.removed_at is null and ${isOfPeople} and ${wanted} order by m.created_at, m.id`.execute(tx),
  )
  return found.rows
}

/** What a login is a member of now, oldest first. */
export async function findMembersOfUser(db: Db, userId: string): Promise<Member[]> {
  const found = await asEngine(db, tx =>
    sql<Member>`
      select ${columns} from fairlead.member m join fairlead.workspace w on w.id = m.workspace_id
      where m.user_id = ${userId} and m.removed_at is null order by m.created_at, m.id`.execute(tx),
  )
  return found.rows
}

/** One member who is still there, or null. */
export async function findMember(
  db: Db,
  of: { workspaceId: WorkspaceId; memberId: MemberId },
): Promise<Member | null> {
  const found = await asWeb(db, of.workspaceId, tx =>
    sql<Member>`
      select ${columns} from fairlead.member m join fairlead.workspace w on w.id = m.workspace_id
      where m.workspace_id = ${of.workspaceId} and m.id = ${of.memberId} and m.removed_at is null`.execute(
      tx,
    ),
  )
  return found.rows[0] ?? null
}

/** Workspaces made by people, oldest first. */
export async function findWorkspaces(db: Db): Promise<{ id: WorkspaceId; name: string }[]> {
  const found = await asEngine(db, tx =>
    sql<{ id: WorkspaceId; name: string }>`
      select id, name from fairlead.workspace
      where id <> '00000000-0000-0000-0000-000000000000' order by created_at, id`.execute(tx),
  )
  return found.rows
}
