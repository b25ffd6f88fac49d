import { expect, test } from 'vitest'
import { readMailHead } from '../src/index.ts'

const head = (...lines: string[]) => readMailHead(Buffer.from(`${lines.join('\r\n')}\r\n\r\nbody`))

test.each([
  [
    ['From: "Bob, the =?utf-8?q?M=C3=BCller?=" <Bob@Customer.example>'],
    { fromName: 'Bob, the Müller', fromAddress: 'Bob@customer.example' },
  ],
  [['From: bob@customer.example'], { fromName: '', fromAddress: 'bob@customer.example' }],
  [['Subject: =?iso-8859-1?Q?gr=FC=DFe?=', ' and more'], { subject: 'grüße and more' }],
  [['Message-Id: <a.b@customer.example> (added)'], { messageId: 'a.b@customer.example' }],
  [['Message-ID: nonsense'], { messageId: '' }],
  [[], { fromName: '', fromAddress: '', subject: '', messageId: '' }],
])('%j', (lines, expected) => {
  expect(head(...lines)).toMatchObject(expected)
})

test('no bytes at all, and bytes that are no mail', () => {
  const nothing = { fromName: '', fromAddress: '', subject: '', messageId: '' }
  expect(readMailHead(new Uint8Array())).toEqual(nothing)
  expect(readMailHead(Uint8Array.from({ length: 3_000_000 }, (_, at) => (at * 7919) & 255))).toEqual(nothing)
})
