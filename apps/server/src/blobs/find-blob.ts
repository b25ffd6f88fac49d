import { sql } from 'kysely'
import type { Tx } from '../platform/database/connect.ts'
import type { BlobName } from './blob.ts'

/** Its size in octets, or null when it is not there. */
export async function findBlob(tx: Tx, name: BlobName): Promise<{ size: number } | null> {
  const found = await sql<{ size: number }>`
    select size from fairlead.blob
    where workspace_id = ${name.workspaceId} and sha256 = ${name.sha256}`.execute(tx)
  return found.rows[0] ?? null
}
