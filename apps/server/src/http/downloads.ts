/** Of html that strangers wrote: it is shown inside our own pages alone, and can do nothing there. */
export const framedHeaders = {
  'content-security-policy':
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'SAMEORIGIN',
  'content-disposition': 'inline',
} as const

/** Bytes that strangers wrote, never shown by the browser itself, whatever they call themselves. */
export function downloadOf(bytes: Uint8Array, filename: string) {
  const ascii = filename.replace(/[^\w. -]/g, '_').slice(-100)
  const name = encodeURIComponent(filename.toWellFormed().slice(-100)).replace(
    /['()*]/g,
    sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return {
    headers: {
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      // RFC 6266 §4.3
      'content-disposition': `attachment; filename="${ascii}"; filename*=UTF-8''${name}`,
    } as const,
    body: new Blob([Uint8Array.from(bytes)], { type: 'application/octet-stream' }),
  }
}

/** A picture of ours by its first octets: shown inside our pages, never as a page of its own. */
export function pictureOf(bytes: Uint8Array, contentType: string) {
  return {
    headers: {
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, max-age=3600',
    } as const,
    body: new Blob([Uint8Array.from(bytes)], { type: contentType }),
  }
}
