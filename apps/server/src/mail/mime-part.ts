import { fold, oneLine, RenderError } from './header-field.ts'
import type { BodyPiece } from './message.ts'
import { encodeText } from './transfer-encoding.ts'

/** A node of the MIME tree, already encoded. */
export interface Part {
  readonly headers: readonly string[]
  readonly body: readonly BodyPiece[]
}

export interface Attachment {
  readonly filename: string
  /** e.g. application/pdf; what is no valid type becomes application/octet-stream. */
  readonly contentType: string
  /** Hex of the SHA-256 of the stored bytes. */
  readonly sha256: string
  readonly size: number
  /** For images that the html shows as cid:…; without angle brackets. */
  readonly contentId?: string
}

const mediaType = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,60}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,60}$/
const contentIdText = /^[!-;=?-~]{1,200}$/
const sha256Hex = /^[0-9a-f]{64}$/

/** text/plain or text/html in UTF-8. */
export function textPart(subtype: 'plain' | 'html', text: string): Part {
  const encoded = encodeText(text)
  return {
    headers: [
      `Content-Type: text/${subtype}; charset=utf-8`,
      `Content-Transfer-Encoding: ${encoded.encoding}`,
    ],
    body: [
      { text: encoded.text === '' || encoded.text.endsWith('\r\n') ? encoded.text : `${encoded.text}\r\n` },
    ],
  }
}

/** An attachment whose bytes stay where they are. Throws RenderError on ids that are none. */
export function attachmentPart(attachment: Attachment): Part {
  const { contentId, sha256, size } = attachment
  if (!sha256Hex.test(sha256) || !Number.isSafeInteger(size) || size < 0) {
    throw new RenderError('attachment', 'An attachment needs the SHA-256 and the size of its bytes')
  }
  if (contentId !== undefined && !contentIdText.test(contentId)) {
    throw new RenderError('attachment', 'A content id must be printable ASCII without angle brackets')
  }
  const headers = [`Content-Type: ${typeOf(attachment.contentType)}`, 'Content-Transfer-Encoding: base64']
  const disposition = contentId === undefined ? 'attachment' : 'inline'
  headers.push(fold('Content-Disposition', [` ${disposition};`, ...filenameParameters(attachment.filename)]))
  if (contentId !== undefined) headers.push(`Content-ID: <${contentId}>`)
  return { headers, body: [{ blob: sha256, size }] }
}

/**
 * Parts between boundaries. `=_` cannot occur in base64 or quoted-printable, so no part can hold the boundary; the
 * line end that ends a part belongs to the boundary behind it (RFC 2046 §5.1.1).
 */
export function multipart(subtype: string, parts: readonly Part[], boundary: string): Part {
  const pieces: BodyPiece[] = []
  let text = ''
  for (const part of parts) {
    text += `--${boundary}\r\n${part.headers.join('\r\n')}\r\n\r\n`
    for (const piece of part.body) {
      if ('text' in piece) {
        text += piece.text
      } else {
        pieces.push({ text }, piece)
        text = ''
      }
    }
  }
  pieces.push({ text: `${text}--${boundary}--\r\n` })
  return {
    headers: [fold('Content-Type', [` multipart/${subtype};`, ` boundary="${boundary}"`])],
    body: pieces,
  }
}

/** Composite types may not be base64 (RFC 2045 §6.4), and their name would let a reader run into them. */
function typeOf(contentType: string): string {
  const bare = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  const isComposite = /^(?:multipart|message)\//.test(bare)
  return mediaType.test(bare) && !isComposite ? bare : 'application/octet-stream'
}

/**
 * `filename=` in ASCII for old readers and, where that loses something, `filename*=` in UTF-8, in sections when it
 * is long (RFC 2231 §3, §4.1; RFC 6266 has the same pair). Folders in the name are cut off.
 */
function filenameParameters(name: string): string[] {
  const clean = oneLine(name).split(/[/\\]/).at(-1)?.slice(-200).toWellFormed() || 'attachment'
  const fallback = clean.replace(/[^\x20-\x7e]/gu, '_').replace(/["\\]/g, '_')
  if (fallback === clean && clean.length <= 60) return [` filename="${clean}"`]
  const short =
    fallback.length <= 60 ? fallback : `${fallback.slice(0, 40)}${/\.[^.]{1,15}$/.exec(fallback)?.[0] ?? ''}`
  const coded = encodeURIComponent(clean).replace(
    /['()*!]/g,
    letter => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  const sections = coded.match(/(?:%..|[^%]){1,20}/g) ?? []
  const parameters =
    sections.length === 1
      ? [` filename*=UTF-8''${coded}`]
      : sections.map((section, index) => ` filename*${index}*=${index === 0 ? "UTF-8''" : ''}${section}`)
  return [
    ` filename="${short}";`,
    ...parameters.map((text, index) => (index < parameters.length - 1 ? `${text};` : text)),
  ]
}
