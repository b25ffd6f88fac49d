import { describe, expect, test } from 'vitest'
import type { Saying } from '../transports/dns/authority.ts'
import { type Evidence, hostOf, judgeRecord, standingOf } from './judge-record.ts'
import type { WantedRecord } from './wanted-records.ts'

const key = `${'A'.repeat(250)}${'B'.repeat(142)}`
const wanted: Record<'key' | 'mx' | 'spf' | 'dmarc' | 'tls', WantedRecord> = {
  key: {
    ...{ purpose: 'dkim-1', place: 'your-dns', isRequired: true, type: 'TXT' },
    ...{ name: 's1._domainkey.acme.test', expected: `v=DKIM1; k=rsa; p=${key}` },
  },
  mx: {
    ...{ purpose: 'return-path-mx', place: 'your-dns', isRequired: true, type: 'MX' },
    ...{ name: 'bounce.acme.test', expected: '10 mail.ours.test' },
  },
  spf: {
    ...{ purpose: 'return-path-spf', place: 'your-dns', isRequired: true, type: 'TXT' },
    ...{ name: 'bounce.acme.test', expected: 'v=spf1 include:bounces.ours.test -all' },
  },
  dmarc: {
    ...{ purpose: 'dmarc-advice', place: 'your-dns', isRequired: false, type: 'TXT' },
    ...{ name: '_dmarc.acme.test', expected: 'v=DMARC1; p=none; rua=mailto:x@ours.test' },
  },
  tls: {
    ...{ purpose: 'tls-report-advice', place: 'your-dns', isRequired: false, type: 'TXT' },
    ...{ name: '_smtp._tls.acme.test', expected: 'v=TLSRPTv1; rua=mailto:postmaster@acme.test' },
  },
}
const records = (...found: string[]): Saying => ({ is: 'records', records: found, alias: null })
const none: Saying = { is: 'none' }
const silent: Saying = { is: 'failed', cause: 'timeout' }
const judge = (what: WantedRecord, said: readonly Saying[], more: Partial<Evidence> = {}) =>
  judgeRecord(
    what,
    { at: { said, from: 'authority' }, wildcard: [], twice: null, spf: null, ...more },
    'acme.test',
  )

