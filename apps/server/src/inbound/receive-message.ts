import { createHash, randomUUID } from 'node:crypto'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Bytes of a message that arrived whole and waits to be committed. */
export interface ReceivedMessage {
  readonly size: number
  /** Lower-case hex. */
  readonly sha256: string
  /** From the beginning, as often as asked. */
  content(): AsyncIterable<Uint8Array>
  /** Must be called once nobody reads any more. */
  dispose(): Promise<void>
}

/** The client sent more than the limit; everything it sent was read and thrown away. */
export class MessageTooLargeError extends Error {
  override readonly name = 'MessageTooLargeError'
}

/** Too many large messages are on their way in. */
export class NoRoomError extends Error {
  override readonly name = 'NoRoomError'
}

// Nearly all notices are smaller; a larger one waits in a file that has no name, so that a kill leaves nothing.
const heldBytes = 256 * 1024
const pieceBytes = 256 * 1024

/** How many messages may wait in files at once; shared by all connections. */
export interface SpoolRoom {
  free: number
}

/**
 * Reads a message to its end, whatever becomes of it: SMTP has no way of refusing in the middle. Throws
 * MessageTooLargeError, NoRoomError, or what the stream throws when the client goes away.
 */
export async function receiveMessage(
  stream: AsyncIterable<Uint8Array>,
  options: { limit: number; room: SpoolRoom },
): Promise<ReceivedMessage> {
  const hash = createHash('sha256')
  const spool = new Spool(options.room)
  let size = 0
  let failure: Error | null = null
  try {
    for await (const piece of stream) {
      size += piece.length
      if (failure !== null) continue
      if (size > options.limit) failure = new MessageTooLargeError(`More than ${options.limit} bytes`)
      else if (!(await spool.add(piece))) failure = new NoRoomError('Too many large messages at once')
      else hash.update(piece)
      if (failure !== null) await spool.dispose()
    }
  } catch (error) {
    await spool.dispose()
    throw error
  }
  if (failure !== null) throw failure
  return {
    size,
    sha256: hash.digest('hex'),
    content: () => spool.content(),
    dispose: () => spool.dispose(),
  }
}

class Spool {
  readonly #room: SpoolRoom
  #held: Uint8Array[] = []
  #heldSize = 0
  #file: FileHandle | null = null

  constructor(room: SpoolRoom) {
    this.#room = room
  }

  /** False: it would need a file, and there is no room for one more. */
  async add(piece: Uint8Array): Promise<boolean> {
    this.#held.push(piece)
    this.#heldSize += piece.length
    if (this.#heldSize <= heldBytes) return true
    if (this.#file === null) {
      if (this.#room.free <= 0) return false
      this.#room.free -= 1
      this.#file = await openNameless().catch((error: unknown) => {
        this.#room.free += 1
        throw error
      })
    }
    await this.#flush(this.#file)
    return true
  }

  async *content(): AsyncGenerator<Uint8Array> {
    const file = this.#file
    if (file === null) {
      yield* this.#held
      return
    }
    for (let at = 0; ; ) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(pieceBytes), 0, pieceBytes, at)
      if (bytesRead === 0) break
      at += bytesRead
      yield buffer.subarray(0, bytesRead)
    }
    yield* this.#held
  }

  async dispose(): Promise<void> {
    this.#held = []
    this.#heldSize = 0
    const file = this.#file
    this.#file = null
    if (file === null) return
    this.#room.free += 1
    await file.close()
  }

  async #flush(file: FileHandle): Promise<void> {
    await file.writeFile(Buffer.concat(this.#held))
    this.#held = []
    this.#heldSize = 0
  }
}

async function openNameless(): Promise<FileHandle> {
  const path = join(tmpdir(), `fairlead-inbound-${randomUUID()}`)
  const file = await open(path, 'wx+', 0o600)
  await unlink(path)
  return file
}
