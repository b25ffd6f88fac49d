import type { Mailbox } from './message.ts'

/**
 * Header fields as they stand on the wire: folded at 76 columns, 7-bit with RFC 2047 words, and nothing that came
 * from outside can end a line. Decided per field: text for people (subject, names) has its control characters
 * turned into spaces; what machines read (names of fields, ids, types) is refused instead.
 */

/** A message that cannot be built from this input. */
export class RenderError extends Error {
  readonly code: 'header-name' | 'header-value' | 'attachment'
  constructor(code: RenderError['code'], message: string) {
    super(message)
    this.name = 'RenderError'
    this.code = code
  }
}

const lineLength = 76
/** RFC 2047 §2 allows 75; this much fits behind `Subject:` on the first line. */
const wordLength = 60
/** RFC 5322 §2.1.1 allows 998 with the rest of the line. */
const longestToken = 900
const printable = /^[\x20-\x7e]*$/
const atoms = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+$/
const fieldName = /^[A-Za-z0-9][A-Za-z0-9-]{0,60}$/
// Fields of our own making, or that a server on the way must not find made up.
const ownFields =
  /^(from|to|cc|bcc|sender|reply-to|subject|date|message-id|in-reply-to|references|mime-version|content-.*|dkim-signature|received.*|return-path|resent-.*|authentication-results|arc-.*)$/i

/** Text for people on one line: every control character and line separator is a space, ends are cut. */
export function oneLine(text: string): string {
  const flat = text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim()
  return flat.isWellFormed() ? flat : flat.toWellFormed()
}

/** `Subject` and other free text; encoded as RFC 2047 words where it is not plain ASCII. */
export function textField(name: string, value: string): string {
  const text = oneLine(value)
  return fold(name, isPlain(text) ? tokensOf(text) : encodedWords(text))
}

/** A field of the caller's own, e.g. X-Fairlead-Ref or List-Unsubscribe. ASCII stands as it is. */
export function extraField(name: string, value: string): string {
  if (!fieldName.test(name) || ownFields.test(name)) {
    throw new RenderError('header-name', `This header cannot be set: ${oneLine(name).slice(0, 80)}`)
  }
  const text = oneLine(value)
  if (!printable.test(text)) return fold(name, encodedWords(text))
  const tokens = tokensOf(text)
  if (tokens.some(token => token.length > longestToken)) {
    throw new RenderError(
      'header-value',
      `The header ${name} holds a word longer than ${longestToken} characters`,
    )
  }
  return fold(name, tokens)
}

/** From, To, Cc, Reply-To. Addresses that need SMTPUTF8 stand in raw UTF-8 (RFC 6532). */
export function mailboxField(name: string, mailboxes: readonly Mailbox[]): string {
  const tokens: string[] = []
  mailboxes.forEach((mailbox, index) => {
    const comma = index < mailboxes.length - 1 ? ',' : ''
    const phrase = phraseOf(oneLine(mailbox.name))
    tokens.push(...phrase)
    tokens.push(phrase.length > 0 ? ` <${mailbox.address}>${comma}` : ` ${mailbox.address}${comma}`)
  })
  return fold(name, tokens)
}

/** Message-ID, In-Reply-To, References; ids come without angle brackets and are checked by `readMessageId`. */
export function idsField(name: string, ids: readonly string[]): string {
  return fold(
    name,
    ids.map(id => ` <${id}>`),
  )
}

/** Joins tokens, each with its leading white space, into lines of at most 76 columns where they allow it. */
export function fold(name: string, tokens: readonly string[]): string {
  let field = `${name}:`
  let column = field.length
  for (const token of tokens) {
    const isFirst = column === name.length + 1 && field.length === column
    if (column + token.length > lineLength && !(isFirst && token.length > lineLength)) {
      field += '\r\n'
      column = 0
    }
    field += token
    column += token.length
  }
  return field
}

function isPlain(text: string): boolean {
  if (!printable.test(text) || text.includes('=?')) return false
  return text.length < lineLength || !/[^ ]{75}/.test(text)
}

/** Words, each with the spaces before it, so that a line never holds white space alone. */
function tokensOf(text: string): string[] {
  if (text === '') return []
  return ` ${text}`.match(/ +[^ ]+/g) ?? []
}

function phraseOf(name: string): string[] {
  if (name === '') return []
  if (name.includes('=?') || name.length > wordLength || !printable.test(name)) return encodedWords(name)
  if (atoms.test(name) && !name.includes('  ')) return tokensOf(name)
  return tokensOf(`"${name.replace(/["\\]/g, '\\$&')}"`)
}

/** RFC 2047 words in UTF-8, Q or B, whichever is shorter; no character is cut in two. */
export function encodedWords(text: string): string[] {
  const octets = Buffer.byteLength(text)
  const escaped = octets - (text.match(/[A-Za-z0-9!*+/ -]/g)?.length ?? 0)
  const isQ = octets + 2 * escaped <= Math.ceil(octets / 3) * 4
  const room = isQ ? wordLength - 12 : ((wordLength - 12) / 4) * 3
  const words: string[] = []
  let held = ''
  let used = 0
  for (const character of text) {
    const piece = isQ ? qEncode(character) : character
    const width = isQ ? piece.length : Buffer.byteLength(character)
    if (used + width > room) {
      words.push(held)
      held = ''
      used = 0
    }
    held += piece
    used += width
  }
  words.push(held)
  if (isQ) return words.map(word => ` =?UTF-8?Q?${word}?=`)
  return words.map(word => ` =?UTF-8?B?${Buffer.from(word).toString('base64')}?=`)
}

function qEncode(character: string): string {
  if (character === ' ') return '_'
  if (/^[A-Za-z0-9!*+/-]$/.test(character)) return character
  let coded = ''
  for (const octet of Buffer.from(character)) coded += `=${octet.toString(16).toUpperCase().padStart(2, '0')}`
  return coded
}
