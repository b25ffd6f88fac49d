import type { SmtpCommand } from '../notice/notice.ts'
import type { ReasonCode } from './list.ts'
import { fits, piecesOf } from './phrase-index.ts'
import {
  type ProviderName,
  type ProviderRule,
  type ProviderTable,
  providerSigns,
} from './providers/provider-rule.ts'

/** What is known of a reply when a provider's tables are asked. */
export interface ProviderQuestion {
  /** The reply in the form of `toWords`. */
  readonly words: string
  readonly status: string
  readonly command?: SmtpCommand
  /** The provider's name as given, the remote host, and the reply itself, in lower case. */
  readonly hints: string
}

interface CompiledRule extends ProviderRule {
  readonly pieces: readonly string[]
}

export interface ProviderIndex {
  readonly byWord: ReadonlyMap<string, readonly CompiledRule[]>
  readonly byStatus: ReadonlyMap<string, readonly CompiledRule[]>
}

/** Sorts the rules by what they look at: a token that stands in the reply, or a status. */
export function indexProviders(tables: readonly ProviderTable[], without?: ProviderRule): ProviderIndex {
  const byWord = new Map<string, CompiledRule[]>()
  const byStatus = new Map<string, CompiledRule[]>()
  for (const rule of tables.flatMap(table => table.rules)) {
    if (rule === without) continue
    const compiled = { ...rule, pieces: rule.says === undefined ? [] : piecesOf(rule.says) }
    const [map, key] =
      rule.says === undefined ? [byStatus, (rule.status ?? '').slice(0, 5)] : [byWord, tokenOf(rule.says)]
    map.set(key, [...(map.get(key) ?? []), compiled])
  }
  return { byWord, byStatus }
}

/** The longest word without a wildcard; tokens such as `ofr~ 505` are found by their number. */
function tokenOf(says: string): string {
  const whole = says.split(' ').filter(word => word !== '*' && !word.endsWith('~'))
  return whole.reduce((best, word) => (word.length > best.length ? word : best), '')
}

/** Names the provider that a reply comes from; null when nothing tells. */
export function providerOf(hints: string): ProviderName | null {
  for (const [sign, provider] of providerSigns) if (hints.includes(sign)) return provider
  return null
}

/** Length of a status whose detail has three digits; a wildcard stands for nothing shorter. */
const threeDigits = '5.7.606'.length

function statusFits(pattern: string | undefined, status: string): boolean {
  if (pattern === undefined) return true
  if (!pattern.endsWith('*')) return status === pattern
  return status.length === threeDigits && status.startsWith(pattern.slice(0, -1))
}

/** What the reply means to those who know the provider: tokens first, then statuses. */
export function matchProvider(index: ProviderIndex, question: ProviderQuestion): ReasonCode | null {
  let provider: ProviderName | null | undefined
  const holds = (rule: CompiledRule): boolean => {
    if (!statusFits(rule.status, question.status)) return false
    if (rule.command !== undefined && rule.command !== question.command) return false
    if (rule.says !== undefined && !fits(rule, question.words)) return false
    if (rule.provider === undefined) return true
    provider ??= providerOf(question.hints)
    return provider === rule.provider || question.hints.startsWith(rule.provider)
  }
  for (const word of new Set(question.words.split(' '))) {
    const rule = index.byWord.get(word)?.find(holds)
    if (rule !== undefined) return rule.reason
  }
  return index.byStatus.get(question.status.slice(0, 5))?.find(holds)?.reason ?? null
}
