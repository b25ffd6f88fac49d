import type { RecipientView } from '@fairlead/contract'
import { domainOf } from '../mail/authentication/organisational-domain.ts'
import { authenticationOf, mailedBy, signedBy } from './authentication-facts.ts'
import { fromLine } from './from-line.ts'
import { fromAddressOf, type LinkFacts, type ViewInput } from './view-facts.ts'

export type WhatRecipientsSee = Pick<
  RecipientView,
  | 'from'
  | 'isSwapped'
  | 'gmail'
  | 'outlook'
  | 'mailedBy'
  | 'signedBy'
  | 'authentication'
  | 'replies'
  | 'sentCopy'
  | 'bounces'
  | 'limitBytes'
>

const replyRule = 'https://datatracker.ietf.org/doc/html/rfc5322#section-3.6.3'

/**
 * What your recipients will see (spec 4.5) of a message from an identity over a link, for Gmail and for Outlook. Pure;
 * each fact cites the page or RFC that it follows from. What is not known says `not-checked-yet`.
 */
export function whatRecipientsSee(input: ViewInput): WhatRecipientsSee {
  const { identity, link, dns } = input
  const address = fromAddressOf(identity, link.traits)
  const from = { name: link.traits.fromName ?? identity.name, address }
  return {
    from,
    isSwapped: address.toLowerCase() !== identity.address.toLowerCase(),
    gmail: fromLine('gmail', from, link),
    outlook: fromLine('outlook', from, link),
    mailedBy: mailedBy(link),
    signedBy: signedBy(domainOf(address), link),
    authentication: authenticationOf(address, link, dns),
    replies: repliesOf(link, address),
    sentCopy: sentCopyOf(link),
    bounces: bouncesOf(link),
    limitBytes: link.traits.maxBytes,
  }
}
function repliesOf({ traits }: LinkFacts, address: string): RecipientView['replies'] {
  const known = {
    mailbox: { isSeen: true, sentence: `A reply goes to ${address}, and Fairlead shows it here too.` },
    unseen: { isSeen: false, sentence: `A reply goes to ${address}. Fairlead does not see it.` },
    'identity-mailbox': {
      isSeen: false,
      sentence: `A reply goes to the mailbox of ${address}. Fairlead sees it only once that mailbox is connected.`,
    },
  }[traits.replies]
  return {
    value: { address, isSeen: known.isSeen },
    ...{ certainty: 'computed', source: replyRule, sentence: known.sentence },
  }
}

function sentCopyOf({ traits }: LinkFacts): RecipientView['sentCopy'] {
  const sentence = {
    none: 'No copy lands in your Sent folder; the email stands in Conversations.',
    'by-provider': 'One copy lands in your Sent folder: the provider puts it there.',
    appended: 'One copy lands in your Sent folder: Fairlead puts it there.',
  }[traits.sentCopy]
  if (traits.unmeasured?.includes('sent-copy')) {
    const unknown = 'Whether a copy lands in your Sent folder has not been checked yet.'
    return { value: null, certainty: 'not-checked-yet', source: null, sentence: unknown }
  }
  return { value: traits.sentCopy !== 'none', certainty: 'computed', source: null, sentence }
}

function bouncesOf({ traits }: LinkFacts): RecipientView['bounces'] {
  const sentence = {
    'return-path': 'Every bounce is noticed: returned mail comes to Fairlead itself.',
    mailbox: 'Bounces are noticed: Fairlead watches the mailbox that they come to.',
    unseen: 'A bounce that comes later is not noticed: this delivery channel cannot tell.',
  }[traits.bounces]
  if (traits.unmeasured?.includes('bounces')) {
    const unknown = 'Whether a bounce that comes later is noticed has not been checked yet.'
    return { value: null, certainty: 'not-checked-yet', source: null, sentence: unknown }
  }
  return { value: traits.bounces, certainty: 'computed', source: null, sentence }
}
