import { expect, test } from 'vitest'
import type { Address } from './message.ts'
import { narrowRecipients } from './narrow-recipients.ts'

const addresses = (...texts: string[]) => texts as Address[]
const headers = [
  'From: Ann <ann@a.example>',
  'To: =?UTF-8?Q?J=C3=BCrgen?= <j@b.example>,\r\n "Lee, Bob" <bob@b.example>',
  'Cc: cc@c.example',
  'Subject: Hi',
]

test.each([
  ['all of them: nothing changes', ['j@b.example', 'bob@b.example', 'cc@c.example'], headers],
  [
    'one of To must not get it',
    ['BOB@b.example', 'cc@c.example'],
    [headers[0], 'To: "Lee, Bob" <bob@b.example>', headers[2], headers[3]],
  ],
  [
    'encoded names stay as they are',
    ['j@b.example'],
    [headers[0], 'To: =?UTF-8?Q?J=C3=BCrgen?= <j@b.example>', headers[3]],
  ],
  [
    'who stands nowhere gets it unseen',
    ['bob@b.example', 'blind@d.example'],
    [headers[0], 'To: "Lee, Bob" <bob@b.example>', headers[3], 'Bcc: blind@d.example'],
  ],
])('%s', (_, recipients, expected) => {
  expect(narrowRecipients(headers, addresses(...recipients)).headers).toEqual(expected)
})

test('an address that looks like a line end stays in its field', () => {
  const folded = ['To: a@b.example,\r\n c@d.example']
  expect(narrowRecipients(folded, addresses('c@d.example')).headers).toEqual(['To: c@d.example'])
})
