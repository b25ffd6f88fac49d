import type { RecipientView } from '@fairlead/contract'
import type { ChannelTraits } from '../channels/channel.ts'

/** What the card is computed from; nothing here looks anything up. */
export interface ViewInput {
  readonly identity: { readonly name: string; readonly address: string }
  /** The account that a channel sends from, where it sends as the account; null: not known. */
  readonly accountAddress: string | null
  readonly traits: Pick<
    ChannelTraits,
    'fromAddress' | 'sentCopy' | 'bounces' | 'replies' | 'returnPath' | 'maxBytes'
  >
  /** Does Fairlead sign for this link itself, with the platform's key? */
  readonly isSignedByPlatform: boolean
  /** d= of the platform's signature. */
  readonly mailDomain: string
  readonly returnPathHost: string
}

export type WhatRecipientsSee = Pick<
  RecipientView,
  | 'from'
  | 'isSwapped'
  | 'gmail'
  | 'outlook'
  | 'mailedBy'
  | 'signedBy'
  | 'replies'
  | 'sentCopy'
  | 'bounces'
  | 'limitBytes'
>

/** "via" stands where neither the signature nor the return path is of the From domain. */
const gmailVia = 'https://support.google.com/mail/answer/1311182'
/** Mailed-by and signed-by in the details of a message. */
const gmailDetails = 'https://support.google.com/mail/answer/180707'
/** "On behalf of" stands where there is a Sender field; Fairlead writes none (RFC 5322 §3.6.2). */
const outlookSender = 'https://datatracker.ietf.org/doc/html/rfc5322#section-3.6.2'
const replyRule = 'https://datatracker.ietf.org/doc/html/rfc5322#section-3.6.3'

type Facts = WhatRecipientsSee

/**
 * What your recipients will see (spec 4.5), first version: from the traits of the link and the platform's own signature.
 * What only a measurement could tell says `not-checked-yet`.
 */
export function whatRecipientsSee(input: ViewInput): WhatRecipientsSee {
  const { identity, traits, accountAddress } = input
  const isAccount = traits.fromAddress === 'account'
  const address = isAccount && accountAddress !== null ? accountAddress : identity.address
  const from = { name: identity.name, address }
  return {
    from,
    isSwapped: address.toLowerCase() !== identity.address.toLowerCase(),
    ...fromLines(input, from),
    mailedBy: mailedBy(input, from),
    signedBy: signedBy(input),
    replies: repliesOf(input, from),
    sentCopy: sentCopyOf(traits),
    bounces: bouncesOf(traits),
    limitBytes: traits.maxBytes,
  }
}

interface From {
  readonly name: string
  readonly address: string
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase()

/** Is `domain` the other's, or below or above it? Receivers compare organisational domains (RFC 7489 §3.1). */
function isAligned(domain: string, other: string): boolean {
  return domain === other || domain.endsWith(`.${other}`) || other.endsWith(`.${domain}`)
}

function viaOf(input: ViewInput, from: From): string | null {
  if (!input.isSignedByPlatform) return null
  return isAligned(domainOf(from.address), input.mailDomain) ? null : input.mailDomain
}

function fromLines(input: ViewInput, from: From): Pick<Facts, 'gmail' | 'outlook'> {
  const via = viaOf(input, from)
  const plain = `${from.name} <${from.address}>`
  const certainty = input.isSignedByPlatform ? 'computed' : 'not-checked-yet'
  const domain = domainOf(from.address)
  return {
    gmail: {
      value: { ...from, via, line: via === null ? plain : `${plain} via ${via}` },
      certainty,
      source: gmailVia,
      sentence:
        certainty === 'not-checked-yet'
          ? 'Whether Gmail adds a via tag depends on how this delivery channel signs. It has not been checked yet.'
          : via === null
            ? 'Gmail shows no via tag.'
            : `Gmail adds the via tag because ${domain} has not authorised Fairlead to sign for it.`,
    },
    outlook: {
      value: { ...from, via: null, line: plain },
      certainty: 'computed',
      source: outlookSender,
      sentence: 'Outlook shows no "on behalf of": Fairlead writes no Sender field.',
    },
  }
}

function mailedBy(input: ViewInput, from: From): Facts['mailedBy'] {
  if (input.traits.returnPath === 'ours') {
    return {
      value: input.returnPathHost,
      certainty: 'computed',
      source: gmailDetails,
      sentence: `The details in Gmail say mailed-by ${input.returnPathHost}: returned mail comes there.`,
    }
  }
  return {
    value: domainOf(from.address),
    certainty: 'not-checked-yet',
    source: gmailDetails,
    sentence:
      'Mailed-by follows the return path that this delivery channel gives. It has not been checked yet.',
  }
}

function signedBy(input: ViewInput): Facts['signedBy'] {
  if (!input.isSignedByPlatform) {
    return {
      value: null,
      certainty: 'not-checked-yet',
      source: gmailDetails,
      sentence: 'Who signs on this delivery channel has not been checked yet.',
    }
  }
  return {
    value: input.mailDomain,
    certainty: 'computed',
    source: gmailDetails,
    sentence: `The details in Gmail say signed-by ${input.mailDomain}: Fairlead signs with its own key.`,
  }
}

function repliesOf({ traits }: ViewInput, { address }: From): Facts['replies'] {
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

function sentCopyOf(traits: ViewInput['traits']): Facts['sentCopy'] {
  const sentence = {
    none: 'No copy lands in your Sent folder; the email stands in Conversations.',
    'by-provider': 'One copy lands in your Sent folder: the provider puts it there.',
    appended: 'One copy lands in your Sent folder: Fairlead puts it there.',
  }[traits.sentCopy]
  return { value: traits.sentCopy !== 'none', certainty: 'computed', source: null, sentence }
}

function bouncesOf(traits: ViewInput['traits']): Facts['bounces'] {
  const sentence = {
    'return-path': 'Every bounce is noticed: returned mail comes to Fairlead itself.',
    mailbox: 'Bounces are noticed: Fairlead watches the mailbox that they come to.',
    unseen: 'A bounce that comes later is not noticed: this delivery channel cannot tell.',
  }[traits.bounces]
  return { value: traits.bounces, certainty: 'computed', source: null, sentence }
}
