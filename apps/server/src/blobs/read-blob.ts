import { Readable } from 'node:stream'
import { sql } from 'kysely'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import { type BlobName, chunkBytes } from './blob.ts'

/** Chunks of one round trip: 1 MiB in memory for each open stream. */
const chunksAtOnce = 4

/**
 * The bytes as a stream, read as fast as they are taken. No transaction stays open while somebody slow reads:
 * each megabyte is its own. Fails with an error when the blob is not there or ends early.
 */
export function readBlob(db: Db, name: BlobName): Readable {
  return Readable.from(readChunks(db, name), { objectMode: false, highWaterMark: chunkBytes })
}

async function* readChunks(db: Db, name: BlobName): AsyncGenerator<Buffer> {
  let [size, at, n] = [0, 0, 0]
  do {
    const part = await readPart(db, name, n)
    if (part.size === null) throw new Error(`Blob ${name.sha256} is not there`)
    size = part.size
    for (const bytes of part.chunks) {
      yield bytes
      at += bytes.length
    }
    n += part.chunks.length
    if (part.chunks.length === 0 && at < size) throw new Error(`Blob ${name.sha256} ends at ${at} of ${size}`)
  } while (at < size)
}

async function readPart(
  db: Db,
  name: BlobName,
  from: number,
): Promise<{ size: number | null; chunks: Buffer[] }> {
  const found = await asWeb(db, name.workspaceId, tx =>
    sql<{ size: number; bytes: Buffer | null }>`
      select b.size, c.bytes from fairlead.blob b
      left join fairlead.blob_chunk c
        on c.workspace_id = b.workspace_id and c.sha256 = b.sha256
        and c.n >= ${from} and c.n < ${from + chunksAtOnce}
      where b.workspace_id = ${name.workspaceId} and b.sha256 = ${name.sha256}
      order by c.n`.execute(tx),
  )
  return {
    size: found.rows[0]?.size ?? null,
    chunks: found.rows.flatMap(row => (row.bytes === null ? [] : [row.bytes])),
  }
}
