import { toBytes } from './line-ends.ts'
import { decodeUtf7 } from './utf7.ts'

/** Labels seen in returned mail that the Encoding Standard does not know, and what they stand for. */
export const charsetNames: Readonly<Record<string, string>> = {
  'iso-2022-jp-1': 'iso-2022-jp',
  'iso-2022-jp-2': 'iso-2022-jp',
  'iso-2022-jp-ms': 'iso-2022-jp',
  cp50220: 'iso-2022-jp',
  cp50221: 'iso-2022-jp',
  cp50222: 'iso-2022-jp',
  iso2022jp: 'iso-2022-jp',
  'iso-2022jp': 'iso-2022-jp',
  jis: 'iso-2022-jp',
  cp932: 'shift_jis',
  'sjis-win': 'shift_jis',
  'x-sjis-jp': 'shift_jis',
  eucjp: 'euc-jp',
  'eucjp-ms': 'euc-jp',
  cp51932: 'euc-jp',
  'x-euc': 'euc-jp',
  euckr: 'euc-kr',
  cp949: 'euc-kr',
  ms949: 'euc-kr',
  uhc: 'euc-kr',
  cp936: 'gbk',
  'hz-gb-2312': 'gbk',
  'euc-cn': 'gbk',
  cp950: 'big5',
  ms950: 'big5',
  utf8mb4: 'utf-8',
  'utf-8n': 'utf-8',
  utf_8: 'utf-8',
  cp65001: 'utf-8',
  'win-1250': 'windows-1250',
  'win-1251': 'windows-1251',
  win1251: 'windows-1251',
  windows1251: 'windows-1251',
  'win-1252': 'windows-1252',
  windows1252: 'windows-1252',
  windows1256: 'windows-1256',
  cp850: 'windows-1252',
  cp437: 'windows-1252',
  cp858: 'windows-1252',
  'latin-1': 'windows-1252',
  latin: 'windows-1252',
  ansi: 'windows-1252',
  default: 'windows-1252',
  default_charset: 'windows-1252',
  unknown: 'windows-1252',
  'unknown-8bit': 'windows-1252',
  'x-unknown': 'windows-1252',
  '8bit': 'windows-1252',
  us_ascii: 'windows-1252',
  usascii: 'windows-1252',
  'ascii-us': 'windows-1252',
  'en-us': 'windows-1252',
  'iso-8859': 'windows-1252',
  iso8859: 'windows-1252',
  koi8r: 'koi8-r',
  koi8u: 'koi8-u',
  tis620: 'windows-874',
}

/** Families of names that are written in many ways: `cp-1251`, `x-windows-1252`, `iso8859-15`, `UTF_8`. */
const families: readonly (readonly [spelling: RegExp, name: string])[] = [
  [/^(?:x-|cs)?(?:cp|ms|win|windows|microsoft-cp|ibm)[-_ ]?(125[0-8]|874)$/, 'windows-$1'],
  [/^(?:x-|cs)?iso[-_ ]?8859[-_ ]?(1[0-6]|[1-9])(?:[-_: ].*)?$/, 'iso-8859-$1'],
  [/^(?:x-|cs)?utf[-_ ]?8(?:[-_: ].*)?$/, 'utf-8'],
  [/^(?:x-|cs)?koi[-_ ]?8[-_ ]?(r|u)$/, 'koi8-$1'],
  [/^(?:x-|cs)?(?:ks[-_]c[-_]?5601.*|ksc[-_]?5601.*)$/, 'euc-kr'],
  [/^(?:x-|cs)?(?:shift[-_ ]?jis|s[-_]jis|sjis).*$/, 'shift_jis'],
  [/^(?:x-|cs)?(?:gb[-_]?2312.*|gb[-_]?k|chinese)$/, 'gbk'],
  [/^(?:x-|cs)?big[-_]?5.*$/, 'big5'],
]

/** A name that the Encoding Standard knows, for one that it does not. */
function regularName(label: string): string {
  const family = families.find(([spelling]) => spelling.test(label))
  return family === undefined ? label : label.replace(family[0], family[1])
}

const decoders = new Map<string, TextDecoder | null>()

function decoderFor(label: string): TextDecoder | null {
  const known = decoders.get(label)
  if (known !== undefined) return known
  let made: TextDecoder | null = null
  for (const name of [charsetNames[label] ?? label, regularName(label)]) {
    try {
      made ??= new TextDecoder(name)
    } catch {
      // A label that nobody knows: read as UTF-8 where that is valid, as windows-1252 otherwise.
    }
  }
  if (decoders.size < 500) decoders.set(label, made)
  return made
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true })
const windows1252 = new TextDecoder('windows-1252')
const beyondAscii = /[\x80-\xff]/
const jisEscape = '\x1b$'

/** Decodes a piece of the Latin-1 view. Never throws; what cannot be decoded becomes U+FFFD. */
export function decodeCharset(piece: string, charset: string): string {
  const label = charset
    .trim()
    .toLowerCase()
    .replace(/^["']|["']$/g, '')
  if (label === 'utf-7' || label === 'utf7' || label === 'unicode-1-1-utf-7') return decodeUtf7(piece)
  if (piece.includes(jisEscape)) return (decoderFor('iso-2022-jp') ?? windows1252).decode(toBytes(piece))
  if (label.startsWith('utf-16')) return (decoderFor(label) ?? windows1252).decode(toBytes(piece))
  if (!beyondAscii.test(piece)) return piece
  const bytes = toBytes(piece)
  // Mail that says us-ascii, or nothing, and holds more is UTF-8 more often than anything else.
  if (label === '' || label === 'us-ascii' || label === 'ascii' || decoderFor(label) === null) {
    try {
      return strictUtf8.decode(bytes)
    } catch {
      return windows1252.decode(bytes)
    }
  }
  return (decoderFor(label) ?? windows1252).decode(bytes)
}
