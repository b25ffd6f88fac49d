import { describe, expect, it } from 'vitest'
import type { ChannelTraits } from '../channels/channel.ts'
import { discoverPolicy } from '../mail/authentication/dmarc-record.ts'
import type { Address } from '../mail/message.ts'
import type { IdentityId, LinkId } from '../platform/ids.ts'
import { newId } from '../platform/ids.ts'
import type { SeenChoice, Sight } from './look-ahead.ts'
import { recommendChannel } from './recommend-channel.ts'
import { whatRecipientsSee } from './what-recipients-see.ts'

const domain = 'brightwater.example'
const ids: Record<string, LinkId> = { managed: newId('link'), gmail: newId('link') }
const traits: Record<'managed' | 'gmail', ChannelTraits> = {
  managed: {
    ...{ handsOver: 'per-recipient', fromAddress: 'identity', sentCopy: 'none', bounces: 'return-path' },
    ...{ replies: 'identity-mailbox', returnPath: 'ours', maxBytes: 25_000_000, connectionsPerLane: 4 },
    ...{ isOurs: true, signsDkim: true },
  },
  gmail: {
    ...{ handsOver: 'per-message', fromAddress: 'account', sentCopy: 'by-provider', bounces: 'mailbox' },
    ...{ replies: 'mailbox', returnPath: 'identity', maxBytes: 25_000_000, connectionsPerLane: 1 },
    pace: { batch: 25, everySeconds: 45 },
  },
}

interface Wanted {
  readonly account?: string
  readonly policy?: string
  readonly signed?: string
  readonly chosen?: 'managed' | 'gmail'
  readonly recipients?: number
  readonly broken?: 'managed' | 'gmail'
  readonly left?: Partial<Record<'managed' | 'gmail', number>>
  readonly taken?: Partial<Record<'managed' | 'gmail', [accepted: number, count: number]>>
}

const leftOf = (left: number | undefined) =>
  left === undefined ? null : { messages: left, recipients: null }

function sightOf(wanted: Wanted): Sight {
  const { account = `ines@${domain}`, policy = 'v=DMARC1; p=none', signed = 'mail.fairlead.example' } = wanted
  const choice = (kind: 'managed' | 'gmail'): SeenChoice => {
    const signer = kind === 'managed' ? signed : account.slice(account.indexOf('@') + 1)
    const taken = wanted.taken?.[kind]
    const seen = whatRecipientsSee({
      identity: { name: 'Ines', address: `ines@${domain}` },
      link: {
        traits: kind === 'gmail' ? { ...traits.gmail, accountAddress: account as Address } : traits.managed,
        spf: { domain: signer, result: 'pass' },
        dkim: [{ domain: signer, isValid: true }],
      },
      dns: { policy: discoverPolicy(domain, [[policy]]) },
    })
    return {
      ...{ linkId: ids[kind] ?? newId('link'), kind, name: kind, traits: traits[kind], seen },
      ...{ predicted: seen, measured: null, leftToday: leftOf(wanted.left?.[kind]) },
      state: wanted.broken === kind ? 'needs-attention' : 'ready',
      isChosen: (wanted.chosen ?? 'managed') === kind,
      acceptance: taken ? { provider: 'north.example', accepted: taken[0], count: taken[1] } : null,
    }
  }
  return {
    recipients: wanted.recipients ?? 1,
    sender: {
      ...{ identityId: newId('identity') as IdentityId, name: 'Ines', address: `ines@${domain}` as Address },
      ...{ signatureHtml: '', linkId: ids.managed ?? newId('link'), linkKind: 'managed', linkSettings: {} },
      ...{ isVerified: true, isRefused: false, linkName: 'managed', linkState: 'ready' },
    },
    choices: [choice('managed'), choice('gmail')],
  }
}

