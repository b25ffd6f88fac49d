import { sql } from 'kysely'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import { requireSingleLine } from '../platform/single-line.ts'
import type { Auth } from './auth.ts'
import type { Caller } from './caller.ts'

/** The person's name, at the login and in this workspace; identities keep theirs. Problem: email.line-break. */
export async function renameMember(
  deps: { db: Db; auth: Auth },
  caller: Caller,
  name: string,
): Promise<Caller> {
  requireSingleLine('name', name)
  await asWeb(deps.db, caller.workspaceId, tx =>
    sql`update fairlead.member set name = ${name}
        where workspace_id = ${caller.workspaceId} and id = ${caller.memberId}`.execute(tx),
  )
  const { internalAdapter } = await deps.auth.$context
  await internalAdapter.updateUser(caller.userId, { name })
  return { ...caller, memberName: name }
}
