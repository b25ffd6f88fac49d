import { type DomainRecord, fill, recordProblems } from '@fairlead/contract'
import type { DomainRow, RecordFinding } from './domain-row.ts'
import { hostOf } from './judge-record.ts'
import type { PlatformHosts } from './platform-hosts.ts'
import { recordTexts } from './texts.ts'
import { type WantedRecord, wantedRecords } from './wanted-records.ts'

/** The records as they are shown: what should stand in DNS, and what stood there at the last look. */
export function showRecords(domain: DomainRow, hosts: PlatformHosts): DomainRecord[] {
  return wantedRecords(domain, hosts)
    .filter(wanted => isShown(wanted, domain))
    .map(wanted => showRecord(wanted, domain))
}

/**
 * DMARC is advice, and only where a look-up proves that there is none, here and above: a second record would void
 * both. Two records are a conflict, which is shown. So it is with TLS-RPT, which holds for one name alone.
 */
function isShown({ purpose, name }: WantedRecord, { findings }: DomainRow): boolean {
  if (!purpose.endsWith('-advice')) return true
  const seen = findings.records?.[purpose]
  if (seen === undefined || seen.name !== name) return false
  if (seen.state === 'conflict' || seen.state === 'needs-change') return true
  return seen.state === 'not-found' && (purpose !== 'dmarc-advice' || findings.dmarc === null)
}

function showRecord(wanted: WantedRecord, { domain, findings }: DomainRow): DomainRecord {
  const seen = findings.records?.[wanted.purpose]
  // After a rotation the same purpose has another name.
  const finding = seen?.name === wanted.name ? seen : undefined
  return {
    ...wanted,
    ...recordTexts[wanted.purpose],
    host: wanted.place === 'our-dns' ? wanted.name : hostOf(wanted.name, domain),
    found: [...(finding?.found ?? [])],
    state: finding?.state ?? 'not-checked-yet',
    problem: finding === undefined ? null : showProblem(finding),
    checkedAt: finding?.checkedAt || null,
  }
}

function showProblem({ problem, name, type }: RecordFinding): DomainRecord['problem'] {
  if (problem === null) return null
  const params = { name, type, ...problem.params }
  const { sentence, fix } = recordProblems[problem.code]
  return { code: problem.code, params, sentence: fill(sentence, params), fix: fill(fix, params) }
}