const told = (wanted: Wanted) => {
  const said = recommendChannel(sightOf(wanted))
  return {
    name: said?.name,
    isChosen: said?.isChosen,
    reasons: said?.reasons.map(one => one.code),
    tradeOffs: said?.tradeOffs.map(one => one.code),
  }
}

describe('the recommended channel', () => {
  it('is the account itself where managed mail would show via', () => {
    expect(told({})).toEqual({
      ...{ name: 'gmail', isChosen: false, reasons: ['dmarc-passes', 'account-match', 'no-via'] },
      tradeOffs: ['fewer-a-day'],
    })
  })

  it('is managed where the account would put another address, and says what that costs', () => {
    const said = told({ account: 'ines.calder@gmail.com', chosen: 'gmail' })
    expect(said).toMatchObject({ name: 'managed', isChosen: false, reasons: ['keeps-address'] })
    expect(said.tradeOffs).toEqual(['adds-via', 'no-sent-copy', 'replies-unseen'])
  })

  it('is the one that does not bounce, even with another address', () => {
    const said = told({ account: 'ines.calder@gmail.com', policy: 'v=DMARC1; p=reject' })
    expect(said).toMatchObject({ name: 'gmail', tradeOffs: ['swaps-address', 'fewer-a-day'] })
  })

  it('is managed for many recipients of an authenticated domain', () => {
    const said = told({ signed: domain, recipients: 50, chosen: 'gmail' })
    expect(said).toMatchObject({ name: 'managed' })
    expect(said.reasons).toContain('many-recipients')
  })

  it('is the one that works', () => {
    expect(told({ signed: domain, broken: 'gmail', chosen: 'gmail' })).toMatchObject({
      ...{ name: 'managed', reasons: expect.arrayContaining(['healthy']) },
    })
  })

  it('heeds how the recipients’ servers took its mail, from 30 messages on', () => {
    const few = { managed: [30, 30], gmail: [0, 29] } as const satisfies Wanted['taken']
    const enough = { managed: [30, 30], gmail: [20, 30] } as const satisfies Wanted['taken']
    expect(told({ signed: domain, taken: { ...few } })).toMatchObject({
      ...{ name: 'gmail', tradeOffs: ['fewer-a-day', 'not-enough-data'] },
    })
    const said = told({ signed: domain, taken: { ...enough } })
    expect(said).toMatchObject({ name: 'managed' })
    expect(said.reasons).toContain('accepted')
  })

  it('is not one whose day is used up; how much is left of a day is said', () => {
    const said = told({ left: { gmail: 0 }, chosen: 'gmail' })
    expect(said).toMatchObject({ name: 'managed', reasons: ['has-room'] })
    // To ten people at once it is one message there, and ten for a server that sends to each.
    expect(told({ left: { gmail: 1 }, recipients: 10 })).toMatchObject({
      name: 'gmail',
      tradeOffs: ['left-today'],
    })
    expect(told({ left: { gmail: 99, managed: 9 }, recipients: 10, signed: domain })).toMatchObject({
      ...{ name: 'gmail', reasons: expect.arrayContaining(['has-room']) },
    })
  })

  it('is none where there is nothing to choose from', () => {
    const sight = sightOf({})
    expect(recommendChannel({ ...sight, choices: sight.choices.slice(0, 1) })).toBeNull()
  })

  it('says every reason and trade-off in a sentence', () => {
    for (const wanted of [
      {},
      { account: 'x@gmail.com', policy: 'v=DMARC1; p=reject', taken: { gmail: [1, 2] } },
      { left: { gmail: 0, managed: 7 }, chosen: 'gmail' },
      { signed: domain, recipients: 60, chosen: 'gmail', broken: 'gmail', taken: { managed: [40, 40] } },
    ] as const satisfies readonly Wanted[]) {
      const said = recommendChannel(sightOf(wanted))
      for (const { sentence } of [...(said?.reasons ?? []), ...(said?.tradeOffs ?? [])])
        expect(sentence).toMatch(/^[A-Z\d][^{}]*\.$/)
    }
  })
})
