import { allHosts } from '../hosts/all-hosts.ts'
import { readHosts } from '../hosts/read-hosts.ts'
import type { Finding, Notice, Reading } from '../notice/notice.ts'

/** A diagnostic without words: `255`, `smtp; 421`, or nothing. */
const wordless = (diagnostic: string): boolean => !/[^\W\d_]{3}/u.test(diagnostic)

/**
 * A report may name the recipient and leave the reason to the text beside it (OpenSMTPD, sendmail with a
 * local mailer), or the other way round (Google Workspace). The text is then read as the host's own words.
 */
export function supplement(reading: Reading, notice: Notice): Reading {
  if (!reading.findings.some(one => wordless(one.diagnostic) && one.action !== 'delivered')) return reading
  const words = readHosts(notice, allHosts)
  const findings = reading.findings.map(one => {
    if (!wordless(one.diagnostic)) return one
    return withWords(one, words, reading.findings.length === 1 ? notice.text : '')
  })
  return { ...reading, findings }
}

function withWords(finding: Finding, words: Reading | null, text: string): Finding {
  const same = words?.findings.find(
    one => one.address === finding.address || one.address === finding.original,
  )
  const told = same ?? (words?.findings.length === 1 ? words.findings[0] : undefined)
  const diagnostic = told?.diagnostic || text.trim().slice(0, 3000)
  return {
    ...finding,
    diagnostic: `${finding.diagnostic} ${diagnostic}`.trim(),
    ...(told?.command === undefined ? {} : { command: told.command }),
    ...(told?.reason === undefined ? {} : { reason: told.reason }),
  }
}
