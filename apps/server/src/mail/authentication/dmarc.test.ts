import { describe, expect, it } from 'vitest'
import { discoverPolicy, dmarcNames, readDmarcAt } from './dmarc-record.ts'
import { dmarcVerdict } from './dmarc-verdict.ts'
import { isAligned, isPublicSuffix, organisationalDomain } from './organisational-domain.ts'

const record = (text: string) => {
  const found = readDmarcAt([text])
  return found.is === 'record' ? found.record : found.is
}

describe('organisational domain (RFC 7489 §3.2)', () => {
  it.each([
    ['brightwater.example', 'brightwater.example'],
    ['a.b.brightwater.example', 'brightwater.example'],
    ['Mail.Brightwater.CO.UK.', 'brightwater.co.uk'],
    ['brightwater.github.io', 'brightwater.github.io'],
    ['x.brightwater.github.io', 'brightwater.github.io'],
    ['co.uk', 'co.uk'],
    ['localhost', 'localhost'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['a.city.kawasaki.jp', 'city.kawasaki.jp'],
    ['a.b.c.kawasaki.jp', 'b.c.kawasaki.jp'],
  ])('%s → %s', (domain, organisation) => expect(organisationalDomain(domain)).toBe(organisation))

  it('knows suffixes, private ones too', () => {
    expect(['co.uk', 'github.io', 'brightwater.co.uk'].map(isPublicSuffix)).toEqual([true, true, false])
  })

  it('aligns siblings in relaxed mode, and names alone in strict mode (§3.1)', () => {
    expect(isAligned('a.brightwater.example', 'b.brightwater.example', 'relaxed')).toBe(true)
    expect(isAligned('a.brightwater.example', 'A.Brightwater.Example.', 'strict')).toBe(true)
    expect(isAligned('a.brightwater.example', 'brightwater.example', 'strict')).toBe(false)
    expect(isAligned('a.co.uk', 'b.co.uk', 'relaxed')).toBe(false)
    expect(isAligned('evilbrightwater.example', 'brightwater.example', 'relaxed')).toBe(false)
  })
})

describe('policy record (RFC 7489 §6.3)', () => {
  it('fills in the defaults', () => {
    expect(record('v=DMARC1; p=reject')).toEqual({
      ...{ text: 'v=DMARC1; p=reject', policy: 'reject', subdomainPolicy: 'reject' },
      ...{ dkimMode: 'relaxed', spfMode: 'relaxed', percent: 100 },
    })
  })

  it('reads every tag that decides, in any spacing, the first of a repeated one', () => {
    expect(record('v=DMARC1 ;p = Quarantine;SP=none; adkim=s;aspf=S; pct=25; pct=99; x=y;')).toMatchObject({
      ...{
        policy: 'quarantine',
        subdomainPolicy: 'none',
        dkimMode: 'strict',
        spfMode: 'strict',
        percent: 25,
      },
    })
  })

  it.each([
    ['v=DMARC1', 'unusable'],
    ['v=DMARC1; p=drop', 'unusable'],
    ['v=DMARC1; p=reject; sp=drop', 'unusable'],
    ['v=DMARC2; p=reject', 'none'],
    ['V=dmarc1; p=reject', 'none'],
    ['p=reject; v=DMARC1', 'none'],
    ['v=DMARC12; p=reject', 'none'],
    ['', 'none'],
  ])('%s → %s', (text, is) => expect(readDmarcAt([text]).is).toBe(is))

  it('takes a record without a usable policy as none where it says where reports go (§6.6.3)', () => {
    expect(record('v=DMARC1; rua=mailto:a@b.example')).toMatchObject({ policy: 'none' })
    expect(record('v=DMARC1; p=reject; sp=x; rua=mailto:a@b.example')).toMatchObject({ policy: 'none' })
  })

  it('holds pct to its range, and a wrong one to 100', () => {
    expect(['0', '100', '101', '-1', 'x'].map(pct => record(`v=DMARC1; p=none; pct=${pct}`))).toMatchObject(
      [0, 100, 100, 100, 100].map(percent => ({ percent })),
    )
  })

  it('is void when there are two, and no other TXT record counts', () => {
    expect(readDmarcAt(['v=DMARC1; p=none', 'v=DMARC1; p=none'])).toEqual({ is: 'several' })
    expect(readDmarcAt(['v=spf1 -all', 'v=DMARC1; p=none']).is).toBe('record')
  })
})

describe('policy discovery (RFC 7489 §6.6.3)', () => {
  it('asks the From domain, then its organisation', () => {
    expect(dmarcNames('brightwater.example')).toEqual(['brightwater.example'])
    expect(dmarcNames('a.b.brightwater.co.uk')).toEqual(['a.b.brightwater.co.uk', 'brightwater.co.uk'])
  })

  it('applies sp below the domain that publishes it, and the own record before that', () => {
    const parent = ['v=DMARC1; p=none; sp=reject']
    expect(discoverPolicy('a.b.example', [[], parent])).toMatchObject({ at: 'b.example', applies: 'reject' })
    expect(discoverPolicy('a.b.example', [['v=DMARC1; p=quarantine; sp=none'], parent])).toMatchObject({
      ...{ at: 'a.b.example', applies: 'quarantine' },
    })
  })

  it('says nothing while the look-up that decides is missing', () => {
    expect(discoverPolicy('a.b.example', [null, ['v=DMARC1; p=none']])).toBeNull()
    expect(discoverPolicy('a.b.example', [[], null])).toBeNull()
    expect(discoverPolicy('a.b.example', [['v=DMARC1; p=none'], null])).toMatchObject({ is: 'found' })
  })

  it('ends at two records: the organisation is not asked', () => {
    const two = ['v=DMARC1; p=none', 'v=DMARC1; p=none']
    expect(discoverPolicy('a.b.example', [two, ['v=DMARC1; p=reject']])).toEqual({
      ...{ is: 'none', why: 'several' },
    })
  })
})

describe('verdict', () => {
  const policy = discoverPolicy('brightwater.example', [['v=DMARC1; p=reject; pct=40; adkim=s']])
  const spf = { domain: 'bounces.fairlead.example', result: 'pass' } as const

  it('passes by either, and is never made a failure by what is not known', () => {
    const mine = { domain: 'brightwater.example', isValid: true }
    expect(dmarcVerdict('brightwater.example', policy, { spf, dkim: [mine] })).toMatchObject({
      ...{ result: 'pass', disposition: 'none', isDkimAligned: true, isSpfAligned: false },
    })
    expect(dmarcVerdict('brightwater.example', policy, { spf: null, dkim: [mine] }).result).toBe('pass')
    expect(dmarcVerdict('brightwater.example', policy, { spf, dkim: null }).result).toBe('unknown')
    expect(dmarcVerdict('brightwater.example', null, { spf, dkim: [mine] }).result).toBe('unknown')
  })

  it('fails with the policy and its share', () => {
    const below = { domain: 'mail.brightwater.example', isValid: true }
    expect(dmarcVerdict('brightwater.example', policy, { spf, dkim: [below] })).toMatchObject({
      ...{ result: 'fail', disposition: 'reject', percent: 40 },
    })
  })
})
