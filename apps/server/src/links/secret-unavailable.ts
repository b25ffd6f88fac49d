import type { Reason } from '@fairlead/bounce'

/**
 * The secret of a link cannot be had: none is stored, it ended and a person must connect again, or it could not be
 * renewed now. `outcome` is what that means for the mail on its way (channels/channel.ts, SendOutcome).
 */
export class SecretUnavailableError extends Error {
  override readonly name = 'SecretUnavailableError'
  readonly outcome: { readonly is: 'link-broken' | 'deferred'; readonly reason: Reason }

  constructor(outcome: SecretUnavailableError['outcome']) {
    super(`The secret of a delivery channel is not available: ${outcome.reason.code}`)
    this.outcome = outcome
  }
}
