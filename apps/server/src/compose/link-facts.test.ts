import { describe, expect, it } from 'vitest'
import type { ChannelTraits } from '../channels/channel.ts'
import { type DomainState, ownSignature } from '../domains/own-signatures.ts'
import type { Address } from '../mail/message.ts'
import { linkFacts } from './link-facts.ts'

const platform = { mailDomain: 'mail.fairlead.example', returnPathHost: 'bounces.mail.fairlead.example' }
const base: ChannelTraits = {
  ...{ handsOver: 'per-message', fromAddress: 'identity', sentCopy: 'none', bounces: 'unseen' },
  ...{ replies: 'unseen', returnPath: 'identity', maxBytes: 25_000_000, connectionsPerLane: 1 },
}
const state: DomainState = {
  ...{ domain: 'brightwater.example', returnPathHost: 'rp.brightwater.example' },
  signingState: 'on',
  envelopeState: 'on',
}
const ours = { ...base, isOurs: true, signsDkim: true } as const
const facts = (
  traits: ChannelTraits,
  fromDomain: string,
  states: Parameters<typeof ownSignature>[1] = [],
) => {
  const { spf, dkim } = linkFacts({ traits, fromDomain, own: ownSignature(fromDomain, states, platform) })
  return { spf: spf?.domain ?? null, dkim: dkim?.map(one => `${one.domain} ${one.isValid}`) ?? null }
}

describe('what is known of a link', () => {
  it('follows for our own servers from what they sign with', () => {
    expect(facts(ours, 'brightwater.example')).toEqual({
      ...{ spf: platform.returnPathHost, dkim: ['mail.fairlead.example true'] },
    })
    for (const domain of ['brightwater.example', 'team.brightwater.example']) {
      expect(facts(ours, domain, [state])).toEqual({
        ...{ spf: 'rp.brightwater.example', dkim: ['brightwater.example true'] },
      })
    }
    expect(facts(ours, 'notbrightwater.example', [state]).dkim).toEqual(['mail.fairlead.example true'])
  })

  it('leaves SPF open behind a smart host, whose addresses are not ours', () => {
    expect(facts({ ...ours, isRelay: true }, 'brightwater.example', [state])).toEqual({
      ...{ spf: null, dkim: ['brightwater.example true'] },
    })
  })

  it('switches signature and return path each by itself, and in the grace names the one that fails', () => {
    expect(facts(ours, 'brightwater.example', [{ ...state, envelopeState: 'off' }])).toEqual({
      ...{ spf: platform.returnPathHost, dkim: ['brightwater.example true'] },
    })
    expect(facts(ours, 'brightwater.example', [{ ...state, signingState: 'grace' }]).dkim).toEqual([
      ...['brightwater.example false', 'mail.fairlead.example true'],
    ])
  })

  it('is nothing for another server, but what we sign ourselves', () => {
    expect(facts(base, 'brightwater.example')).toEqual({ spf: null, dkim: null })
    expect(facts({ ...base, signsDkim: true }, 'brightwater.example', [state])).toEqual({
      ...{ spf: null, dkim: ['brightwater.example true'] },
    })
  })

  it('is a provider’s word for its own mailboxes alone, not for an alias elsewhere', () => {
    const gmail = { ...base, fromAddress: 'account', accountAddress: 'ines@gmail.com' as Address } as const
    expect(facts(gmail, 'gmail.com')).toEqual({ spf: 'gmail.com', dkim: ['gmail.com true'] })
    expect(facts(gmail, 'outlook.com')).toEqual({ spf: null, dkim: null })
    expect(
      facts({ ...gmail, accountAddress: 'ines@brightwater.example' as Address }, 'brightwater.example'),
    ).toEqual({ spf: null, dkim: null })
  })

  it('is known where the provider signs as the account, for an alias elsewhere too', () => {
    const address = 'ines@brightwater.example' as Address
    const account = {
      ...base,
      fromAddress: 'account',
      accountAddress: address,
      signsAsAccount: true,
    } as const
    const known = { spf: 'brightwater.example', dkim: ['brightwater.example true'] }
    expect(facts(account, 'brightwater.example')).toEqual(known)
    expect(facts(account, 'brand.example')).toEqual(known)
  })

  it('is what a message that arrived has shown, where no rule says it', () => {
    const measured = {
      ...{ from: 'ines@brightwater.example', dmarc: null, arc: null },
      spf: { domain: 'out.example', result: 'pass' },
      dkim: [
        { domain: 'out.example', result: 'pass', selector: 's', algorithm: 'rsa-sha256' },
        { domain: 'x.example', result: 'fail', selector: 's', algorithm: 'rsa-sha256' },
      ],
    }
    const of = (traits: ChannelTraits, seen: Parameters<typeof linkFacts>[0]['measured']) =>
      linkFacts({
        traits,
        fromDomain: 'a.example',
        own: ownSignature('a.example', [], platform),
        measured: seen,
      })
    expect(of(base, measured)).toMatchObject({
      isMeasured: true,
      spf: { domain: 'out.example', result: 'pass' },
      dkim: [
        { domain: 'out.example', isValid: true },
        { domain: 'x.example', isValid: false },
      ],
    })
    expect(of(ours, measured)).not.toHaveProperty('isMeasured')
    for (const spf of [null, { domain: 'out.example', result: 'temperror' }])
      expect(of(base, { ...measured, spf }).spf).toBeNull()
  })
})
