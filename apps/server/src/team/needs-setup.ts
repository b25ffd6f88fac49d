import { type QueryExecutorProvider, sql } from 'kysely'

/** Is nobody a member of anything yet? Asked as the engine, which sees all workspaces. */
export async function needsSetup(tx: QueryExecutorProvider): Promise<boolean> {
  const found = await sql`
    select from fairlead.member
    where workspace_id <> '00000000-0000-0000-0000-000000000000' and removed_at is null limit 1`.execute(tx)
  return found.rows.length === 0
}
