/** Deleting any rule must break a hand-made case, not only a mail of a public collection. */
import { describe, expect, test } from 'vitest'
import { classifyReply } from '../src/index.ts'
import { type Evidence, type ReasonRules, reasonRules, tellReason } from '../src/reasons/classify.ts'
import { indexProviders } from '../src/reasons/match-provider.ts'
import { indexPhrases, type PhraseTable } from '../src/reasons/phrase-index.ts'
import { phraseTables, weakPhraseTables } from '../src/reasons/phrase-tables.ts'
import { allProviders } from '../src/reasons/providers/all-providers.ts'
import { evidenceOf, replyCases } from './testing/replies.ts'

const cases = replyCases.map(one => ({ ...one, evidence: evidenceOf(one) }))
const byReason = Map.groupBy(cases, one => one.expected)

/** Whether any case of this reason is told otherwise under other rules. */
function breaks(reason: string, rules: ReasonRules): boolean {
  return (byReason.get(reason) ?? []).some(one => tellReason(one.evidence, rules).code !== one.expected)
}

const without = <T>(table: Readonly<Record<string, T>>, key: string): Record<string, T> =>
  Object.fromEntries(Object.entries(table).filter(([name]) => name !== key))

function phrasesThatBreakNothing(tables: readonly PhraseTable[], part: 'phrases' | 'weak'): string[] {
  return tables.flatMap(table =>
    Object.entries(table).flatMap(([reason, phrases]) =>
      phrases.filter(phrase => !breaks(reason, { ...reasonRules, [part]: indexPhrases(tables, phrase) })),
    ),
  )
}

function rowsThatBreakNothing(
  part: 'plainStatuses' | 'statuses' | 'vagueStatuses' | 'codes' | 'commands',
): string[] {
  return Object.entries<string>(reasonRules[part])
    .filter(([key, reason]) => !breaks(reason, { ...reasonRules, [part]: without(reasonRules[part], key) }))
    .map(([key]) => key)
}

describe('reply rules', () => {
  test('every hand-made reply is told as expected', () => {
    const wrong = cases
      .map(one => ({ ...one, told: tellReason(one.evidence as Evidence).code }))
      .filter(one => one.told !== one.expected)
      .map(one => `${one.text}: ${one.told}, not ${one.expected}`)
    expect(wrong).toEqual([])
  })

  test('classifyReply says the same', () => {
    for (const { text, provider, expected } of cases.slice(0, 50)) {
      expect(classifyReply({ text, ...(provider === '' ? {} : { provider }) }).code).toBe(expected)
    }
  })

  test('each phrase matters', () => {
    expect(phrasesThatBreakNothing(phraseTables, 'phrases')).toEqual([])
    expect(phrasesThatBreakNothing(weakPhraseTables, 'weak')).toEqual([])
  })

  test("each provider's rule matters", () => {
    const idle = allProviders
      .flatMap(table => table.rules)
      .filter(rule => !breaks(rule.reason, { ...reasonRules, providers: indexProviders(allProviders, rule) }))
    expect(idle).toEqual([])
  })

  test('each status, code and command matters', () => {
    for (const part of ['plainStatuses', 'statuses', 'vagueStatuses', 'codes', 'commands'] as const) {
      expect(rowsThatBreakNothing(part)).toEqual([])
    }
  })
})
