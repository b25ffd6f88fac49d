import { randomUUID } from 'node:crypto'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** An upload that has come whole, on disk, without a name there: it is gone when it is closed, or when we are killed. */
export interface Spooled {
  readonly size: number
  read(): AsyncIterable<Uint8Array>
  close(): Promise<void>
}

/** More came than may. */
export class UploadTooLargeError extends Error {
  override readonly name = 'UploadTooLargeError'
  readonly size: number

  constructor(size: number) {
    super(`more than allowed: ${size} octets so far`)
    this.size = size
  }
}

/**
 * Takes an upload as slowly as it comes, a piece in memory at a time, so that no transaction waits for a network.
 * Throws UploadTooLargeError with the first piece beyond `limit` octets, and what the source throws.
 */
export async function spoolUpload(source: AsyncIterable<Uint8Array>, limit: number): Promise<Spooled> {
  const path = join(tmpdir(), `fairlead-upload-${randomUUID()}`)
  const file = await open(path, 'wx+', 0o600)
  let isOpen = true
  const close = async (): Promise<void> => {
    if (!isOpen) return
    isOpen = false
    await file.close()
    await unlink(path).catch(() => undefined)
  }
  // Windows keeps the name of an open file; there close takes it away.
  await unlink(path).catch(() => undefined)
  try {
    const size = await fill(file, source, limit)
    return { size, close, read: () => readFile(file) }
  } catch (error) {
    await close()
    throw error
  }
}

async function fill(file: FileHandle, source: AsyncIterable<Uint8Array>, limit: number): Promise<number> {
  let size = 0
  for await (const piece of source) {
    size += piece.length
    if (size > limit) throw new UploadTooLargeError(size)
    await file.writeFile(piece)
  }
  return size
}

const pieceBytes = 262_144

/** From its beginning, however often it is asked for: the handle's own streams share one place and one end. */
async function* readFile(file: FileHandle): AsyncGenerator<Uint8Array> {
  for (let at = 0; ; ) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(pieceBytes), 0, pieceBytes, at)
    if (bytesRead === 0) return
    at += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}
