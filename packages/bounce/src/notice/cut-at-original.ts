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

/** Parts the text of a notice from the returned message that follows a marker line in it. */
export function cutAtOriginal(text: string): { text: string; rest: string } {
  let at = 0
  while (at < text.length) {
    let end = text.indexOf('\n', at)
    if (end < 0) end = text.length
    if (end - at > 10 && end - at < 200) {
      const line = text.slice(at, end).replace(decoration, '').toLowerCase()
      const markers = markersByFirstWord.get(firstWord(line))
      if (markers?.some(marker => line.startsWith(marker))) {
        return { text: text.slice(0, at), rest: text.slice(Math.min(end + 1, text.length)) }
      }
    }
    at = end + 1
  }
  return { text, rest: '' }
}
