import { expect, test } from 'vitest'
import { Admission } from './admission.ts'

const admission = (mostPerAddress = 1) =>
  new Admission({
    limits: { mostConnections: 3, mostPerAddress },
    deadlines: { commands: null, message: null, storing: null },
    onLate: () => undefined,
  })

test.each([
  ['192.0.2.1', '192.0.2.1', false],
  ['192.0.2.1', '192.0.2.2', true],
  ['192.0.2.1', '::ffff:192.0.2.1', false],
  ['2001:db8:0:7::1', '2001:db8:0:7:ffff::9', false],
  ['2001:db8:0:7::1', '2001:db8:0:8::1', true],
  ['2001:db8::1', '2001:db8:0:0:1::', false],
  ['::1', '::2', false],
])('after %s, %s is one more client: %s', (first, second, isAdmitted) => {
  const door = admission()
  expect(door.admit('a', first)).toBe(true)
  expect(door.admit('b', second)).toBe(isAdmitted)
})

test('who leaves makes room, once', () => {
  const door = admission(5)
  expect(['a', 'b', 'c', 'd'].map(id => door.admit(id, '192.0.2.1'))).toEqual([true, true, true, false])
  door.leave('a')
  door.leave('a')
  expect([door.admit('d', '192.0.2.1'), door.admit('e', '192.0.2.9')]).toEqual([true, false])
})
