import { sql } from 'kysely'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db, Tx } from '../platform/database/connect.ts'
import type { WorkspaceId } from '../platform/ids.ts'

/** What the workspace wants of the check before Send. */
export interface BeforeSend {
  /** Is mail that DMARC would have refused or put into spam kept from being sent, or only warned of? */
  readonly blocksDmarcFailures: boolean
}

export async function readBeforeSend(tx: Tx, workspaceId: WorkspaceId): Promise<BeforeSend> {
  const found = await sql<{ set: unknown }>`
    select settings -> 'blocksDmarcFailures' as set from fairlead.workspace where id = ${workspaceId}`.execute(
    tx,
  )
  return { blocksDmarcFailures: found.rows[0]?.set === true }
}

export const findBeforeSend = (db: Db, workspaceId: WorkspaceId): Promise<BeforeSend> =>
  asWeb(db, workspaceId, tx => readBeforeSend(tx, workspaceId))

/** Changes it for the whole workspace; the other settings stay. */
export function changeBeforeSend(db: Db, workspaceId: WorkspaceId, wanted: BeforeSend): Promise<BeforeSend> {
  return asWeb(db, workspaceId, async tx => {
    await sql`
      update fairlead.workspace set settings = settings || ${JSON.stringify(wanted)}::jsonb where id = ${workspaceId}`.execute(
      tx,
    )
    return readBeforeSend(tx, workspaceId)
  })
}
