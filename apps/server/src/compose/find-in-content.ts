import { Problem } from '@fairlead/contract'
import { textOf } from '../mail/render-message.ts'
import { type Finding, finding } from './finding.ts'

const singleLine = /[\p{Cc}\p{Zl}\p{Zp}]/u
const field = /\{\{\s*([\p{L}\w]{1,50})(?:\s*\|[^{}]{0,100})?\s*\}\}/gu
const mostFields = 10

/** Subject and text: missing, breaking a header, or holding a field that nobody fills. */
export function findInContent(of: { subject: string; html: string; attachmentCount: number }): Finding[] {
  const found: Finding[] = []
  if (singleLine.test(of.subject)) {
    found.push(finding('error', new Problem('email.line-break', { field: 'subject' }), 'write-subject'))
  } else if (of.subject.trim() === '') {
    found.push(finding('warning', new Problem('email.no-subject'), 'write-subject'))
  }
  const text = textOf(of.html)
  if (text.trim() === '' && !/<img\b/i.test(of.html)) {
    const severity = of.attachmentCount > 0 ? 'warning' : 'error'
    found.push(finding(severity, new Problem('email.no-content'), 'write-text'))
  }
  for (const name of fieldsIn(`${of.subject}\n${text}`)) {
    found.push(finding('warning', new Problem('email.field-unfilled', { field: name }), 'fill-field'))
  }
  return found
}

function fieldsIn(text: string): string[] {
  const found = [...text.matchAll(field)].filter(match => match[1] !== 'my_signature').map(match => match[0])
  return [...new Set(found)].slice(0, mostFields)
}
