const segments = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** At most two letters for a name or an address: "Ines Calder" → IC. Counts what a reader calls a letter. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean)
  const picked = words.length > 1 ? [words[0], words.at(-1)] : words
  return (
    picked
      .map(word => firstLetter(word ?? ''))
      .join('')
      .toUpperCase() || '?'
  )
}

function firstLetter(word: string): string {
  for (const { segment } of segments.segment(word)) if (/[\p{L}\p{N}]/u.test(segment)) return segment
  return ''
}
