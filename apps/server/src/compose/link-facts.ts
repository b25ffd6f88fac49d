import type { MeasuredMail } from '@fairlead/contract'
import type { ChannelTraits } from '../channels/channel.ts'
import type { OwnSignature } from '../domains/own-signatures.ts'
import { spfResults } from '../mail/authentication/dmarc-verdict.ts'
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
 * are known by its word for its own mailboxes alone. What no rule says, a message that arrived may have shown.
 */
export function linkFacts(of: KnownOfLink): LinkFacts {
  const facts = factsByRule(of)
  const { measured = null } = of
  if (measured === null || (facts.spf !== null && facts.dkim !== null)) return facts
  return {
    traits: of.traits,
    isMeasured: true,
    spf: facts.spf ?? measuredSpf(measured),
    dkim: facts.dkim ?? measured.dkim.map(({ domain, result }) => ({ domain, isValid: result === 'pass' })),
  }
}

/** A look-up that failed says nothing. */
function measuredSpf({ spf }: MeasuredMail): LinkFacts['spf'] {
  const result = spfResults.find(one => one === spf?.result)
  return spf === null || result === undefined || result === 'temperror'
    ? null
    : { domain: spf.domain, result }
}

/** What a link is known by for mail from one domain. */
export interface KnownOfLink {
  readonly traits: ChannelTraits
  readonly fromDomain: string
  readonly own: OwnSignature
  /** Of the newest message from this address that arrived over the link; absent: nothing was measured. */
  readonly measured?: MeasuredMail | null
}

function factsByRule(of: KnownOfLink): LinkFacts {
  const { traits, fromDomain, own } = of
  const { accountAddress } = traits
  const account = accountAddress === undefined ? null : domainOf(accountAddress)
  const isOwnMailbox = account === fromDomain && selfSigning.has(fromDomain)
  if (account !== null && (isOwnMailbox || traits.signsAsAccount)) {
    return { traits, spf: { domain: account, result: 'pass' }, dkim: [{ domain: account, isValid: true }] }
  }
  return {
    traits,
    // A smart host hands over from addresses of its own: whether the SPF record lets those send, nobody has checked.
    spf: traits.isOurs && traits.isRelay !== true ? { domain: own.returnPathHost, result: 'pass' } : null,
    dkim: traits.signsDkim ? own.signatures : null,
  }
}
