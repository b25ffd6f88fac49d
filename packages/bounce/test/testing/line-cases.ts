import { readFileSync } from 'node:fs'
import { readReturnedMail } from '../../src/index.ts'

/** A small mail on one line of `corpus/lines.jsonl`: its header, its text, and what is to be read. */
export interface LineCase {
  readonly headers: string
  readonly body: string
  readonly expect: string
}

/** What a line case states of a report, on one line. */
export function summaryOf({ headers, body }: Pick<LineCase, 'headers' | 'body'>): string {
  const report = readReturnedMail(Buffer.from(`${headers}\n\n${body}\n`))
  const recipients = report.recipients.map(one => `${one.finalAddress} ${one.action} ${one.reason.code}`)
  return [`${report.kind} by ${report.rule}`, ...recipients].join('; ')
}

const lines = readFileSync(new URL('../../corpus/lines.jsonl', import.meta.url), 'utf8').split('\n')

export const lineCases: readonly { readonly name: string; readonly holds: () => boolean }[] = lines
  .filter(line => line !== '')
  .map(line => {
    const one = JSON.parse(line) as LineCase
    return { name: `${one.headers} ${one.body}`, holds: () => summaryOf(one) === one.expect }
  })
