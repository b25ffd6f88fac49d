import type { ReasonCode } from './list.ts'

/**
 * Phrases of replies and the reason they mean.
 *
 * A phrase is lower-case words with single blanks, compared word by word with the reply after everything but
 * letters and digits was dropped: `user unknown` fits `User unknown`, `user-unknown;` and `USER_UNKNOWN`. A
 * word ending in `~` stands for every word that begins so; ` * ` for any words between. Scripts without
 * blanks between words are compared as they stand.
 */
export type PhraseTable = Readonly<Partial<Record<ReasonCode, readonly string[]>>>

export interface PhraseRule {
  readonly code: ReasonCode
  readonly phrase: string
  /** Place in the tables: the first rule that fits speaks. */
  readonly rank: number
  readonly pieces: readonly string[]
}

/** Maps the words of the phrases to the rules worth trying; a reply is compared with a handful of them. */
export interface PhraseIndex {
  readonly rules: readonly PhraseRule[]
  readonly byWord: ReadonlyMap<string, readonly PhraseRule[]>
  /** Rules without one whole word of their own: tried always when the reply is not plain ASCII. */
  readonly foreign: readonly PhraseRule[]
}

/** A reply as words: lower case, only letters and digits, single blanks, one at each end. */
export function toWords(text: string): string {
  return ` ${text
    .toLowerCase()
    .replace(/['’`]/g, '')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim()} `
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII
const plainAscii = /^[\x00-\x7f]*$/

function piecesOf(phrase: string): string[] {
  return phrase.split(' * ').map(piece => {
    if (!plainAscii.test(piece) && !piece.includes(' ')) return piece
    return piece.endsWith('~') ? ` ${piece.slice(0, -1)}` : ` ${piece} `
  })
}

/** The longest whole word of a phrase: the rarest, most likely. */
function keyWord(phrase: string): string {
  let best = ''
  for (const word of phrase.split(' ')) {
    if (word !== '*' && !word.endsWith('~') && plainAscii.test(word) && word.length > best.length) best = word
  }
  return best
}

/** Builds the index of the tables, the earlier table winning over the later. */
export function indexPhrases(tables: readonly PhraseTable[], without?: string): PhraseIndex {
  const rules: PhraseRule[] = []
  for (const table of tables) {
    for (const [code, phrases] of Object.entries(table)) {
      for (const phrase of phrases) {
        if (phrase === without) continue
        rules.push({ code: code as ReasonCode, phrase, rank: rules.length, pieces: piecesOf(phrase) })
      }
    }
  }
  const byWord = new Map<string, PhraseRule[]>()
  const foreign: PhraseRule[] = []
  for (const rule of rules) {
    const key = keyWord(rule.phrase)
    if (key === '') foreign.push(rule)
    else byWord.set(key, [...(byWord.get(key) ?? []), rule])
  }
  return { rules, byWord, foreign }
}

function fits(rule: PhraseRule, words: string): boolean {
  let from = 0
  for (const piece of rule.pieces) {
    const at = words.indexOf(piece, from)
    if (at < 0) return false
    // The blank that ends one piece may begin the next.
    from = at + piece.length - 1
  }
  return true
}

/** The first rule of the index that fits; null when none does. `words` is made by `toWords`. */
export function matchPhrase(index: PhraseIndex, words: string): PhraseRule | null {
  let best: PhraseRule | null = null
  const tried = new Set<string>()
  for (const word of words.split(' ')) {
    if (tried.has(word)) continue
    tried.add(word)
    const candidates = index.byWord.get(word)
    if (candidates === undefined) continue
    for (const rule of candidates) {
      if ((best === null || rule.rank < best.rank) && fits(rule, words)) best = rule
    }
  }
  if (plainAscii.test(words)) return best
  for (const rule of index.foreign) {
    if ((best === null || rule.rank < best.rank) && fits(rule, words)) best = rule
  }
  return best
}
