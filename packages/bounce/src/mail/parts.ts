import { field, type Headers, parameter, readHeaders } from './headers.ts'

/** A leaf of the MIME tree. `body` is a piece of the Latin-1 view, still encoded. */
export interface Part {
  readonly headers: Headers
  /** Media type in lower case without parameters; `text/plain` when absent. */
  readonly type: string
  readonly contentType: string
  readonly body: string
}

/** Deeper nesting and more parts than these are attacks: what lies beyond is left unread. */
const maxDepth = 12
const maxParts = 300

/** Media type of a Content-Type value, in lower case. */
export function mediaType(contentType: string): string {
  const semicolon = contentType.indexOf(';')
  const bare = (semicolon < 0 ? contentType : contentType.slice(0, semicolon)).trim().toLowerCase()
  return bare === '' ? 'text/plain' : bare
}

/** Cuts a body at its boundary (RFC 2046 §5.1.1); an empty list when the boundary never stands in it. */
function cut(body: string, boundary: string): string[] {
  const delimiter = `--${boundary}`
  const pieces: string[] = []
  let open = -1
  let at = body.startsWith(delimiter) ? 0 : body.indexOf(`\n${delimiter}`) + 1
  if (at === 0 && !body.startsWith(delimiter)) return pieces
  while (pieces.length < maxParts) {
    const after = at + delimiter.length
    const next = body.charCodeAt(after)
    const closes = body.startsWith('--', after)
    // A longer boundary that begins with this one is another multipart's.
    if (Number.isNaN(next) || closes || next === 10 || next === 32 || next === 9) {
      if (open >= 0) pieces.push(body.slice(open, Math.max(open, at - 1)))
      const lineEnd = body.indexOf('\n', after)
      open = lineEnd < 0 || closes ? -1 : lineEnd + 1
      if (closes) return pieces
    }
    const found = body.indexOf(`\n${delimiter}`, after)
    if (found < 0) break
    at = found + 1
  }
  if (open >= 0 && pieces.length < maxParts) pieces.push(body.slice(open))
  return pieces
}

const boundaryLine = /(?:^|\n)--([^\s-][^\n]{0,100}|-[^\n]{0,100})\n(?=content-)/i

/** The boundary of a multipart whose header lost or misquotes it, guessed from the first delimiter line. */
function guessBoundary(body: string): string {
  return boundaryLine.exec(body.slice(0, 20_000))?.[1]?.trim() ?? ''
}

/** The leaves of a mail in order, message/rfc822 and other message types unopened. */
export function leafParts(headers: Headers, body: string): Part[] {
  const parts: Part[] = []
  collect(headers, body, 0, parts)
  return parts
}

function collect(headers: Headers, body: string, depth: number, parts: Part[]): void {
  if (parts.length >= maxParts) return
  const contentType = field(headers, 'content-type')
  const type = mediaType(contentType)
  if (type.startsWith('multipart/') && depth < maxDepth) {
    const pieces = cutMultipart(body, parameter(contentType, 'boundary'))
    if (pieces.length > 0) {
      for (const piece of pieces) {
        const inner = readHeaders(piece)
        collect(inner, partBody(piece, inner), depth + 1, parts)
      }
      return
    }
  }
  parts.push({ headers, type: type.startsWith('multipart/') ? 'text/plain' : type, contentType, body })
}

/** A part may have no header at all: it then starts with a blank line (RFC 2046 §5.1). */
function partBody(piece: string, headers: Headers): string {
  if (headers.fields.length === 0 || piece.startsWith('\n')) return piece
  return piece.slice(headers.end)
}

function cutMultipart(body: string, boundary: string): string[] {
  if (boundary !== '') {
    const pieces = cut(body, boundary)
    if (pieces.length > 0) return pieces
  }
  const guessed = guessBoundary(body)
  return guessed === '' ? [] : cut(body, guessed)
}
