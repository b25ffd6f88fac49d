import type { SmtpCommand } from '../notice/notice.ts'
import type { ReasonCode } from './list.ts'
import { indexProviders, matchProvider, type ProviderIndex } from './match-provider.ts'
import { indexPhrases, matchPhrase, type PhraseIndex, toWords } from './phrase-index.ts'
import { phraseTables, weakPhraseTables } from './phrase-tables.ts'
import { allProviders } from './providers/all-providers.ts'
import { codeReasons, commandReasons, statusReasons, vagueStatusReasons } from './status-table.ts'

/** Everything that may tell a reason. */
export interface Evidence {
  readonly code: number | null
  readonly status: string | null
  readonly text: string
  /** Provider's name or remote host. */
  readonly provider?: string
  readonly command?: SmtpCommand
}

/** The rules by which a reason is told; tests leave one out to see that it matters. */
export interface ReasonRules {
  readonly phrases: PhraseIndex
  readonly weak: PhraseIndex
  readonly providers: ProviderIndex
  readonly statuses: Readonly<Record<string, ReasonCode>>
  readonly vagueStatuses: Readonly<Record<string, ReasonCode>>
  readonly commands: Readonly<Partial<Record<SmtpCommand, ReasonCode>>>
  readonly codes: Readonly<Record<string, ReasonCode>>
}

export const reasonRules: ReasonRules = {
  phrases: indexPhrases(phraseTables),
  weak: indexPhrases(weakPhraseTables),
  providers: indexProviders(allProviders),
  statuses: statusReasons,
  vagueStatuses: vagueStatusReasons,
  commands: commandReasons,
  codes: codeReasons,
}

/** Addresses, URLs' hosts and Message-IDs hold words that are nobody's reason. */
const addressLike = /<?[^\s<>@]{1,200}@[^\s<>@:;,]{1,255}>?|https?:\/\/[^\s/]{1,255}/g

function byStatus(table: Readonly<Record<string, ReasonCode>>, status: string): ReasonCode | undefined {
  return table[status] ?? table[`x${status.slice(1)}`]
}

/**
 * Tells the reason of a refusal, from the most telling evidence to the least: words, the provider's own codes,
 * an exact status, the command that was answered, vague words, a vague status, the bare code.
 */
export function tellReason(evidence: Evidence, rules: ReasonRules = reasonRules): ReasonCode {
  const status = evidence.status ?? ''
  const words = toWords(evidence.text.replace(addressLike, ' '))
  const hints = `${evidence.provider ?? ''} ${evidence.text}`.toLowerCase()
  const said =
    matchProvider(rules.providers, { words: toWords(evidence.text), status, hints }) ??
    matchPhrase(rules.phrases, words)?.code ??
    byStatus(rules.statuses, status) ??
    (evidence.command === undefined ? undefined : rules.commands[evidence.command]) ??
    matchPhrase(rules.weak, words)?.code ??
    byStatus(rules.vagueStatuses, status) ??
    rules.codes[String(evidence.code ?? '')]
  if (said === undefined) return evidence.text.trim() === '' ? 'unknown.none' : 'unknown.on-hold'
  // "User unknown" after the content was seen is a filter that does not want to say so (RFC 5321 §3.3).
  const afterData = evidence.command === 'data' && said === 'recipient.unknown' && status !== '5.1.1'
  return afterData ? 'recipient.filtered' : said
}
