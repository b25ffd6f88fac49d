import { findAddress } from './mail/address.ts'
import { matchingKeys } from './matching-keys.ts'
import type { Finding, Notice, Reading } from './notice/notice.ts'
import { tellReason } from './reasons/classify.ts'
import { findCommand } from './reasons/find-command.ts'
import { type ReasonCode, reasons, type SuppressAdvice } from './reasons/list.ts'
import { deriveStatus, pickStatus } from './reasons/pick-status.ts'
import { findReplyCode } from './reasons/reply-codes.ts'
import type { BounceReport, MailKind, ReportedRecipient } from './report.ts'

const maxDiagnostic = 4000

const fold = (text: string): string =>
  text
    .slice(0, 2 * maxDiagnostic)
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, maxDiagnostic)

/** The reason of one finding; nothing is told of what arrived or was complained of. */
function reasonOf(
  finding: Finding,
  text: string,
  status: string | null,
  code: number | null,
  context: string,
): ReasonCode {
  if (finding.action !== 'failed' && finding.action !== 'delayed') return 'unknown.none'
  if (finding.named !== undefined) return finding.named
  const command = finding.command ?? findCommand(text) ?? findCommand(context)
  const provider = [finding.remoteMta, finding.reportingMta].filter(one => one !== undefined).join(' ')
  const known = { code, status, provider, ...(command === undefined ? {} : { command }) }
  const told = tellReason({ ...known, text })
  if (told.certain) return told.code
  // The report names no cause; the words beside it may.
  const beside = context === '' ? told : tellReason({ ...known, text: context.slice(0, 4000) })
  if (beside.certain) return beside.code
  const heard = told.code !== 'unknown.none' && told.code !== 'unknown.on-hold'
  return heard ? told.code : (finding.reason ?? told.code)
}

function isTemporary(
  finding: Finding,
  status: string | null,
  code: number | null,
  reason: ReasonCode,
): boolean {
  const first = status?.[0] ?? String(code ?? '')[0]
  if (first === '4' || first === '5') return first === '4'
  return finding.action === 'delayed' || reasons[reason].permanence === 'temporary'
}

/**
 * A complaint is about the address, if the report named it and nobody guessed. An address is given up at once
 * only where the refusal is final and its reading sure.
 */
function suppressAdvice(finding: Finding, advice: SuppressAdvice, isCareful: boolean): SuppressAdvice {
  if (finding.action === 'complained') return finding.isGuessed === true ? 'never' : 'address'
  return advice === 'address' && isCareful ? 'after-repeats' : advice
}

function recipientOf(finding: Finding, context: string, isDoubtful: boolean): ReportedRecipient {
  const diagnostic = fold(finding.diagnostic)
  const replyCode = finding.replyCode ?? findReplyCode(diagnostic)
  const picked = pickStatus(finding.status, diagnostic, context)
  const { status } = picked
  const code = reasonOf(finding, diagnostic, status, replyCode, context)
  const entry = reasons[code]
  const temporary = isTemporary(finding, status, replyCode, code)
  const bounced = finding.action === 'failed' || finding.action === 'delayed'
  return {
    finalAddress: finding.address === '' ? null : finding.address,
    originalAddress: finding.original ?? null,
    action: finding.action,
    finality: finding.action === 'delayed' ? 'pending' : 'final',
    ...(status === null && bounced ? deriveStatus(code, temporary) : picked),
    replyCode,
    reason: {
      code,
      ...(diagnostic === '' ? {} : { reply: diagnostic }),
      ...(replyCode === null ? {} : { replyCode }),
      ...(status === null ? {} : { status }),
    },
    permanence: temporary ? 'temporary' : 'permanent',
    fault: entry.fault,
    suppress: suppressAdvice(finding, entry.suppress, temporary || isDoubtful),
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
  // Words beside a single recipient are about that one.
  const context = reading.findings.length === 1 ? notice.text : ''
  const recipients: ReportedRecipient[] = []
  if (reading.kind !== 'auto-reply' && reading.kind !== 'challenge') {
    for (const finding of reading.findings) {
      const name = `${finding.address}\n${finding.original ?? ''}\n${finding.action}`
      if (seen.has(name)) continue
      seen.add(name)
      recipients.push(recipientOf(finding, context, reading.confidence < 0.7))
    }
  }
  return { kind: kindOf(reading), from, recipients, keys, confidence: reading.confidence, rule: reading.rule }
}
