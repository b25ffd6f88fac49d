import { describe, expect, it } from 'vitest'
import { discoverPolicy } from '../mail/authentication/dmarc-record.ts'
import type { Address } from '../mail/message.ts'
import type { ViewInput } from './view-facts.ts'
import { whatRecipientsSee } from './what-recipients-see.ts'

const domain = 'brightwater.example'
const ours = 'mail.fairlead.example'
const bounces = 'bounces.mail.fairlead.example'
const pass = (of: string) => ({ domain: of, result: 'pass' }) as const
const signed = (...domains: string[]) => domains.map(one => ({ domain: one, isValid: true }))
const policy = (text: string) => discoverPolicy(domain, [[text]])

const managed: ViewInput = {
  identity: { name: 'Ines Calder', address: `ines@${domain}` },
  link: {
    traits: {
      ...{ fromAddress: 'identity', sentCopy: 'none', bounces: 'return-path', replies: 'identity-mailbox' },
      maxBytes: 25_000_000,
    },
    ...{ spf: pass(bounces), dkim: signed(ours) },
  },
  dns: { policy: { is: 'none', why: 'no-record' } },
}
const gmail: ViewInput = {
  ...managed,
  link: {
    traits: {
      ...{ fromAddress: 'account', sentCopy: 'by-provider', bounces: 'mailbox', replies: 'mailbox' },
      ...{ accountAddress: 'ines.calder@gmail.com' as Address, sendsAs: ['ines@alias.example' as Address] },
      maxBytes: 25_000_000,
    },
    ...{ spf: null, dkim: null },
  },
}
const withLink = (link: Partial<ViewInput['link']>, dns: ViewInput['dns'] = managed.dns): ViewInput => ({
  ...managed,
  link: { ...managed.link, ...link },
  dns,
})

/**
 * No mail program judges here: each case follows from the vendor's own page. Gmail,
 * https://support.google.com/mail/answer/1311182 and /180707: "via" stands where the domain that a message was sent from is
 * not that of From, and goes away where SPF or DKIM match it. Microsoft,
 * https://learn.microsoft.com/en-us/defender-office-365/anti-phishing-policies-about#unauthenticated-sender-indicators: "via" where
 * the From domain is different from the domain in the DKIM signature or MAIL FROM; a question mark where nothing passes.
 */
describe('the via tag, by documentation', () => {
  const cases: [string, Partial<ViewInput['link']>, string | null, boolean][] = [
    ['both of us', {}, ours, false],
    ['signature of the domain', { dkim: signed(domain) }, null, false],
    ['signature of a domain above', { dkim: signed('example') }, 'example', false],
    ['signature below the domain', { dkim: signed(`mail.${domain}`) }, null, false],
    ['two signatures, one of the domain', { dkim: signed(ours, domain) }, null, false],
    ['return path of the domain', { spf: pass(`rp.${domain}`) }, null, false],
    ['both of the domain', { spf: pass(`rp.${domain}`), dkim: signed(domain) }, null, false],
    ['return path not authorised', { spf: { domain, result: 'softfail' } }, ours, false],
    ['no signature, return path of ours', { dkim: [] }, bounces, false],
    ['a broken signature of the domain', { dkim: [{ domain, isValid: false }] }, bounces, false],
    ['nothing at all', { dkim: [], spf: { domain, result: 'none' } }, null, true],
    ['a name that only ends alike', { dkim: signed(`not${domain}`) }, `not${domain}`, false],
  ]
  it.each(cases)('%s', (_name, link, via, isQuestioned) => {
    const seen = whatRecipientsSee(withLink(link))
    for (const client of [seen.gmail, seen.outlook]) {
      expect(client.value).toMatchObject({ via, isQuestioned })
      expect(client.certainty).toBe('computed')
    }
    expect(seen.gmail.value.line).toBe(`Ines Calder <ines@${domain}>${via === null ? '' : ` via ${via}`}`)
  })

  it('is not guessed where what decides is not known', () => {
    for (const link of [
      { spf: null, dkim: null },
      { spf: null, dkim: [] },
      { spf: pass(bounces), dkim: null },
    ]) {
      const { gmail: line } = whatRecipientsSee(withLink(link))
      expect(line).toMatchObject({ certainty: 'not-checked-yet', value: { via: null, isQuestioned: false } })
    }
    expect(whatRecipientsSee(withLink({ spf: null, dkim: signed(domain) })).gmail.certainty).toBe('computed')
  })
})

