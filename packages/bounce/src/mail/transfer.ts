const softBreak = /[ \t]*=[ \t]*\n/g
const escaped = /=([0-9A-Fa-f]{2})/g
const notBase64 = /[^A-Za-z0-9+/]+/g

/** Undoes quoted-printable (RFC 2045 §6.7) on the Latin-1 view; a stray `=` stays as it is. */
export function decodeQuotedPrintable(piece: string): string {
  if (!piece.includes('=')) return piece
  return piece
    .replace(softBreak, '')
    .replace(escaped, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

/** Undoes base64 (RFC 2045 §6.8), skipping what does not belong to it. */
export function decodeBase64(piece: string): string {
  return Buffer.from(piece.replace(notBase64, ''), 'base64').toString('latin1')
}

/** Undoes a content transfer encoding; an unknown one is taken as none. */
export function decodeTransfer(piece: string, encoding: string): string {
  const name = encoding.trim().toLowerCase()
  if (name.startsWith('quoted-printable')) return decodeQuotedPrintable(piece)
  if (name.startsWith('base64')) return decodeBase64(piece).replace(/\r\n?/g, '\n')
  return piece
}
