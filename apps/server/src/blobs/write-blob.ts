import { createHash, randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Tx } from '../platform/database/connect.ts'
import type { WorkspaceId } from '../platform/ids.ts'
import { type BlobName, BlobTooLargeError, chunkBytes } from './blob.ts'

export interface BlobToWrite {
  readonly workspaceId: WorkspaceId
  readonly content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
  /** Octets; more throws BlobTooLargeError. */
  readonly limit?: number
}

// Up to here the bytes wait in memory until their name is known; above, they are written under a name of the
// moment and renamed. 1 MiB covers nearly all mail and costs one statement per chunk instead of two.
const heldChunks = 4

/**
 * Keeps the bytes within the given transaction (web or engine), with at most about 1.3 MB in memory at once. A
 * source that fails, or a limit that is passed, throws: roll back. Writing what is already there keeps one copy
 * and makes it young again, so that the clean-up of unreferenced bytes leaves it to the row that will name it.
 */
export async function writeBlob(tx: Tx, wanted: BlobToWrite): Promise<BlobName & { size: number }> {
  const { workspaceId } = wanted
  const hash = createHash('sha256')
  const held: Buffer[] = []
  let draft: BlobName | null = null
  let [count, size] = [0, 0]
  for await (const chunk of inChunks(wanted.content)) {
    size += chunk.length
    if (size > (wanted.limit ?? Number.POSITIVE_INFINITY)) {
      throw new BlobTooLargeError(`More than ${wanted.limit} bytes`)
    }
    hash.update(chunk)
    if (draft === null && held.length === heldChunks) {
      draft = await startDraft(tx, workspaceId)
      for (const [n, bytes] of held.entries()) await insertChunk(tx, draft, { n, bytes })
      held.length = 0
    }
    if (draft === null) held.push(chunk)
    else await insertChunk(tx, draft, { n: count, bytes: chunk })
    count += 1
  }
  const name = { workspaceId, sha256: hash.digest('hex') }
  const isNew = await insertBlob(tx, name, size)
  if (draft !== null) await finishDraft(tx, draft, isNew ? name : null)
  else if (isNew) for (const [n, bytes] of held.entries()) await insertChunk(tx, name, { n, bytes })
  return { ...name, size }
}

/** Pieces of any size in, chunks of exactly 256 KiB out, the last one shorter. */
async function* inChunks(content: BlobToWrite['content']): AsyncGenerator<Buffer> {
  let parts: Uint8Array[] = []
  let room = chunkBytes
  for await (const piece of content) {
    let rest = piece
    while (rest.length >= room) {
      parts.push(rest.subarray(0, room))
      yield Buffer.concat(parts)
      rest = rest.subarray(room)
      parts = []
      room = chunkBytes
    }
    // A copy: the source may use its buffer again.
    if (rest.length > 0) parts.push(Buffer.from(rest))
    room -= rest.length
  }
  if (parts.length > 0) yield Buffer.concat(parts)
}

/** False: the same bytes are there already. Waits for another transaction that is writing them. */
async function insertBlob(tx: Tx, name: BlobName, size: number): Promise<boolean> {
  const found = await sql<{ isNew: boolean }>`
    insert into fairlead.blob (workspace_id, sha256, size) values (${name.workspaceId}, ${name.sha256}, ${size})
    on conflict (workspace_id, sha256) do update set created_at = fairlead.now()
    returning xmax = 0 as "isNew"`.execute(tx)
  return found.rows[0]?.isNew ?? false
}

async function insertChunk(tx: Tx, name: BlobName, chunk: { n: number; bytes: Buffer }): Promise<void> {
  await sql`
    insert into fairlead.blob_chunk (workspace_id, sha256, n, bytes)
    values (${name.workspaceId}, ${name.sha256}, ${chunk.n}, ${chunk.bytes})`.execute(tx)
}

async function startDraft(tx: Tx, workspaceId: WorkspaceId): Promise<BlobName> {
  const draft = { workspaceId, sha256: `draft ${randomUUID()}` }
  await insertBlob(tx, draft, 0)
  return draft
}

/** Null: nobody needs the draft. */
async function finishDraft(tx: Tx, draft: BlobName, name: BlobName | null): Promise<void> {
  if (name) {
    await sql`
      update fairlead.blob_chunk set sha256 = ${name.sha256}
      where workspace_id = ${draft.workspaceId} and sha256 = ${draft.sha256}`.execute(tx)
  }
  await sql`
    delete from fairlead.blob where workspace_id = ${draft.workspaceId} and sha256 = ${draft.sha256}`.execute(
    tx,
  )
}
