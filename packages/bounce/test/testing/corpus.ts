import { readdirSync, readFileSync } from 'node:fs'
import type { BounceReport } from '../../src/index.ts'

export interface MailCase {
  readonly name: string
  readonly mail: Uint8Array
}

/** The mails of one folder of the corpus. */
export function mailsIn(folder: string): MailCase[] {
  const place = new URL(`../../corpus/${folder}/`, import.meta.url)
  return readdirSync(place)
    .filter(name => name.endsWith('.eml'))
    .sort()
    .map(name => ({ name: name.slice(0, -4), mail: readFileSync(new URL(name, place)) }))
}

/** What stands in the `.json` beside a hand-made mail. */
export interface Expected {
  readonly kind: string
  readonly rule: string
  readonly recipients: readonly Readonly<Record<string, string | null>>[]
  readonly messageIds: readonly string[]
}

export function expectedOf(folder: string, name: string): Expected {
  return JSON.parse(
    readFileSync(new URL(`../../corpus/${folder}/${name}.json`, import.meta.url), 'utf8'),
  ) as Expected
}

/** The parts of a report that a case states. */
export function statedOf(report: BounceReport): Expected {
  return {
    kind: report.kind,
    rule: report.rule,
    recipients: report.recipients.map(one => ({
      finalAddress: one.finalAddress,
      originalAddress: one.originalAddress,
      action: one.action,
      status: one.status,
      reason: one.reason.code,
    })),
    messageIds: report.keys.messageIds,
  }
}
