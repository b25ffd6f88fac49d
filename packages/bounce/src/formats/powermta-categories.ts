import type { ReasonCode } from '../reasons/list.ts'

/**
 * What PowerMTA says in `X-PowerMTA-BounceCategory` (PowerMTA user guide, bounce categories). Only those that
 * are narrower than the words beside them.
 */
export const powerMtaCategories: Readonly<Record<string, ReasonCode>> = {
  'bad-domain': 'domain.unknown',
  'inactive-mailbox': 'mailbox.disabled',
  'message-expired': 'transport.expired',
  'no-answer-from-host': 'transport.network',
  'quota-issues': 'quota.full',
  'relaying-issues': 'policy.relay-denied',
  'routing-errors': 'domain.unknown',
  'spam-related': 'content.spam',
  'virus-related': 'content.virus',
}
