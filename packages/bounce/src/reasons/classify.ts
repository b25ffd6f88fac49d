import type { SmtpCommand } from '../notice/notice.ts'
import type { ReasonCode } from './list.ts'
import { indexProviders, matchProvider, type ProviderIndex } from './match-provider.ts'
import { indexPhrases, matchPhrase, type PhraseIndex, toWords } from './phrase-index.ts'
import { phraseTables, weakPhraseTables } from './phrase-tables.ts'
import { allProviders } from './providers/all-providers.ts'
import {
  codeReasons,
  commandReasons,
  plainStatusReasons,
  statusReasons,
  vagueStatusReasons,
} from './status-table.ts'

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
  readonly plainStatuses: Readonly<Record<string, ReasonCode>>
  readonly statuses: Readonly<Record<string, ReasonCode>>
  readonly vagueStatuses: Readonly<Record<string, ReasonCode>>
  readonly commands: Readonly<Partial<Record<SmtpCommand, ReasonCode>>>
  readonly codes: Readonly<Record<string, ReasonCode>>
}

export const reasonRules: ReasonRules = {
  phrases: indexPhrases(phraseTables),
  weak: indexPhrases(weakPhraseTables),
  providers: indexProviders(allProviders),
  plainStatuses: plainStatusReasons,
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

/** A gateway's own summary before the reply it heard: `5.1.0 - Unknown address error 550-'5.2.2 ...`. */
const gatewaySummary = /5\.1\.0 - unknown address error (?=\d{3})/i

/** A reason, and whether the evidence named it or only hinted at it. */
export interface ToldReason {
  readonly code: ReasonCode
  readonly certain: boolean
}

function clearlySaid(evidence: Evidence, rules: ReasonRules): ReasonCode | undefined {
  const status = evidence.status ?? ''
  const { command, text } = evidence
  const hints = `${evidence.provider ?? ''} ${text}`.toLowerCase()
  const question = { words: toWords(text), status, hints, ...(command === undefined ? {} : { command }) }
  return (
    matchProvider(rules.providers, question) ??
    byStatus(rules.plainStatuses, status) ??
    matchPhrase(rules.phrases, toWords(text.replace(addressLike, ' ')))?.code ??
    byStatus(rules.statuses, status)
  )
}

function hintedAt(evidence: Evidence, rules: ReasonRules): ReasonCode | undefined {
  return (
    (evidence.command === undefined ? undefined : rules.commands[evidence.command]) ??
    matchPhrase(rules.weak, toWords(evidence.text.replace(addressLike, ' ')))?.code ??
    byStatus(rules.vagueStatuses, evidence.status ?? '') ??
    rules.codes[String(evidence.code ?? '')]
  )
}

/**
 * Tells the reason of a refusal, from the most telling evidence to the least: the provider's own codes, a
 * plain status, words, any exact status; then the command that was answered, vague words, a vague status, the
 * bare code.
 */
export function tellReason(whole: Evidence, rules: ReasonRules = reasonRules): ToldReason {
  const evidence = { ...whole, text: whole.text.replace(gatewaySummary, '') }
  const clear = clearlySaid(evidence, rules)
  if (clear !== undefined) return { code: inTheLightOf(evidence, clear), certain: true }
  const hint = hintedAt(evidence, rules)
  if (hint !== undefined) return { code: inTheLightOf(evidence, hint), certain: false }
  return { code: evidence.text.trim() === '' ? 'unknown.none' : 'unknown.on-hold', certain: false }
}

/** What words mean depends on the command that they answer (RFC 5321 §3.3, §4.2). */
function inTheLightOf(evidence: Evidence, code: ReasonCode): ReasonCode {
  const aboutAddress = code === 'recipient.unknown' || code === 'domain.unknown'
  const { command } = evidence
  if (!aboutAddress || command === undefined) return code
  // Before RCPT nobody has heard of a recipient: the words are about us.
  if (command === 'connect' || command === 'helo') return 'reputation.blocked'
  if (command === 'mail') return 'policy.sender-rejected'
  // "User unknown" after the content was seen is a filter that does not want to say so.
  const filtered = command === 'data' && code === 'recipient.unknown' && evidence.status !== '5.1.1'
  return filtered ? 'recipient.filtered' : code
}
