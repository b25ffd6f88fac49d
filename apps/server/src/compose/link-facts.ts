import type { ChannelTraits } from '../channels/channel.ts'
import type { OwnSignature } from '../domains/own-signatures.ts'
import type { Authenticated } from '../mail/authentication/dmarc-verdict.ts'
import type { LinkFacts } from './view-facts.ts'

/** Return path and signatures as a round trip found them. */
export interface MeasuredFacts extends Authenticated {
  /** What had been computed when it was measured; null parts: nothing was known. */
  readonly computed: Authenticated
}

/**
 * Mailboxes whose provider signs with the mailbox's own domain and sends from its own return path, by its documentation:
 * Gmail https://support.google.com/a/answer/174124, Outlook.com
 * https://learn.microsoft.com/en-us/defender-office-365/email-authentication-dkim-configure
 */
const selfSigning = new Set(['gmail.com', 'googlemail.com', 'outlook.com', 'hotmail.com', 'live.com'])

/**
 * What is known of a link for mail from one domain. Our own servers follow from what they sign with; another server is
 * known once a round trip measured it, or by its provider's word for its own mailboxes. A measurement holds until what
 * is computed changes: a domain authenticated since then shows at once.
 */
export function linkFacts(of: {
  readonly traits: ChannelTraits
  readonly fromDomain: string
  readonly own: OwnSignature
  readonly measured: MeasuredFacts | null
}): LinkFacts {
  const { traits, measured } = of
  const computed = computedFacts(of)
  const isMeasured = measured !== null && isSame(measured.computed, computed)
  const { spf, dkim } = isMeasured ? measured : computed
  return { traits, spf, dkim, isMeasured }
}

export function computedFacts(of: {
  readonly traits: Pick<ChannelTraits, 'isOurs' | 'signsDkim' | 'fromAddress'>
  readonly fromDomain: string
  readonly own: OwnSignature
}): Authenticated {
  const { traits, fromDomain, own } = of
  if (traits.fromAddress === 'account' && selfSigning.has(fromDomain)) {
    return { spf: { domain: fromDomain, result: 'pass' }, dkim: [{ domain: fromDomain, isValid: true }] }
  }
  // Behind another server, what signs is ours, but its addresses are not those that our return path allows.
  return {
    spf: traits.isOurs ? { domain: own.returnPathHost, result: 'pass' } : null,
    dkim: traits.signsDkim ? own.signatures : null,
  }
}

function isSame(one: Authenticated, other: Authenticated): boolean {
  return JSON.stringify([one.spf, one.dkim]) === JSON.stringify([other.spf, other.dkim])
}
