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
  /** Rules of open-ended words only, by the first letters. */
  readonly byPrefix: ReadonlyMap<string, readonly PhraseRule[]>
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

const plainAscii = /^\p{ASCII}*$/u

/** Cuts a phrase at its gaps. */
export function piecesOf(phrase: string): string[] {
  return phrase.split(' * ').map(piece => {
    if (!plainAscii.test(piece) && !piece.includes(' ')) return piece
    return piece.endsWith('~') ? ` ${piece.slice(0, -1)}` : ` ${piece} `
  })
}

/** An open-ended word has at least so many letters before its `~`. */
const prefixLength = 4

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
  const byPrefix = new Map<string, PhraseRule[]>()
  const foreign: PhraseRule[] = []
  for (const rule of rules) {
    const key = keyWord(rule.phrase)
    if (key !== '') byWord.set(key, [...(byWord.get(key) ?? []), rule])
    else if (!plainAscii.test(rule.phrase)) foreign.push(rule)
    else {
      const prefix = rule.phrase.slice(0, prefixLength)
      byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), rule])
    }
  }
  return { rules, byWord, byPrefix, foreign }
}

/** As many letters may stand between the pieces of a phrase: they are of one sentence. */
const maxGap = 80
/** How often the first piece is looked for; more would be bait. */
const maxStarts = 6

/** Whether a phrase stands in a text made by `toWords`. */
export function fits(rule: Pick<PhraseRule, 'pieces'>, words: string): boolean {
  const [first = '', ...rest] = rule.pieces
  let start = words.indexOf(first)
  for (let tries = 0; start >= 0 && tries < maxStarts; tries++) {
    // The blank that ends one piece may begin the next.
    let end = start + first.length - 1
    const whole = rest.every(piece => {
      const at = words.slice(end, end + maxGap + piece.length).indexOf(piece)
      end += at + piece.length - 1
      return at >= 0
    })
    if (whole) return true
    start = words.indexOf(first, start + 1)
  }
  return false
}

/** The first rule of the index that fits; null when none does. `words` is made by `toWords`. */
export function matchPhrase(index: PhraseIndex, words: string): PhraseRule | null {
  let best: PhraseRule | null = null
  const weigh = (candidates: readonly PhraseRule[] | undefined): void => {
    if (candidates === undefined) return
    for (const rule of candidates) {
      if ((best === null || rule.rank < best.rank) && fits(rule, words)) best = rule
    }
  }
  for (const word of new Set(words.split(' '))) {
    weigh(index.byWord.get(word))
    if (word.length > prefixLength) weigh(index.byPrefix.get(word.slice(0, prefixLength)))
  }
  if (!plainAscii.test(words)) weigh(index.foreign)
  return best
}
