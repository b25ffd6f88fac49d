import { sql } from 'kysely'
import type { Tx } from '../platform/database/connect.ts'
import { type BlobName, chunkBytes } from './blob.ts'

/** The first `most` octets (fewer where there are fewer), within the caller's transaction. Null: it is not there. */
export async function readBlobStart(tx: Tx, name: BlobName, most: number): Promise<Buffer | null> {
  const found = await sql<{ bytes: Buffer | null }>`
    select c.bytes from fairlead.blob b
    left join fairlead.blob_chunk c
      on c.workspace_id = b.workspace_id and c.sha256 = b.sha256 and c.n < ${Math.ceil(most / chunkBytes)}
    where b.workspace_id = ${name.workspaceId} and b.sha256 = ${name.sha256}
    order by c.n`.execute(tx)
  if (found.rows.length === 0) return null
  return Buffer.concat(found.rows.flatMap(row => (row.bytes === null ? [] : [row.bytes]))).subarray(0, most)
}
