import type { BounceReport, ReportedRecipient } from './report.ts'
import { hardReasons, sisimaiNames } from './sisimai-names.ts'

/** One mail in the form that comparisons of bounce readers take, one JSON line each. */
export interface ScorerLine {
  readonly file: string
  readonly kind: 'bounce' | 'feedback' | 'vacation' | 'delivered' | 'none'
  readonly messageId: string | null
  readonly records: readonly ScorerRecord[]
}

export interface ScorerRecord {
  readonly recipient: string | null
  readonly action: string
  readonly status: string | null
  readonly replyCode: string | null
  readonly reason: string
  readonly hardBounce: boolean
  readonly remoteMta: string | null
}

const kinds = {
  bounce: 'bounce',
  delay: 'bounce',
  delivered: 'delivered',
  feedback: 'feedback',
  'auto-reply': 'vacation',
  challenge: 'vacation',
  other: 'none',
} as const

function recordOf(
  recipient: ReportedRecipient,
  report: BounceReport,
  names: 'ours' | 'sisimai',
): ScorerRecord {
  const sisimai = sisimaiNames[recipient.reason.code] ?? 'undefined'
  const bounced = recipient.action === 'failed' || recipient.action === 'delayed'
  const isReport = report.rule.startsWith('formats/')
  const named = names === 'sisimai' ? sisimai : recipient.reason.code
  return {
    // Sisimai names the address we wrote to where a report has both, and the last one of free words.
    recipient: (isReport ? recipient.originalAddress : null) ?? recipient.finalAddress,
    action: recipient.action,
    status: recipient.status,
    replyCode: recipient.replyCode === null ? null : String(recipient.replyCode),
    reason: bounced ? named : report.kind === 'feedback' ? 'feedback' : 'delivered',
    hardBounce: bounced && hardReasons.has(sisimai),
    remoteMta: recipient.remoteMta,
  }
}

/** Turns a report into one line for a scorer. */
export function scorerLine(file: string, report: BounceReport, names: 'ours' | 'sisimai'): ScorerLine {
  const records = report.recipients.map(one => recordOf(one, report, names))
  if (kinds[report.kind] === 'vacation') {
    records.push({
      recipient: report.from,
      action: 'delivered',
      status: null,
      replyCode: null,
      reason: 'vacation',
      hardBounce: false,
      remoteMta: null,
    })
  }
  return { file, kind: kinds[report.kind], messageId: report.keys.messageIds[0] ?? null, records }
}
