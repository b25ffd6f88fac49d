/**
 * The bytes of a mail as a string of one character a byte, with LF line ends.
 *
 * One Latin-1 view is made of the whole mail, and every later step cuts pieces from it: V8 keeps such a
 * string at one byte a character and searches it with vector instructions, which no loop over the bytes can
 * match. Charsets are decoded from it part by part, only where text is read.
 *
 * CRLF, LF and lone CR all end a line: some spools keep CR alone.
 */
export function toLines(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  return text.includes('\r') ? text.replaceAll('\r\n', '\n').replaceAll('\r', '\n') : text
}

/** The bytes behind a piece of the Latin-1 view. */
export function toBytes(piece: string): Uint8Array {
  return Buffer.from(piece, 'latin1')
}
