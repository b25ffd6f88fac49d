import { expect, test } from 'vitest'
import { messageIdFor, readMessageId } from './message-id.ts'

const parts = { messageId: 'm-1', deliveryId: 'd-1', domain: 'mail.example.com' }

test('the first round shares one id among all recipients', () => {
  expect(messageIdFor({ ...parts, round: 1 })).toBe('m-1@mail.example.com')
  expect(messageIdFor({ ...parts, round: 1, deliveryId: 'd-2' })).toBe('m-1@mail.example.com')
})

test('a later round has an id for each delivery', () => {
  expect(messageIdFor({ ...parts, round: 2 })).toBe('m-1.d-1.r2@mail.example.com')
  expect(messageIdFor({ ...parts, round: 3 })).not.toBe(messageIdFor({ ...parts, round: 2 }))
})

test.each([
  ['<a@b>', 'a@b'],
  [' a@b ', 'a@b'],
  ['<a=?x?=@b.c>', 'a=?x?=@b.c'],
  ['a', null],
  ['', null],
  ['<a@b\r\nBcc: x@y.z>', null],
  ['<a b@c>', null],
  ['<ü@c>', null],
  [`<${'a'.repeat(300)}@c>`, null],
])('%j is read as %j', (text, id) => expect(readMessageId(text)).toBe(id))
