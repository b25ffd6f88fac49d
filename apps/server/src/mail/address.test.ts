import { describe, expect, test } from 'vitest'
import { checkAddress, checkMailbox, domainOf, localPartOf, needsSmtpUtf8, parseAddress } from './address.ts'

describe('an address', () => {
  test.each([
    ['ann@example.com', 'ann@example.com'],
    ['  ann@example.com\t', 'ann@example.com'],
    ['Ann.Lee+x@EXAMPLE.com', 'Ann.Lee+x@example.com'],
    ['ann@münchen.de', 'ann@xn--mnchen-3ya.de'],
    ['ann@faß.de', 'ann@xn--fa-hia.de'],
    ['jürgen@münchen.de', 'jürgen@xn--mnchen-3ya.de'],
    ['用户@例子.广告', '用户@xn--fsqu00a.xn--4rr70v'],
    ['"ann lee"@example.com', '"ann lee"@example.com'],
    ['"a@b"@example.com', '"a@b"@example.com'],
    [String.raw`"a\"b"@example.com`, String.raw`"a\"b"@example.com`],
    [`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
    ["o'hara!#$%&*+-/=?^_`{|}~@example.com", "o'hara!#$%&*+-/=?^_`{|}~@example.com"],
  ])('%s is read', (text, address) => {
    expect(checkAddress(text)).toEqual({ address })
  })

  test.each([
    ['', 'empty'],
    ['   ', 'empty'],
    ['ann', 'no-at'],
    ['@example.com', 'no-local-part'],
    ['ann@', 'no-domain'],
    ['a@b@c.d', 'local-part-characters'],
    ['.ann@example.com', 'local-part-characters'],
    ['ann.@example.com', 'local-part-characters'],
    ['a..b@example.com', 'local-part-characters'],
    ['ann lee@example.com', 'local-part-characters'],
    ['<ann@example.com', 'local-part-characters'],
    ['"ann@example.com', 'local-part-characters'],
    ['"a"b"@example.com', 'local-part-characters'],
    ['a,b@example.com', 'local-part-characters'],
    [`${'a'.repeat(65)}@example.com`, 'local-part-too-long'],
    [`${'ü'.repeat(33)}@example.com`, 'local-part-too-long'],
    [`a@${'b.'.repeat(127)}com`, 'domain-too-long'],
    [`${'a'.repeat(64)}@${`${'b'.repeat(60)}.`.repeat(3)}example.com`, 'too-long'],
    [`a@${'b'.repeat(64)}.com`, 'domain-characters'],
    ['a@-b.com', 'domain-characters'],
    ['a@b-.com', 'domain-characters'],
    ['a@b..com', 'domain-characters'],
    ['a@b.com.', 'domain-characters'],
    ['a@b_c.com', 'domain-characters'],
    ['a@ex%41mple.com', 'domain-characters'],
    ['a@b c.com', 'domain-characters'],
    ['a@b.com/x', 'domain-characters'],
    ['a@b.com:25', 'domain-characters'],
    ['a@localhost', 'domain-incomplete'],
    ['a@127.0.0.1', 'ip-address'],
    ['a@127.1', 'ip-address'],
    ['a@0x7f.1', 'ip-address'],
    ['a@[127.0.0.1]', 'ip-address'],
    ['a@[IPv6:::1]', 'ip-address'],
    ['a@１２７.0.0.1', 'ip-address'],
    ['a\r\nRCPT TO:<b@c.d>@example.com', 'control-characters'],
    ['a@b.com\0', 'control-characters'],
    ['a@b.com\r\nDATA', 'control-characters'],
    ['a\u202eb@example.com', 'control-characters'],
    ['a\u2028b@example.com', 'control-characters'],
    ['\ud800@example.com', 'control-characters'],
    ['a'.repeat(3_000), 'too-long'],
  ])('%j is refused: %s', (text, problem) => {
    expect(checkAddress(text)).toEqual({ problem })
    expect(parseAddress(text)).toBeNull()
  })

  test('says whether it needs SMTPUTF8, and its two parts', () => {
    const plain = parseAddress('"a@b"@münchen.de')
    const wide = parseAddress('jürgen@example.com')
    if (!plain || !wide) throw new Error('not read')
    expect([needsSmtpUtf8(plain), needsSmtpUtf8(wide)]).toEqual([false, true])
    expect([localPartOf(plain), domainOf(plain)]).toEqual(['"a@b"', 'xn--mnchen-3ya.de'])
  })
})

describe('a mailbox', () => {
  test.each([
    ['ann@example.com', '', 'ann@example.com'],
    ['Ann Lee <ann@example.com>', 'Ann Lee', 'ann@example.com'],
    ['"Lee, Ann" <ann@example.com>', 'Lee, Ann', 'ann@example.com'],
    ['Jürgen <j@münchen.de>', 'Jürgen', 'j@xn--mnchen-3ya.de'],
    ['<ann@example.com>', '', 'ann@example.com'],
    ['Ann <"a b"@example.com>', 'Ann', '"a b"@example.com'],
  ])('%s is read', (text, name, address) => {
    expect(checkMailbox(text)).toEqual({ mailbox: { name, address } })
  })

  test.each([
    ['', 'empty'],
    ['Ann', 'no-at'],
    ['a@b.com, c@d.com', 'several'],
    ['team: a@b.com, c@d.com;', 'several'],
    ['Ann <ann@>', 'no-domain'],
    ['Ann <a@b@c.d>', 'local-part-characters'],
    ['Ann\r\nBcc: x@y.z <ann@example.com>', 'control-characters'],
    [`${'x'.repeat(3_000)} <a@b.com>`, 'too-long'],
  ])('%j is refused: %s', (text, problem) => {
    expect(checkMailbox(text)).toEqual({ problem })
  })
})
