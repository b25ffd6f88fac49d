import { decodeCharset } from '../mail/charset.ts'
import { decodeWords, field, type Headers, parameter, readHeaders } from '../mail/headers.ts'
import { htmlToText } from '../mail/html-text.ts'
import { toLines } from '../mail/line-ends.ts'
import { leafParts, mediaType, type Part } from '../mail/parts.ts'
import { decodeTransfer } from '../mail/transfer.ts'
import { cutAtOriginal } from './cut-at-original.ts'
import type { Notice } from './notice.ts'

/** No notice says in more than this what happened; the rest of a text part is left unread. */
const maxText = 200_000
const maxOriginal = 400_000

const returnedTypes = new Set([
  'message/rfc822',
  'message/rfc822-headers',
  'message/global',
  'message/global-headers',
  'text/rfc822-headers',
  'text/rfc822-header',
  'text/rfc822',
  'message/partial',
])

/** Decodes the transfer encoding and charset of a part, as far as its first `limit` bytes. */
export function partText(part: Part, limit = maxText): string {
  const piece = part.body.length > limit ? part.body.slice(0, limit) : part.body
  const bare = decodeTransfer(piece, field(part.headers, 'content-transfer-encoding'))
  return decodeCharset(bare, parameter(part.contentType, 'charset'))
}

/** Lays a mail out for the readers. Linear in its size; never throws. */
export function readNotice(bytes: Uint8Array): Notice {
  const raw = toLines(bytes)
  const headers = readHeaders(raw)
  const contentType = field(headers, 'content-type')
  const body = raw.slice(headers.end)
  const parts = leafParts(headers, body)
  const words = humanText(parts)
  const { text, rest } = cutAtOriginal(words)
  const subject = decodeWords(field(headers, 'subject'))
  return {
    headers,
    type: mediaType(contentType),
    contentType,
    subject,
    lowerSubject: subject.toLowerCase(),
    from: decodeWords(field(headers, 'from')).toLowerCase(),
    parts,
    text,
    lowerText: text.toLowerCase(),
    lines: text.split('\n'),
    originals: returnedHeaders(parts, rest),
    originalText: rest,
    body,
  }
}

function isReport(type: string): boolean {
  return type.startsWith('message/') || returnedTypes.has(type)
}

/** The text parts before the returned message; HTML only where there is no plain text. */
function humanText(parts: readonly Part[]): string {
  const plain: string[] = []
  let html = ''
  for (const part of parts) {
    if (returnedTypes.has(part.type)) break
    if (isReport(part.type)) continue
    if (part.type === 'text/html') html ||= partText(part)
    else if (part.type.startsWith('text/') || part.type === 'unknown/unknown') plain.push(partText(part))
    if (plain.length > 20) break
  }
  const text = plain.join('\n')
  return text.trim() === '' && html !== '' ? htmlToText(html) : text
}

/** Gateways make a file of the returned message; its name says what it was. */
function isReturnedFile(part: Part): boolean {
  if (!part.type.startsWith('application/')) return false
  const name = parameter(part.contentType, 'name')
  const filename = parameter(field(part.headers, 'content-disposition'), 'filename')
  return /\.(?:eml|msg|mht)$|^(?:message|header|original|returned)[\w .-]*$/i.test(filename || name)
}

function returnedHeaders(parts: readonly Part[], rest: string): Headers[] {
  const found: Headers[] = []
  const named = parts.filter(part => returnedTypes.has(part.type))
  for (const part of named.length > 0 ? named : parts.filter(isReturnedFile)) {
    const piece = part.body.length > maxOriginal ? part.body.slice(0, maxOriginal) : part.body
    const bare = decodeTransfer(piece, field(part.headers, 'content-transfer-encoding'))
    const headers = readHeaders(bare)
    if (headers.fields.length > 0) found.push(headers)
    if (found.length >= 10) break
  }
  if (rest !== '') found.push(readHeaders(rest))
  return found
}