describe('whose address stands in From', () => {
  it.each([
    ['ines@brightwater.example', 'ines.calder@gmail.com', true],
    ['Ines.Calder@gmail.com', 'Ines.Calder@gmail.com', false],
    ['ines@ALIAS.example', 'ines@ALIAS.example', false],
  ])('%s over Gmail → %s', (address, shown, isSwapped) => {
    const seen = whatRecipientsSee({ ...gmail, identity: { name: 'Ines', address } })
    expect(seen).toMatchObject({
      isSwapped,
      from: { address: shown },
      replies: { value: { address: shown, isSeen: true } },
      sentCopy: { value: true },
    })
  })

  it('has the name that the provider puts there', () => {
    const link = { ...gmail.link, traits: { ...gmail.link.traits, fromName: 'Calder, Ines' } }
    const seen = whatRecipientsSee({ ...gmail, link })
    expect(seen.from.name).toBe('Calder, Ines')
    expect(seen.outlook.value.line).toBe('Calder, Ines <ines.calder@gmail.com>')
  })

  it("is the identity's while the account is not known", () => {
    const { accountAddress: _, ...traits } = gmail.link.traits
    const link = { ...gmail.link, traits }
    expect(whatRecipientsSee({ ...gmail, link }).isSwapped).toBe(false)
  })
})

describe('what the details say', () => {
  it('mailed-by where SPF passes, signed-by the domain before others', () => {
    const seen = whatRecipientsSee(withLink({ dkim: signed(ours, domain) }))
    expect([seen.mailedBy.value, seen.signedBy.value]).toEqual([bounces, domain])
    const fails = whatRecipientsSee(withLink({ spf: { domain, result: 'fail' }, dkim: [] }))
    expect([fails.mailedBy.value, fails.signedBy.value]).toEqual([null, null])
    expect(fails.mailedBy.certainty).toBe('computed')
  })
})

describe('what a check of the link has not measured', () => {
  it('is not told as if it were known', () => {
    const traits = { ...managed.link.traits, unmeasured: ['sent-copy', 'bounces'] } as const
    const { sentCopy, bounces: later } = whatRecipientsSee(withLink({ traits }))
    for (const { value, certainty } of [sentCopy, later])
      expect([value, certainty]).toEqual([null, 'not-checked-yet'])
  })
})

describe('DMARC of the choice', () => {
  it.each([
    ['v=DMARC1; p=reject', {}, 'fail', 'reject', /would bounce/],
    ['v=DMARC1; p=quarantine', {}, 'fail', 'quarantine', /land in spam/],
    ['v=DMARC1; p=none', {}, 'fail', 'none', /do nothing/],
    ['v=DMARC1; p=reject', { dkim: signed(domain) }, 'pass', 'none', /by the signature of/],
    ['v=DMARC1; p=reject', { spf: pass(`rp.${domain}`) }, 'pass', 'none', /by the return path at rp\./],
    ['v=DMARC1; p=reject; aspf=s', { spf: pass(`rp.${domain}`) }, 'fail', 'reject', /would bounce/],
    ['v=DMARC1', {}, 'none', 'none', /no policy that receivers could apply/],
  ])('%s', (text, link, result, disposition, sentence) => {
    const { authentication } = whatRecipientsSee(withLink(link, { policy: policy(text) }))
    expect(authentication.value.dmarc).toMatchObject({ result, disposition })
    expect(authentication.sentence).toMatch(sentence)
    expect(authentication.value.organisationalDomain).toBe(domain)
  })

  it('is not checked yet while DNS has not answered', () => {
    const { authentication } = whatRecipientsSee(withLink({}, { policy: null }))
    expect(authentication).toMatchObject({
      ...{ certainty: 'not-checked-yet', value: { dmarc: { result: 'unknown', policyAt: null } } },
    })
  })
})

it('every sentence ends as one, and every rule names its source', () => {
  const inputs = [
    managed,
    gmail,
    withLink({ dkim: [], spf: { domain, result: 'none' } }),
    withLink({ dkim: signed(domain) }, { policy: policy('v=DMARC1; p=reject') }),
    withLink({}, { policy: null }),
    {
      ...gmail,
      link: { ...gmail.link, traits: { ...gmail.link.traits, replies: 'unseen', bounces: 'unseen' } },
    },
  ] as const satisfies readonly ViewInput[]
  for (const input of inputs) {
    const seen = whatRecipientsSee(input)
    const ruled = [seen.gmail, seen.outlook, seen.mailedBy, seen.signedBy, seen.replies, seen.authentication]
    for (const { sentence } of [...ruled, seen.sentCopy, seen.bounces])
      expect(sentence).toMatch(/^[A-Z“][^{}]*\.$/)
    for (const { source } of ruled) expect(source).toMatch(/^https:/)
  }
})
