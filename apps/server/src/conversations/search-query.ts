const mostWords = 10

/**
 * The words of a search as a tsquery: each may be the beginning of a word, all must be there. Null when there is
 * nothing to look for. Signs part words, as they do in fairlead.search_vector().
 */
export function searchQuery(text: string): string | null {
  const words = text.normalize('NFC').match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
  if (words.length === 0) return null
  return words
    .slice(0, mostWords)
    .map(word => `'${word}':*`)
    .join(' & ')
}
