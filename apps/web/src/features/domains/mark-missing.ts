export interface MarkedPart {
  readonly text: string
  readonly isMissing: boolean
  /** Where it begins; a name for lists. */
  readonly at: number
}

/** The wanted text in parts, with those words marked that none of the found texts has. White space belongs to no word. */
export function markMissing(expected: string, found: readonly string[]): readonly MarkedPart[] {
  const there = new Set(found.flatMap(text => text.split(/[\s;]+/)))
  const parts: MarkedPart[] = []
  let at = 0
  for (const text of expected.split(/([\s;]+)/)) {
    if (text !== '') parts.push({ text, isMissing: !/^[\s;]/.test(text) && !there.has(text), at })
    at += text.length
  }
  return parts
}
