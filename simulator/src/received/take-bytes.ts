import { createWriteStream } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

const inMemoryBytes = 256 * 1024
/** The header of any message that makes sense ends well before. */
export const headBytes = 128 * 1024

/** What was written to `path`: how much, and the beginning of it. */
export interface TakenBytes {
  readonly size: number
  readonly head: Buffer
}

/**
 * Writes a message to `path` as it arrives. Small ones take one write; of large ones at most 256 KB are in memory.
 * A stream that breaks leaves no file.
 * @throws what the stream or the disk says.
 */
export async function takeBytes(stream: AsyncIterable<Buffer>, path: string): Promise<TakenBytes> {
  const chunks: Buffer[] = []
  let size = 0
  let isLarge = false
  const incoming = stream[Symbol.asyncIterator]()
  for (let next = await incoming.next(); !next.done; next = await incoming.next()) {
    chunks.push(next.value)
    size += next.value.length
    isLarge = size > inMemoryBytes
    if (isLarge) break
  }
  const start = Buffer.concat(chunks)
  const head = Buffer.from(start.subarray(0, headBytes))
  if (!isLarge) {
    await writeFile(path, start)
    return { size, head }
  }
  async function* all(): AsyncGenerator<Buffer> {
    yield start
    for (let next = await incoming.next(); !next.done; next = await incoming.next()) {
      size += next.value.length
      yield next.value
    }
  }
  try {
    await pipeline(Readable.from(all()), createWriteStream(path))
  } catch (error) {
    await rm(path, { force: true })
    throw error
  }
  return { size, head }
}
