import type { ReasonCode } from './list.ts'
import { findStatuses } from './reply-codes.ts'

export interface PickedStatus {
  readonly status: string | null
  readonly statusFrom: 'status-field' | 'diagnostic' | 'text' | 'derived' | null
}

/** Statuses that say only that it failed, or that time ran out; another in the same diagnostic says why. */
const vague = /^[245]\.0\.0$|^[45]\.4\.7$/
/** A gateway's own summary before the reply it heard: `5.1.0 - Unknown address error 550-'5.2.2 …`. */
const gatewaySummary = /5\.1\.0 - unknown address error (?=\d{3})/i

const replyWithStatus = /\b[45]\d\d[ -]([45]\.\d\.\d{1,3})(?!\d)/g

/** Time ran out: what the last try heard stands in the words beside the report (Exchange lists the tries). */
function lastTried(context: string): string | undefined {
  const heard = [...context.slice(0, 20_000).matchAll(replyWithStatus)].map(match => match[1] ?? '')
  return heard.findLast(one => !vague.test(one))
}

/**
 * Chooses between the Status field of a report and what the diagnostic quotes. The field often holds the
 * reporting system's summary (5.0.0, 4.4.7), the diagnostic what the refusing server said.
 */
export function pickStatus(field: string | undefined, diagnostic: string, context = ''): PickedStatus {
  // In a refusal a class 2 is a version, or an answer to something else.
  const said = findStatuses(diagnostic.replace(gatewaySummary, '')).filter(
    one => !one.startsWith('2') || field?.startsWith('2') === true,
  )
  const specific = said.find(one => !vague.test(one))
  const tried =
    specific === undefined && field !== undefined && /^[45]\.4\.7$/.test(field)
      ? lastTried(context)
      : undefined
  if (tried !== undefined) return { status: tried, statusFrom: 'text' }
  if (specific !== undefined && specific !== field) return { status: specific, statusFrom: 'diagnostic' }
  const best = said.find(one => !one.endsWith('.0.0')) ?? said[0]
  if (field !== undefined && !(field.endsWith('.0.0') && best !== undefined)) {
    return { status: field, statusFrom: 'status-field' }
  }
  return best === undefined ? { status: null, statusFrom: null } : { status: best, statusFrom: 'diagnostic' }
}

/** The status that a reason stands for where a notice names none (RFC 3463 §3); its class is put before it. */
const impliedStatus: Readonly<Partial<Record<ReasonCode, string>>> = {
  'recipient.unknown': '1.1',
  'recipient.moved': '1.6',
  'recipient.filtered': '2.1',
  'mailbox.disabled': '2.1',
  'quota.full': '2.2',
  'domain.unknown': '1.2',
  'domain.no-mail': '1.10',
  'size.message': '3.4',
  'size.recipient': '2.3',
  'auth.failed': '7.26',
  'auth.tls': '7.10',
  'reputation.no-ptr': '7.25',
  'policy.sender-rejected': '1.8',
  'transport.expired': '4.7',
  'transport.network': '4.2',
  'transport.loop': '4.6',
  'system.error': '3.0',
  'system.full': '3.1',
  'system.mailer': '3.0',
  'system.syntax': '5.2',
}

/** A status for a notice that names none. */
export function deriveStatus(reason: ReasonCode, temporary: boolean): PickedStatus {
  return { status: `${temporary ? 4 : 5}.${impliedStatus[reason] ?? '0.0'}`, statusFrom: 'derived' }
}
