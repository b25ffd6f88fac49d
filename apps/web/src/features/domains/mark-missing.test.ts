import { expect, it } from 'vitest'
import { markMissing } from './mark-missing.ts'

const marked = (expected: string, ...found: string[]) =>
  markMissing(expected, found)
    .map(({ text, isMissing }) => (isMissing ? `[${text}]` : text))
    .join('')

it.each([
  ['v=spf1 a:mail.example -all', ['v=spf1 -all'], 'v=spf1 [a:mail.example] -all'],
  ['v=DKIM1; k=rsa; p=AAAA', ['v=DKIM1; k=rsa; p=BBBB'], 'v=DKIM1; k=rsa; [p=AAAA]'],
  ['10 mail.example', [], '[10] [mail.example]'],
  ['v=spf1 -all', ['v=spf1', '-all'], 'v=spf1 -all'],
  ['', ['x'], ''],
])('%j against %j', (expected, found, shown) => expect(marked(expected, ...found)).toBe(shown))
