import { createHash, randomBytes } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { asEngine, asWeb } from '../platform/database/as-role.ts'
import { newId } from '../platform/ids.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { type BlobName, BlobTooLargeError, chunkBytes } from './blob.ts'
import { findBlob } from './find-blob.ts'
import { readBlob } from './read-blob.ts'
import { removeBlob } from './remove-blob.ts'
import { removeUnusedBlobs, tablesWithBlobs } from './remove-unused-blobs.ts'
import { writeBlob } from './write-blob.ts'

let database: TestDatabase
const [mine, other] = [newId('workspace'), newId('workspace')]

beforeAll(async () => {
  database = await createTestDatabase()
  await asEngine(database.db, tx =>
    sql`insert into fairlead.workspace (id, name) values (${mine}, 'Mine'), (${other}, 'Other')`.execute(tx),
  )
})
afterAll(() => database.close())

function write(content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, workspaceId = mine, limit = 1e9) {
  return asWeb(database.db, workspaceId, tx => writeBlob(tx, { workspaceId, content, limit }))
}

async function chunksOf(name: BlobName): Promise<number> {
  const found = await asEngine(database.db, tx =>
    sql<{ count: number }>`select count(*) from fairlead.blob_chunk
      where workspace_id = ${name.workspaceId} and sha256 = ${name.sha256}`.execute(tx),
  )
  return found.rows[0]?.count ?? 0
}

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

test.each([
  0,
  1,
  chunkBytes - 1,
  chunkBytes,
  chunkBytes + 1,
  4 * chunkBytes,
  4 * chunkBytes + 1,
  9 * chunkBytes + 7,
])('%i bytes come back as they went, in whatever pieces they came', async size => {
  const bytes = randomBytes(size)
  const name = await write(inPieces(bytes, 70_001))
  expect(name.sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
  expect(name.size).toBe(size)
  expect((await buffer(readBlob(database.db, name))).equals(bytes)).toBe(true)
  expect(await chunksOf(name)).toBe(Math.ceil(size / chunkBytes))
  expect(await asWeb(database.db, mine, tx => findBlob(tx, name))).toEqual({ size })
})

test('the same bytes are kept once in a workspace, also when written at the same time', async () => {
  const bytes = randomBytes(6 * chunkBytes)
  const names = await Promise.all([write([bytes]), write([bytes]), write([bytes])])
  expect(new Set(names.map(name => name.sha256)).size).toBe(1)
  expect(names[0] && (await chunksOf(names[0]))).toBe(6)
  const drafts = await asEngine(database.db, tx =>
    sql`select from fairlead.blob where sha256 like 'draft%'`.execute(tx),
  )
  expect(drafts.rows).toEqual([])
})

test('another workspace does not see them', async () => {
  const name = await write([Buffer.from('private')])
  expect(await asWeb(database.db, other, tx => findBlob(tx, name))).toBeNull()
  await expect(buffer(readBlob(database.db, { ...name, workspaceId: other }))).rejects.toThrow('not there')
  expect(await asWeb(database.db, other, tx => removeBlob(tx, name))).toBe(false)
})

test('a source that fails half way, or is too large, leaves nothing', async () => {
  const before = await countBlobs()
  async function* breaking(): AsyncGenerator<Buffer> {
    yield randomBytes(6 * chunkBytes)
    throw new Error('the client went away')
  }
  await expect(write(breaking())).rejects.toThrow('went away')
  await expect(write([randomBytes(5 * chunkBytes)], mine, chunkBytes)).rejects.toThrow(BlobTooLargeError)
  expect(await countBlobs()).toBe(before)
})

test('a blob that lost a chunk is an error, not a shorter file', async () => {
  const name = await write([randomBytes(3 * chunkBytes)])
  await asEngine(database.db, tx =>
    sql`delete from fairlead.blob_chunk where sha256 = ${name.sha256} and n = 2`.execute(tx),
  )
  await expect(buffer(readBlob(database.db, name))).rejects.toThrow(/ends at \d+ of \d+/)
})

test('unused bytes go after seven days; named and rewritten ones stay', async () => {
  const [unused, named, young] = await Promise.all([
    write([Buffer.from('unused')], other),
    write([Buffer.from('named')], other),
    write([Buffer.from('young')], other),
  ])
  await asEngine(database.db, tx =>
    sql`insert into fairlead.inbound_message (workspace_id, id, kind, from_address, sha256)
      values (${other}, ${newId('inbound')}, 'reply', 'a@example.com', ${named.sha256})`.execute(tx),
  )
  await database.setClockOffset(8 * 86_400_000)
  await write([Buffer.from('young')], other)
  await asEngine(database.db, tx => removeUnusedBlobs(tx, 1000))
  const find = (name: BlobName) => asWeb(database.db, other, tx => findBlob(tx, name))
  expect(await find(unused)).toBeNull()
  expect(await find(named)).not.toBeNull()
  expect(await find(young)).not.toBeNull()
  await database.setClockOffset(0)
})

test('the clean-up knows every table that names a blob', async () => {
  const found = await asEngine(database.db, tx =>
    sql<{ name: string }>`select table_name as name from information_schema.columns
      where table_schema = 'fairlead' and column_name = 'sha256' order by 1`.execute(tx),
  )
  expect(found.rows.map(row => row.name)).toEqual(['blob', 'blob_chunk', ...tablesWithBlobs].sort())
})

async function countBlobs(): Promise<number> {
  const found = await asEngine(database.db, tx =>
    sql<{ count: number }>`select count(*) from fairlead.blob`.execute(tx),
  )
  return found.rows[0]?.count ?? 0
}
