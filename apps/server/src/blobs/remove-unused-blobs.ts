import { sql } from 'kysely'
import type { Tx } from '../platform/database/connect.ts'

/** Every table with a column sha256 that names a blob; a test compares with the schema. */
export const tablesWithBlobs = [
  'attachment',
  'signature_picture',
  'notice',
  'inbound_message',
  'round_trip',
] as const

/**
 * Removes blobs that nobody has named for seven days (a new writer makes a blob young again), at most `most` at
 * once; the count tells whether to go on. As engine.
 */
export async function removeUnusedBlobs(tx: Tx, most: number): Promise<number> {
  const isNamed = tablesWithBlobs.map(
    table => sql`exists (select from ${sql.table(`fairlead.${table}`)} t
      where t.workspace_id = b.workspace_id and t.sha256 = b.sha256)`,
  )
  const gone = await sql`
    delete from fairlead.blob b
    where created_at < fairlead.now() - interval '7 days'
      and (workspace_id, sha256) in (
        select workspace_id, sha256 from fairlead.blob b
        where created_at < fairlead.now() - interval '7 days' and not (${sql.join(isNamed, sql` or `)})
        order by created_at limit ${most}
        for update skip locked
      )`.execute(tx)
  return Number(gone.numAffectedRows ?? 0n)
}
