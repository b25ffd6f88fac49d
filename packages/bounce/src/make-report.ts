import { findAddress } from './mail/address.ts'
import { matchingKeys } from './matching-keys.ts'
import type { Finding, Notice, Reading } from './notice/notice.ts'
import { tell } from './reasons/classify.ts'
import { reasons } from './reasons/list.ts'
import { findReplyCode, findStatuses } from './reasons/reply-codes.ts'
import type { BounceReport, MailKind, ReportedRecipient } from './report.ts'

const maxDiagnostic = 4000

const fold = (text: string): string =>
  text
    .slice(0, 2 * maxDiagnostic)
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, maxDiagnostic)

type Status = Pick<ReportedRecipient, 'status' | 'statusFrom'>

function statusOf(finding: Finding, diagnostic: string): Status {
  const inText = findStatuses(diagnostic)
  const own = finding.status
  const specific = inText.find(one => !one.endsWith('.0.0'))
  if (own !== undefined && !(own.endsWith('.0.0') && specific !== undefined))
    return { status: own, statusFrom: 'status-field' }
  const best = specific ?? inText[0]
  return best === undefined ? { status: null, statusFrom: null } : { status: best, statusFrom: 'diagnostic' }
}

function recipientOf(finding: Finding): ReportedRecipient {
  const diagnostic = fold(finding.diagnostic)
  const replyCode = finding.replyCode ?? findReplyCode(diagnostic)
  const { status, statusFrom } = statusOf(finding, diagnostic)
  const found =
    finding.action === 'failed' || finding.action === 'delayed'
      ? { code: finding.reason ?? tell({ code: replyCode, enhanced: status, text: diagnostic }).code }
      : { code: 'unknown.none' as const }
  const entry = reasons[found.code]
  const first = status?.[0] ?? String(replyCode ?? '')[0]
  const temporary =
    first === '4' || (first !== '5' && (finding.action === 'delayed' || entry.permanence === 'temporary'))
  return {
    finalAddress: finding.address === '' ? null : finding.address,
    originalAddress: finding.original ?? null,
    action: finding.action,
    finality: finding.action === 'delayed' ? 'pending' : 'final',
    status,
    statusFrom,
    replyCode,
    reason: {
      code: found.code,
      ...(diagnostic === '' ? {} : { reply: diagnostic }),
      ...(replyCode === null ? {} : { replyCode }),
      ...(status === null ? {} : { status }),
    },
    permanence: temporary ? 'temporary' : 'permanent',
    fault: entry.fault,
    suppress: entry.suppress,
    retry: entry.retry,
    remoteMta: finding.remoteMta ?? null,
    reportingMta: finding.reportingMta ?? null,
    diagnostic,
  }
}

function kindOf(reading: Reading): MailKind {
  if (reading.kind !== undefined) return reading.kind
  if (reading.findings.some(one => one.action === 'failed')) return 'bounce'
  return reading.findings.some(one => one.action === 'delayed') ? 'delay' : 'delivered'
}

/** Puts what a reader found into the form that the product knows. */
export function makeReport(notice: Notice, reading: Reading | null): BounceReport {
  const keys = matchingKeys(notice, reading)
  const from = findAddress(notice.from) || null
  if (reading === null) return { kind: 'other', from, recipients: [], keys, confidence: 0.5, rule: 'none' }
  const seen = new Set<string>()
  const recipients: ReportedRecipient[] = []
  if (reading.kind !== 'auto-reply' && reading.kind !== 'challenge') {
    for (const finding of reading.findings) {
      const name = `${finding.address}\n${finding.original ?? ''}\n${finding.action}`
      if (seen.has(name)) continue
      seen.add(name)
      recipients.push(recipientOf(finding))
    }
  }
  return { kind: kindOf(reading), from, recipients, keys, confidence: reading.confidence, rule: reading.rule }
}
