import { field } from '../mail/headers.ts'
import type { Finding, Notice, Reading } from '../notice/notice.ts'
import type { HostRule, Sign } from './host-rule.ts'
import { readLayout } from './read-layout.ts'
import { saysItArrived, saysItGoesOn } from './still-trying.ts'

function holds(sign: Sign, notice: Notice): boolean {
  if (sign.from !== undefined && !notice.from.includes(sign.from)) return false
  if (sign.subject !== undefined && !notice.lowerSubject.includes(sign.subject)) return false
  if (sign.text !== undefined && !notice.lowerText.includes(sign.text)) return false
  if (sign.header === undefined) return true
  return field(notice.headers, sign.header[0]).toLowerCase().includes(sign.header[1])
}

function actionSaid(notice: Notice): Finding['action'] | undefined {
  if (saysItArrived(notice)) return 'delivered'
  return saysItGoesOn(notice) ? 'delayed' : undefined
}

/** Tries the rules in order; the first that finds a recipient speaks. */
export function readHosts(notice: Notice, rules: readonly HostRule[]): Reading | null {
  for (const rule of rules) {
    if (!rule.signs.some(sign => holds(sign, notice))) continue
    const findings = readLayout(rule, notice)
    if (findings.length === 0) continue
    const action = rule.action ?? actionSaid(notice)
    return {
      rule: rule.name,
      confidence: rule.confidence ?? 0.9,
      findings: findings.map(one => finish(one, rule, action, findings.length === 1 ? notice.text : '')),
    }
  }
  return null
}

function finish(
  finding: Finding,
  rule: HostRule,
  action: Finding['action'] | undefined,
  text: string,
): Finding {
  return {
    ...finding,
    // A lone recipient without a reason of its own: the reason stands somewhere in the text.
    diagnostic: finding.diagnostic === '' ? text.trim().slice(0, 4000) : finding.diagnostic,
    ...(action === undefined ? {} : { action }),
    ...(rule.reason === undefined ? {} : { reason: rule.reason }),
  }
}
