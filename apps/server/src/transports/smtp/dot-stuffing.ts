/** Doubles a dot at the start of a line (RFC 5321 §4.5.2), whatever the chunks cut in two. */
export function createDotStuffer() {
  // The body begins behind the empty line after the headers: at the start of a line.
  let tail = '\r\n'
  return {
    push(chunk: string): string {
      if (chunk === '') return ''
      let stuffed = chunk.includes('\n.') ? chunk.replace(/\r\n\./g, '\r\n..') : chunk
      if (tail.endsWith('\r\n') && chunk.startsWith('.')) stuffed = `.${stuffed}`
      else if (tail.endsWith('\r') && chunk.startsWith('\n.')) stuffed = `\n.${stuffed.slice(1)}`
      tail = (tail + chunk.slice(-2)).slice(-2)
      return stuffed
    },
    /** What ends the message: the dot on a line of its own. */
    end: () => (tail === '\r\n' ? '.\r\n' : '\r\n.\r\n'),
  }
}
