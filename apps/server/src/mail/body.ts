import { createHash } from 'node:crypto'
import type { BodyPiece } from './message.ts'
import { base64Size, base64Stream } from './transfer-encoding.ts'

/** Reads the octets of a stored blob by the hex of their SHA-256. */
export type ReadBlob = (sha256: string) => AsyncIterable<Uint8Array>

const chunkLength = 65_536

/**
 * The body as it stands on the wire, in chunks of at most 64 KB. Throws when a blob is not as long as its piece
 * says: the message would not be the one whose size was announced and whose hash was signed.
 */
export async function* openBody(pieces: readonly BodyPiece[], readBlob: ReadBlob): AsyncGenerator<string> {
  for (const piece of pieces) {
    if ('text' in piece) {
      for (let at = 0; at < piece.text.length; at += chunkLength) yield piece.text.slice(at, at + chunkLength)
    } else {
      yield* base64Stream(ofSize(readBlob(piece.blob), piece))
    }
  }
}

/** Octets of the body on the wire. */
export function bodySize(pieces: readonly BodyPiece[]): number {
  return pieces.reduce(
    (sum, piece) => sum + ('text' in piece ? piece.text.length : base64Size(piece.size)),
    0,
  )
}

/**
 * base64 of SHA-256 over the body in relaxed canonicalisation (RFC 6376 §3.4.4). Pieces end at line ends and
 * quoted-printable leaves no white space there, so only runs of white space and empty last lines are to be mended.
 */
export async function hashBody(pieces: readonly BodyPiece[], readBlob: ReadBlob): Promise<string> {
  const hash = createHash('sha256')
  for (const piece of pieces) {
    if ('text' in piece) hash.update(relaxed(piece.text, piece === pieces.at(-1)), 'latin1')
    else for await (const lines of openBody([piece], readBlob)) hash.update(lines, 'latin1')
  }
  return hash.digest('base64')
}

function relaxed(text: string, isLast: boolean): string {
  const collapsed = text.replace(/[ \t]{2,}|\t/g, ' ')
  if (!isLast || !collapsed.endsWith('\r\n\r\n')) return collapsed === '\r\n' && isLast ? '' : collapsed
  const trimmed = collapsed.replace(/(?:\r\n)+$/, '')
  return trimmed === '' ? '' : `${trimmed}\r\n`
}

async function* ofSize(
  octets: AsyncIterable<Uint8Array>,
  expected: { readonly blob: string; readonly size: number },
): AsyncGenerator<Uint8Array> {
  let seen = 0
  for await (const chunk of octets) {
    seen += chunk.length
    if (seen > expected.size) break
    yield chunk
  }
  if (seen !== expected.size) {
    throw new Error(
      `Blob ${expected.blob} should have ${expected.size} octets and has ${seen > expected.size ? 'more' : seen}`,
    )
  }
}
