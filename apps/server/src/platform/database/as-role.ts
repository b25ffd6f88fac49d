import { sql } from 'kysely'
import type { Db, Tx } from './connect.ts'

const noWorkspace = ''

/** A transaction as `fairlead_engine`, which sees all workspaces: claiming, inbound, jobs. Rolls back on a throw. */
export function asEngine<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  return asRole(db, { role: 'fairlead_engine', workspaceId: noWorkspace }, work)
}

/**
 * A transaction as `fairlead_web`, which sees one workspace; row-level security hides the rest. An id that is no
 * UUID throws 22P02 at the first table it touches.
 */
export function asWeb<T>(db: Db, workspaceId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  return asRole(db, { role: 'fairlead_web', workspaceId }, work)
}

function asRole<T>(
  db: Db,
  who: { role: 'fairlead_web' | 'fairlead_engine'; workspaceId: string },
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  return db.transaction().execute(async tx => {
    await sql`select set_config('role', ${who.role}, true), set_config('fairlead.workspace', ${who.workspaceId}, true)`.execute(
      tx,
    )
    return work(tx)
  })
}
