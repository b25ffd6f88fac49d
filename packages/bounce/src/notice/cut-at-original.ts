import { field, readHeaders } from '../mail/headers.ts'
import { originalMarkers } from './original-markers.ts'

const decoration = /^[\s\-*=+#|_>.]+/

/** By first word, so that a line is compared with the few markers that could match it. */
export const markersByFirstWord = new Map<string, string[]>()
for (const [marker] of originalMarkers) {
  const word = firstWord(marker)
  markersByFirstWord.set(word, [...(markersByFirstWord.get(word) ?? []), marker])
}

function firstWord(line: string): string {
  const space = line.indexOf(' ')
  return space < 0 ? line : line.slice(0, space)
}

/** How a returned message begins that no marker announces: by the first fields of its header. */
const firstFields = /^(?:received|return-path|message-id|delivered-to|x-original-to):/i
/** So many false starts end the search; more would be bait. */
const maxStarts = 20

/** Whether a mail's header stands here: several fields, one of them its sender's, and no report's. */
function isHeaderBlock(text: string, at: number): boolean {
  const headers = readHeaders(text, at, Math.min(text.length, at + 20_000))
  if (headers.fields.length < 4 || field(headers, 'from') === '') return false
  return (
    field(headers, 'final-recipient') === '' && !/\nfinal-recipient[ \t]*:/i.test(text.slice(headers.end))
  )
}

/** Parts the text of a notice from the returned message that follows a marker line in it, or its own header. */
export function cutAtOriginal(text: string): { text: string; rest: string } {
  let at = 0
  let starts = 0
  while (at < text.length) {
    let end = text.indexOf('\n', at)
    if (end < 0) end = text.length
    if (end - at > 10 && end - at < 200) {
      const line = text.slice(at, end).replace(decoration, '').toLowerCase()
      const markers = markersByFirstWord.get(firstWord(line))
      if (markers?.some(marker => line.startsWith(marker))) {
        return { text: text.slice(0, at), rest: text.slice(Math.min(end + 1, text.length)) }
      }
      const mayBegin = starts < maxStarts && firstFields.test(line) && text.slice(0, at).trim() !== ''
      if (mayBegin) starts++
      if (mayBegin && isHeaderBlock(text, at)) {
        return { text: text.slice(0, at), rest: text.slice(at) }
      }
    }
    at = end + 1
  }
  return { text, rest: '' }
}
