import type { ChannelTraits } from '../channels/channel.ts'
import type { OwnSignature } from '../domains/own-signatures.ts'
import { domainOf } from '../mail/authentication/organisational-domain.ts'
import type { LinkFacts } from './view-facts.ts'

/**
 * Mailboxes whose provider signs with the mailbox's own domain and sends from its own return path, by its documentation:
 * Gmail https://support.google.com/a/answer/174124, Outlook.com
 * https://learn.microsoft.com/en-us/defender-office-365/email-authentication-dkim-configure
 */
const selfSigning = new Set(['gmail.com', 'googlemail.com', 'outlook.com', 'hotmail.com', 'live.com'])

/**
 * What is known of a link for mail from one domain. Our own servers follow from what they sign with; another provider's
 * are known by its word for its own mailboxes alone.
 */
export function linkFacts(of: {
  readonly traits: ChannelTraits
  readonly fromDomain: string
  readonly own: OwnSignature
}): LinkFacts {
  const { traits, fromDomain, own } = of
  const { accountAddress } = traits
  const account = accountAddress === undefined ? null : domainOf(accountAddress)
  const isOwnMailbox = account === fromDomain && selfSigning.has(fromDomain)
  if (account !== null && (isOwnMailbox || traits.signsAsAccount)) {
    return { traits, spf: { domain: account, result: 'pass' }, dkim: [{ domain: account, isValid: true }] }
  }
  return {
    traits,
    // Behind another server, what signs is ours, but its addresses are not those that our return path allows.
    spf: traits.isOurs ? { domain: own.returnPathHost, result: 'pass' } : null,
    dkim: traits.signsDkim ? own.signatures : null,
  }
}
