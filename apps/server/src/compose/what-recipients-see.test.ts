import { describe, expect, it } from 'vitest'
import { type ViewInput, whatRecipientsSee } from './what-recipients-see.ts'

const managed: ViewInput = {
  identity: { name: 'Ines Calder', address: 'ines@brightwater.example' },
  accountAddress: null,
  traits: {
    ...{ fromAddress: 'identity', sentCopy: 'none', bounces: 'return-path', replies: 'identity-mailbox' },
    ...{ returnPath: 'ours', maxBytes: 25_000_000 },
  },
  isSignedByPlatform: true,
  mailDomain: 'mail.fairlead.example',
  returnPathHost: 'bounces.mail.fairlead.example',
}
const gmail: ViewInput = {
  ...managed,
  accountAddress: 'ines.calder@gmail.com',
  isSignedByPlatform: false,
  traits: {
    ...{ fromAddress: 'account', sentCopy: 'by-provider', bounces: 'mailbox', replies: 'mailbox' },
    ...{ returnPath: 'identity', maxBytes: 25_000_000 },
  },
}

describe('what recipients see', () => {
  it('of managed servers: via, because the From domain has not authorised the signature', () => {
    const seen = whatRecipientsSee(managed)
    expect(seen.gmail).toMatchObject({
      value: {
        via: 'mail.fairlead.example',
        line: 'Ines Calder <ines@brightwater.example> via mail.fairlead.example',
      },
      certainty: 'computed',
      source: expect.stringContaining('support.google.com'),
      sentence:
        'Gmail adds the via tag because brightwater.example has not authorised Fairlead to sign for it.',
    })
    expect(seen.outlook.value).toMatchObject({ via: null, line: 'Ines Calder <ines@brightwater.example>' })
    expect(seen.mailedBy.value).toBe('bounces.mail.fairlead.example')
    expect(seen.signedBy.value).toBe('mail.fairlead.example')
  })

  it("of an identity below the platform's own domain: no via", () => {
    for (const address of ['a@mail.fairlead.example', 'a@team.mail.fairlead.example', 'a@FAIRLEAD.example']) {
      const seen = whatRecipientsSee({ ...managed, identity: { name: 'A', address } })
      expect(seen.gmail.value.via, address).toBeNull()
    }
    const near = { name: 'A', address: 'a@evilmail.fairlead.example' }
    expect(whatRecipientsSee({ ...managed, identity: near }).gmail.value.via).toBe('mail.fairlead.example')
  })

  it('of an account that sends as itself: the swapped address, a Sent copy, and what nobody has checked', () => {
    const seen = whatRecipientsSee(gmail)
    expect(seen).toMatchObject({
      isSwapped: true,
      from: { address: 'ines.calder@gmail.com' },
      gmail: { certainty: 'not-checked-yet' },
      mailedBy: { certainty: 'not-checked-yet' },
      signedBy: { value: null, certainty: 'not-checked-yet' },
      sentCopy: { value: true },
      replies: { value: { address: 'ines.calder@gmail.com', isSeen: true } },
    })
  })

  it('every sentence ends as one, and every rule names its source', () => {
    for (const input of [
      managed,
      gmail,
      { ...gmail, traits: { ...gmail.traits, replies: 'unseen', bounces: 'unseen' } } as const,
    ]) {
      const {
        gmail: inGmail,
        outlook,
        mailedBy,
        signedBy,
        replies,
        sentCopy,
        bounces,
      } = whatRecipientsSee(input)
      const facts = [inGmail, outlook, mailedBy, signedBy, replies, sentCopy, bounces]
      for (const { sentence } of facts) expect(sentence).toMatch(/^[A-Z].*\.$/)
      for (const { source } of [inGmail, outlook, mailedBy, signedBy, replies])
        expect(source).toMatch(/^https:/)
    }
  })
})
