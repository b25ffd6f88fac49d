import type { Messages } from '@lingui/core'

const accented: Readonly<Record<string, string>> = {
  ...{ a: 'á', e: 'ë', i: 'ï', o: 'ô', u: 'ü', c: 'ç', n: 'ñ', y: 'ÿ' },
  ...{ A: 'Å', E: 'É', I: 'Î', O: 'Ø', U: 'Û', C: 'Ç', N: 'Ñ' },
}

/**
 * A made-up language: accents on every vowel and 40 % more length, so that a layout which only just holds English
 * shows, and so does a text that did not come from the catalogue.
 */
export function lengthen(messages: Messages): Messages {
  return Object.fromEntries(
    Object.entries(messages).map(([id, message]) => [id, longer(message)]),
  ) as Messages
}

/** Compiled messages are lists of text and of [name, kind, forms]; only text grows, tags such as <0> stay. */
function longer(message: unknown): unknown {
  if (typeof message === 'string') return longerText(message)
  if (!Array.isArray(message)) return message
  return message.map(part => (typeof part === 'string' ? longerText(part) : longerForms(part)))
}

function longerForms(part: unknown): unknown {
  if (!Array.isArray(part)) return part
  return part.map((value: unknown, at) => {
    if (at < 2 || typeof value !== 'object' || value === null) return value
    const grown = Object.entries(value).map(([form, text]) => [form, form === 'offset' ? text : longer(text)])
    return Object.fromEntries(grown)
  })
}

function longerText(text: string): string {
  const words = text.split(/(<[^>]*>)/).map(part => (part.startsWith('<') ? part : accent(part)))
  const extra = Math.ceil(text.replace(/<[^>]*>/g, '').trim().length * 0.4)
  return /\p{L}/u.test(text) ? `${words.join('')}${padding(extra)}` : text
}

const accent = (text: string): string => text.replace(/[a-zA-Z]/g, letter => accented[letter] ?? letter)

/** In pieces as long as words, so that lines break as they do in a language. */
const padding = (length: number): string =>
  Array.from({ length }, (_, at) => (at % 8 === 7 ? ' ' : '~')).join('')
