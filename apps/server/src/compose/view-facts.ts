import type { RecipientView } from '@fairlead/contract'
import type { ChannelTraits } from '../channels/channel.ts'
import type { DmarcPolicyFound } from '../mail/authentication/dmarc-record.ts'
import type { Authenticated } from '../mail/authentication/dmarc-verdict.ts'

/** What decides whose address stands in From, and where copies, bounces and replies go. */
export type SeenTraits = Pick<
  ChannelTraits,
  | 'fromAddress'
  | 'accountAddress'
  | 'fromName'
  | 'sendsAs'
  | 'sentCopy'
  | 'bounces'
  | 'replies'
  | 'maxBytes'
  | 'unmeasured'
  | 'signsAsAccount'
>

/** What is known of a link for a message from one identity; what is not known is null, never guessed. */
export interface LinkFacts extends Authenticated {
  readonly traits: SeenTraits
  /** SPF and signatures were seen on a message that arrived; absent: they follow from rules. */
  readonly isMeasured?: boolean
}

/** How sure a fact is that follows from what is known of a link. */
export const certaintyOf = ({ isMeasured }: LinkFacts): Certainty =>
  isMeasured === true ? 'measured' : 'computed'

/** What DNS says about the From domain. */
export interface DnsFacts {
  /** Null: not looked up yet, or without an answer. */
  readonly policy: DmarcPolicyFound | null
}

/** What the card is computed from; nothing there looks anything up. */
export interface ViewInput {
  readonly identity: { readonly name: string; readonly address: string }
  readonly link: LinkFacts
  readonly dns: DnsFacts
}

export type MailClient = 'gmail' | 'outlook'
export type Fact<K extends keyof RecipientView> = RecipientView[K]
export type Certainty = RecipientView['mailedBy']['certainty']

/** The address in From (spec 2.5): the account's, unless the identity's may be sent as from it. */
export function fromAddressOf(
  identity: { readonly address: string },
  { fromAddress, accountAddress, sendsAs = [] }: SeenTraits,
): string {
  if (fromAddress === 'identity' || accountAddress === undefined) return identity.address
  const wanted = identity.address.toLowerCase()
  const isAllowed = [accountAddress, ...sendsAs].some(one => one.toLowerCase() === wanted)
  return isAllowed ? identity.address : accountAddress
}
