import type { AddedFile } from './graph-api.ts'

/** A message in two parts for Graph: MIME that fits into one request, and files that are added to its draft. */
export interface SplitMessage {
  readonly mime: Buffer
  readonly files: readonly AddedFile[]
}

/**
 * Takes the attachments out of a message as renderMessage makes it: multipart/mixed of the content and files in base64
 * (mime-part.ts). A message without such a level stays whole.
 */
export function splitFiles(headers: readonly string[], body: string): SplitMessage {
  const at = headers.findIndex(field => /^content-type:/i.test(field))
  const boundary = /^content-type:\s*multipart\/mixed;\s*boundary="([^"]+)"/i.exec(
    unfold(headers[at] ?? ''),
  )?.[1]
  if (boundary === undefined) return { mime: mimeOf(headers, body), files: [] }
  const parts = body.split(`--${boundary}`).slice(1, -1)
  const [content = '', ...attached] = parts.map(part => part.replace(/^\r\n/, ''))
  const inner = splitPart(content)
  const outer = headers.filter(field => !/^content-/i.test(field))
  return { mime: mimeOf([...outer, ...inner.fields], inner.body), files: attached.map(fileOf) }
}

const mimeOf = (headers: readonly string[], body: string): Buffer =>
  Buffer.from(`${headers.join('\r\n')}\r\n\r\n${body}`)

const unfold = (field: string): string => field.replace(/\r\n(?=[ \t])/g, '')

function splitPart(part: string): { fields: string[]; body: string } {
  const end = part.indexOf('\r\n\r\n')
  const head = end < 0 ? '' : part.slice(0, end)
  return { fields: head.split(/\r\n(?![ \t])/), body: end < 0 ? part : part.slice(end + 4) }
}

function fileOf(part: string): AddedFile {
  const { fields, body } = splitPart(part)
  const fieldOf = (name: string) =>
    unfold(fields.find(field => field.toLowerCase().startsWith(`${name}:`)) ?? '')
  return {
    name: nameIn(fieldOf('content-disposition')),
    contentType:
      /^content-type:\s*([^\s;]+)/i.exec(fieldOf('content-type'))?.[1] ?? 'application/octet-stream',
    content: Buffer.from(body, 'base64'),
  }
}

/** filename*0*=UTF-8''… in sections, filename*=…, or filename="…" (RFC 2231 §3, §4). */
function nameIn(disposition: string): string {
  const coded = [...disposition.matchAll(/filename\*(?:\d+\*)?=(?:UTF-8'')?([^;\s]+)/g)]
    .map(([, text]) => text)
    .join('')
  if (coded !== '') return decodeURIComponent(coded)
  return /filename="((?:[^"\\]|\\.)*)"/.exec(disposition)?.[1] ?? 'attachment'
}
