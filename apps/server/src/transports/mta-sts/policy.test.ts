import { expect, test } from 'vitest'
import { namesMx, readStsId, readStsPolicy } from './policy.ts'

// The example of RFC 8461 §3.2.
const example = [
  ...['version: STSv1', 'mode: enforce', 'mx: mail.example.com', 'mx: *.example.net'],
  ...['mx: backupmx.example.com', 'max_age: 604800'],
]

test('the example of the RFC is read', () => {
  for (const end of ['\r\n', '\n'])
    expect(readStsPolicy(example.join(end))).toEqual({
      mode: 'enforce',
      mx: ['mail.example.com', '*.example.net', 'backupmx.example.com'],
      maxAgeSeconds: 604_800,
    })
})

test.each([
  ['another version', example.with(0, 'version: STSv2')],
  ['no version', example.slice(1)],
  ['an unknown mode', example.with(1, 'mode: strict')],
  ['no mail host', example.filter(line => !line.startsWith('mx'))],
  ['no age', example.slice(0, -1)],
  ['an age that is no number', example.with(5, 'max_age: 1e9')],
  ['nothing', []],
])('%s is no policy', (_what, lines) => expect(readStsPolicy(lines.join('\n'))).toBeNull())

test('of a repeated field the first counts, what is unknown is passed by, and an age has an end', () => {
  const text = ['mode: none', 'x-more: 1', ...example, 'max_age: 1']
    .join('\n')
    .replace('604800', '9999999999')
  expect(readStsPolicy(text)).toMatchObject({ mode: 'none', maxAgeSeconds: 31_557_600 })
})

test.each([
  ['mail.example.com', true],
  ['MAIL.example.com', true],
  ['a.example.net', true],
  ['a.b.example.net', false],
  ['example.net', false],
  ['evil-example.net', false],
])('%s is named: %s', (host, isNamed) =>
  expect(namesMx({ mx: ['mail.example.com', '*.example.net'] }, host)).toBe(isNamed),
)

test.each([
  [['v=STSv1; id=20160831085700Z;'], '20160831085700Z'],
  [['v=STSv1;id=1'], '1'],
  [['other', 'v=STSv1; id=1'], '1'],
  [['v=STSv1; id=1', 'v=STSv1; id=2'], null],
  [['v=STSv1; id=not an id'], null],
  [[], null],
])('the id in %j is %j', (records, id) => expect(readStsId(records)).toBe(id))