describe('a record', () => {
  test.each<[string, WantedRecord, Saying, string, Partial<Evidence>?]>([
    ['a key', wanted.key, records(wanted.key.expected), 'found'],
    [
      'a key with white space and without k=',
      wanted.key,
      records(`v=DKIM1;p=${key.slice(0, 99)} ${key.slice(99)}`),
      'found',
    ],
    [
      'a key behind an alias',
      wanted.key,
      { is: 'records', records: [wanted.key.expected], alias: 'x.test' },
      'found',
    ],
    ['no key', wanted.key, none, 'not-found none'],
    [
      'an alias to nothing',
      wanted.key,
      { is: 'records', records: [], alias: 'x.test' },
      'conflict cname-beside',
    ],
    ['an alias in a circle', wanted.key, { is: 'loop', alias: 'x.test' }, 'conflict cname-loop'],
    [
      'a cut key',
      wanted.key,
      records(`v=DKIM1; k=rsa; p=${key.slice(0, 237)}`),
      'needs-change key-truncated',
    ],
    ['a revoked key', wanted.key, records('v=DKIM1; p='), 'conflict key-revoked'],
    ['another key', wanted.key, records('v=DKIM1; k=rsa; p=XYZ'), 'needs-change differs'],
    ['another algorithm', wanted.key, records(`v=DKIM1; k=ed25519; p=${key}`), 'needs-change differs'],
    ['a key not for email', wanted.key, records(`v=DKIM1; s=tlsrpt; p=${key}`), 'needs-change differs'],
    ['two keys', wanted.key, records(wanted.key.expected, 'v=DKIM1; p=XYZ'), 'conflict several-keys'],
    ['a quoted key', wanted.key, records(`"${wanted.key.expected}"`), 'needs-change wrong-quoting'],
    [
      'an escaped key',
      wanted.key,
      records(wanted.key.expected.replaceAll(';', '\\;')),
      'needs-change wrong-quoting',
    ],
    [
      'a key at the doubled name',
      wanted.key,
      none,
      'needs-change domain-twice',
      { twice: 's1._domainkey.acme.test.acme.test' },
    ],
    ['a huge answer', wanted.key, { is: 'too-large' }, 'conflict too-large'],
    ['our MX', wanted.mx, records('10 mail.ours.test'), 'found'],
    ['our MX with another preference', wanted.mx, records('5 mail.ours.test'), 'found'],
    ['another MX', wanted.mx, records('10 mx.acme.test'), 'needs-change differs'],
    [
      'another MX beside ours',
      wanted.mx,
      records('10 mail.ours.test', '20 mx.acme.test'),
      'conflict other-mx',
    ],
    [
      'an MX of a wildcard',
      wanted.mx,
      records('10 mx.acme.test'),
      'not-found wildcard',
      { wildcard: ['10 mx.acme.test'] },
    ],
    [
      'our MX by a wildcard',
      wanted.mx,
      records('10 mail.ours.test'),
      'conflict wildcard',
      { wildcard: ['10 mail.ours.test'] },
    ],
    ['our SPF', wanted.spf, records('some text', wanted.spf.expected), 'found'],
    [
      'our include in another SPF',
      wanted.spf,
      records('v=spf1 ip4:192.0.2.1 +include:bounces.ours.test ~all'),
      'found',
    ],
    ['an SPF without us', wanted.spf, records('v=spf1 include:other.test -all'), 'needs-change differs'],
    [
      'an SPF that excludes us',
      wanted.spf,
      records('v=spf1 -include:bounces.ours.test -all'),
      'needs-change differs',
    ],
    ['two SPF', wanted.spf, records(wanted.spf.expected, 'v=spf1 -all'), 'conflict several-spf'],
    [
      'an SPF of eleven look-ups',
      wanted.spf,
      records(wanted.spf.expected),
      'conflict spf-lookups',
      { spf: { lookups: 11, voids: 0 } },
    ],
    [
      'an SPF of three voids',
      wanted.spf,
      records(wanted.spf.expected),
      'conflict spf-void',
      { spf: { lookups: 5, voids: 3 } },
    ],
    ['texts but no SPF', wanted.spf, records('hello'), 'not-found none'],
    ['a quoted SPF', wanted.spf, records(`"${wanted.spf.expected}"`), 'needs-change wrong-quoting'],
    ['any policy', wanted.dmarc, records('v=DMARC1; p=reject'), 'found'],
    [
      'two policies',
      wanted.dmarc,
      records('v=DMARC1; p=reject', 'v=DMARC1; p=none'),
      'conflict several-dmarc',
    ],
    ['no policy', wanted.dmarc, none, 'not-found none'],
    ['any TLS reports', wanted.tls, records('v=TLSRPTv1; rua=https://x.test/'), 'found'],
    ['no TLS reports', wanted.tls, none, 'not-found none'],
    [
      'two TLS reports',
      wanted.tls,
      records('v=TLSRPTv1; rua=https://x.test/', 'v=TLSRPTv1;rua=mailto:a@x.test'),
      'conflict several-tls-report',
    ],
  ])('%s', (_what, what, saying, expected, more) => {
    const judged = judge(what, [saying], more)
    expect([judged?.state, judged?.problem?.code].filter(Boolean).join(' ')).toBe(expected)
  })

  test('counts as found only where every server that answers has it, and as gone only where none has', () => {
    const [here, gone] = [records(wanted.mx.expected), none]
    const standing = (...said: Saying[]) => standingOf(judge(wanted.mx, said) ?? undefined)
    expect(standing(here, here, silent)).toBe('live')
    expect(standing(here, gone)).toBe('unknown')
    expect(standing(gone, gone, silent)).toBe('gone')
    expect(judge(wanted.mx, [silent, silent])).toBeNull()
    expect(judge(wanted.mx, [here, gone, here])?.problem).toEqual({
      code: 'not-everywhere',
      params: { missing: 1, servers: 3 },
    })
  })

  test.each([
    ['acme.test', '@'],
    ['bounce.acme.test', 'bounce'],
    ['s1._domainkey.acme.test', 's1._domainkey'],
    ['notacme.test', 'notacme.test'],
  ])('%s is entered as %s', (name, host) => expect(hostOf(name, 'acme.test')).toBe(host))
})
