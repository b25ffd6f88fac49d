const shifted = /\+([A-Za-z0-9+/]*)-?/g

/** Decodes UTF-7 (RFC 2152), which old Exchange servers still write and which no TextDecoder knows. */
export function decodeUtf7(piece: string): string {
  return piece.replace(shifted, (_whole, code: string) => {
    if (code === '') return '+'
    const bytes = Buffer.from(code, 'base64')
    let out = ''
    for (let at = 0; at + 1 < bytes.length; at += 2) out += String.fromCharCode(bytes.readUInt16BE(at))
    return out
  })
}
