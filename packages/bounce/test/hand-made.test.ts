import { describe, expect, test } from 'vitest'
import { absenceWords, autoReplyHeaders, autoReplySubjects } from '../src/formats/auto-reply-signs.ts'
import { challengeSigns } from '../src/formats/challenge.ts'
import { refusalWords } from '../src/formats/mdn.ts'
import { powerMtaCategories } from '../src/formats/powermta-categories.ts'
import { allHosts } from '../src/hosts/all-hosts.ts'
import { failureWords } from '../src/hosts/any-machine.ts'
import { delayWords, finalWords, successWords } from '../src/hosts/still-trying.ts'
import type { ReasonCode } from '../src/index.ts'
import { readReturnedMail } from '../src/index.ts'
import { charsetNames, decodeCharset } from '../src/mail/charset.ts'
import { markersByFirstWord } from '../src/notice/cut-at-original.ts'
import { failureSubjects, machineSenders } from '../src/notice/machine-signs.ts'
import { commandWords } from '../src/reasons/find-command.ts'
import { providerSigns } from '../src/reasons/providers/provider-rule.ts'
import { expectedOf, mailsIn, statedOf } from './testing/corpus.ts'
import { lineCases } from './testing/line-cases.ts'

const cases = mailsIn('hand-made').map(one => ({
  ...one,
  expected: JSON.stringify(expectedOf('hand-made', one.name)),
}))
const stated = (mail: Uint8Array): string => JSON.stringify(statedOf(readReturnedMail(mail)))

/** Every table of rules that can be shortened by a row while the program runs. */
const tables: readonly (readonly [name: string, rows: readonly unknown[]])[] = [
  ['hosts', allHosts],
  ...allHosts.flatMap(host => {
    const { layout } = host
    const parts: [string, readonly unknown[]][] = [[`${host.name} signs`, host.signs]]
    if (layout.kind === 'list') {
      for (const part of ['recipient', 'begin', 'end', 'shared'] as const) {
        const rows = layout[part]
        if (rows !== undefined) parts.push([`${host.name} ${part}`, rows])
      }
    }
    return parts
  }),
  ...[...markersByFirstWord].map(([word, rows]) => [`original markers: ${word}`, rows] as const),
  ['delay words', delayWords],
  ['final words', finalWords],
  ['success words', successWords],
  ['failure words', failureWords],
  ['failure subjects', failureSubjects],
  ['machine senders', machineSenders],
  ['auto-reply headers', autoReplyHeaders],
  ['auto-reply subjects', autoReplySubjects],
  ['absence words', absenceWords],
  ['refusal words', refusalWords],
  ['challenge signs', challengeSigns],
  ['command words', commandWords],
  ['provider signs', providerSigns],
]

const checks: readonly (() => boolean)[] = [
  ...lineCases.map(one => one.holds),
  ...cases.map(one => () => stated(one.mail) === one.expected),
]
let lastBroken = 0

/** Whether any hand-made case is read otherwise now; looked for from where the last row broke one. */
function somethingBreaks(): boolean {
  for (let distance = 0; distance <= checks.length / 2; distance++) {
    for (const place of [lastBroken + distance, lastBroken - distance + checks.length]) {
      if (checks[place % checks.length]?.() !== false) continue
      lastBroken = place % checks.length
      return true
    }
  }
  return false
}

function idleRows(rows: unknown[]): string[] {
  const idle: string[] = []
  for (let at = 0; at < rows.length; at++) {
    const [row] = rows.splice(at, 1)
    if (!somethingBreaks())
      idle.push(JSON.stringify(row, (_key, value) => (value instanceof RegExp ? value.source : value)))
    rows.splice(at, 0, row)
  }
  return idle
}

describe('hand-made mails', () => {
  test.each(cases)('$name', ({ mail, expected }) => {
    expect(statedOf(readReturnedMail(mail))).toEqual(JSON.parse(expected))
  })

  test('hand-made lines', () => {
    expect(lineCases.filter(one => !one.holds()).map(one => one.name)).toEqual([])
  })

  test.each(tables.map(([name, rows]) => ({ name, rows })))('each row of $name matters', ({ rows }) => {
    expect(idleRows(rows as unknown[])).toEqual([])
  })
})

describe('tables by name', () => {
  test("each of PowerMTA's categories matters", () => {
    const table = powerMtaCategories as Record<string, ReasonCode>
    for (const [category, reason] of Object.entries(table)) {
      delete table[category]
      expect(somethingBreaks(), category).toBe(true)
      table[category] = reason
    }
  })

  test.each(Object.entries(charsetNames))('%s is read as %s', (label, name) => {
    // Node does not know the label, so without the row the text would be guessed at.
    expect(() => new TextDecoder(label)).toThrow()
    const bytes = '\xa3\xc1\xe9\xf7'
    const right = new TextDecoder(name).decode(Buffer.from(bytes, 'latin1'))
    expect(decodeCharset(bytes, label)).toBe(right)
  })
})

describe('families of charset names', () => {
  test.each([
    ['cp-1251', 'windows-1251', '\xc0\xc1'],
    ['x-windows-1250', 'windows-1250', '\x9c\xb9'],
    ['iso8859_2', 'iso-8859-2', '\xb1\xe6'],
    ['csISO8859-15', 'iso-8859-15', '\xa4'],
    ['UTF_8', 'utf-8', '\xc3\xa4'],
    ['utf-8:1', 'utf-8', '\xc3\xa4'],
    ['koi8_r', 'koi8-r', '\xc1\xe9'],
    ['ks-c-5601-1992', 'euc-kr', '\xb0\xa1'],
    ['shiftjis', 'shift_jis', '\x82\xa0'],
    ['gb2312-80', 'gbk', '\xb0\xa1'],
    ['big-5', 'big5', '\xa4\xa4'],
  ])('%s is read as %s', (label, name, bytes) => {
    expect(decodeCharset(bytes, label)).toBe(new TextDecoder(name).decode(Buffer.from(bytes, 'latin1')))
  })
})

describe('line ends', () => {
  const all = [...cases, ...mailsIn('public')]

  test.each([
    ['CRLF', '\r\n'],
    ['lone CR', '\r'],
  ])('%s is read as LF', (_name, end) => {
    for (const { name, mail } of all) {
      const plain = Buffer.from(mail).toString('latin1').replace(/\r\n?/g, '\n')
      const twin = Buffer.from(plain.replaceAll('\n', end), 'latin1')
      const same = readReturnedMail(Buffer.from(plain, 'latin1'))
      expect(readReturnedMail(twin), name).toEqual(same)
    }
  })
})
