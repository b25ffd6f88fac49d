import { decodeCharset } from './charset.ts'
import { decodeBase64, decodeQuotedPrintable } from './transfer.ts'

/** Headers of one mail or part: names in lower case, values unfolded and still encoded. */
export interface Headers {
  readonly fields: readonly (readonly [name: string, value: string])[]
  /** Where the body starts in the text that was read. */
  readonly end: number
}

/** Beyond these a header block is an attack; what follows is left unread. */
const maxFields = 2000
const maxFieldLength = 100_000

const fieldStart = /^([\x21-\x39\x3b-\x7e]+)[ \t]*:/
const looksLikeField = /^[A-Za-z][A-Za-z0-9_-]*[ \t]*:/

const isBlank = (text: string, from: number, to: number): boolean => {
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at)
    if (code !== 32 && code !== 9) return false
  }
  return true
}

/**
 * Reads a header block (RFC 5322 §2.2) from `start`. Tolerates a leading mbox `From ` line, blank lines before
 * the first field, space before the colon, and single stray lines between fields.
 */
export function readHeaders(text: string, start = 0, stop = text.length): Headers {
  const fields: [string, string][] = []
  let at = start
  while (at < stop) {
    let end = text.indexOf('\n', at)
    if (end < 0 || end > stop) end = stop
    if (isBlank(text, at, end)) {
      at = Math.min(end + 1, stop)
      if (fields.length === 0 && at < stop) continue
      return { fields, end: at }
    }
    const first = text.charCodeAt(at)
    const last = fields[fields.length - 1]
    if ((first === 32 || first === 9) && last) {
      if (last[1].length < maxFieldLength) last[1] = `${last[1]} ${text.slice(at, end).trim()}`
    } else if (!pushField(fields, text.slice(at, Math.min(end, at + maxFieldLength)))) {
      if (!isStray(text, at, end, stop)) return { fields, end: at }
    }
    at = Math.min(end + 1, stop)
  }
  return { fields, end: stop }
}

function pushField(fields: [string, string][], line: string): boolean {
  const match = fieldStart.exec(line)
  if (match === null) return false
  if (fields.length < maxFields)
    fields.push([(match[1] ?? '').toLowerCase(), line.slice(match[0].length).trim()])
  return true
}

/** A line that is no field, yet stands among fields: the mbox line, or damage. */
function isStray(text: string, at: number, end: number, stop: number): boolean {
  if (text.startsWith('From ', at) || text.startsWith('>From ', at)) return true
  if (end + 1 >= stop || text.startsWith('--', at)) return false
  return looksLikeField.test(text.slice(end + 1, Math.min(end + 80, stop)))
}

/** The first value of a field, or an empty string. */
export function field(headers: Headers, name: string): string {
  for (const entry of headers.fields) if (entry[0] === name) return entry[1]
  return ''
}

/** Every value of a field, in order. */
export function fieldValues(headers: Headers, name: string): string[] {
  const values: string[] = []
  for (const entry of headers.fields) if (entry[0] === name) values.push(entry[1])
  return values
}

const encodedWord = /=\?([^?\s]{1,60})\?([bBqQ])\?([^?]{0,2000})\?=/g

/** Decodes encoded words (RFC 2047) in a header value; adjacent ones are joined. */
export function decodeWords(value: string): string {
  if (!value.includes('=?')) return decodeCharset(value, '')
  const joined = value.replace(/\?=\s+=\?/g, '?==?')
  return joined.replace(encodedWord, (_whole, charset: string, kind: string, body: string) => {
    const octets =
      kind.toLowerCase() === 'b' ? decodeBase64(body) : decodeQuotedPrintable(body.replaceAll('_', ' '))
    return decodeCharset(octets, charset.split('*')[0] ?? '')
  })
}

/** A parameter of a structured header such as Content-Type; an empty string when absent. */
export function parameter(value: string, name: string): string {
  const lower = value.toLowerCase()
  let from = lower.indexOf(name)
  while (from >= 0) {
    const match = /^[ \t]*=[ \t]*(?:"([^"]*)"?|([^\s;]*))/.exec(
      value.slice(from + name.length, from + name.length + 400),
    )
    const before = from === 0 ? ';' : (lower[from - 1] ?? ';')
    if (match !== null && /[\s;"]/.test(before)) return (match[1] ?? match[2] ?? '').trim()
    from = lower.indexOf(name, from + 1)
  }
  return ''
}
