import type { Action, Finding, Notice, Reading } from '../notice/notice.ts'
import { findReplyCode, readStatus } from '../reasons/reply-codes.ts'
import { typedValue } from './dsn.ts'

type Json = Readonly<Record<string, unknown>>

const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value.slice(0, 500) : [])

/** The first JSON object of a text; null when there is none. Mail may have wrapped its lines mid-string. */
function parseNotification(body: string): Json | null {
  const from = body.indexOf('{"')
  const to = body.lastIndexOf('}')
  if (from < 0 || to < from) return null
  try {
    const parsed: unknown = JSON.parse(body.slice(from, to + 1).replace(/\n[ \t]?/g, ''))
    if (!isJson(parsed)) return null
    // SNS without raw delivery wraps the notification in a string.
    const inner = text(parsed.Message)
    const unwrapped: unknown = inner.startsWith('{') ? JSON.parse(inner) : parsed
    return isJson(unwrapped) ? unwrapped : null
  } catch {
    return null
  }
}

function bounced(bounce: Json): Finding[] {
  const temporary = text(bounce.bounceType).toLowerCase() === 'transient'
  return list(bounce.bouncedRecipients)
    .filter(isJson)
    .map(one => {
      const diagnostic = typedValue(text(one.diagnosticCode)).rest
      const status = readStatus(text(one.status)) ?? (temporary ? '4.0.0' : null)
      const replyCode = findReplyCode(diagnostic)
      const action: Action = text(one.action) === 'delayed' ? 'delayed' : 'failed'
      const reportingMta = typedValue(text(bounce.reportingMTA)).rest
      return {
        address: text(one.emailAddress),
        action,
        diagnostic: diagnostic || text(bounce.bounceSubType),
        ...(status === null ? {} : { status }),
        ...(replyCode === null ? {} : { replyCode }),
        ...(reportingMta === '' ? {} : { reportingMta }),
      }
    })
}

function delivered(delivery: Json): Finding[] {
  const diagnostic = text(delivery.smtpResponse)
  const status = readStatus(diagnostic.slice(4))
  const replyCode = findReplyCode(diagnostic)
  return list(delivery.recipients).map(one => ({
    address: text(one),
    action: 'delivered',
    diagnostic,
    ...(status === null ? {} : { status }),
    ...(replyCode === null ? {} : { replyCode }),
  }))
}

function complained(complaint: Json): Finding[] {
  return list(complaint.complainedRecipients)
    .filter(isJson)
    .map(one => ({
      address: text(one.emailAddress),
      action: 'complained',
      diagnostic: text(complaint.complaintFeedbackType),
    }))
}

/** Event notifications of Amazon SES, mailed by SNS as JSON (SES developer guide, "notification contents"). */
export function readAmazonNotification(notice: Notice): Reading | null {
  if (!notice.text.includes('"notificationType"') && !notice.text.includes('"eventType"')) {
    if (!notice.text.includes('notificationType\\"')) return null
  }
  const json = parseNotification(notice.text)
  if (json === null) return null
  const rule = 'formats/amazon-notification'
  const mail = isJson(json.mail) ? text(json.mail.messageId) : ''
  const messageIds = mail === '' ? [] : [mail]
  const { bounce, complaint, delivery } = json
  if (isJson(bounce)) return { rule, findings: bounced(bounce), confidence: 0.97, messageIds }
  if (isJson(complaint))
    return { rule, findings: complained(complaint), confidence: 0.97, messageIds, kind: 'feedback' }
  if (isJson(delivery)) return { rule, findings: delivered(delivery), confidence: 0.97, messageIds }
  return null
}
