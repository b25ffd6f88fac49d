import { type Kysely, sql } from 'kysely'
import type { Db, Tables, Tx } from './connect.ts'

const noWorkspace = ''
const plainUuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** A transaction as `fairlead_engine`, which sees all workspaces: claiming, inbound, jobs. Rolls back on a throw. */
export function asEngine<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  return asRole(db, { role: 'fairlead_engine', workspaceId: noWorkspace }, work)
}

/**
 * A transaction as `fairlead_web`, which sees one workspace; row-level security hides the rest. Throws on an id that
 * is no UUID.
 */
export async function asWeb<T>(db: Db, workspaceId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  if (!plainUuid.test(workspaceId)) throw new Error('Not the id of a workspace')
  return await asRole(db, { role: 'fairlead_web', workspaceId }, work)
}

/** Beginning, role and workspace travel together: one way to the server less for everything that is written here. */
function asRole<T>(
  db: Db,
  who: { role: 'fairlead_web' | 'fairlead_engine'; workspaceId: string },
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  const begin = `begin; set local role ${who.role}; set local fairlead.workspace = '${who.workspaceId}'`
  return db.connection().execute(async connection => {
    await sql.raw(begin).execute(connection)
    try {
      const result = await work(asTransaction(connection))
      await sql`commit`.execute(connection)
      return result
    } catch (error) {
      // A broken connection rolls back by itself; what counts is the first error.
      await sql`rollback`.execute(connection).catch(() => undefined)
      throw error
    }
  })
}

/** The builder knows transactions only as its own; on this connection everything runs inside ours. */
function asTransaction(connection: Kysely<Tables>): Tx {
  return connection as Tx
}
