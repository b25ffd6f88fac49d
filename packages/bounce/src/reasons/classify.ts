import type { ReasonCode } from './list.ts'
import { indexPhrases, matchPhrase, type PhraseIndex, toWords } from './phrase-index.ts'
import { quotaPhrases } from './phrases/quota.ts'
import { recipientPhrases } from './phrases/recipient.ts'
import { codeReasons, statusReasons } from './status-table.ts'

const index: PhraseIndex = indexPhrases([quotaPhrases, recipientPhrases])

export interface Reply {
  readonly code?: number | null
  readonly enhanced?: string | null
  readonly text: string
  readonly provider?: string
}

export function tell(reply: Reply): { code: ReasonCode; rule: string } {
  const found = matchPhrase(index, toWords(reply.text))
  if (found !== null) return { code: found.code, rule: found.phrase }
  const enhanced = reply.enhanced ?? ''
  const byStatus = statusReasons[enhanced] ?? statusReasons[`x${enhanced.slice(1)}`]
  if (byStatus !== undefined) return { code: byStatus, rule: enhanced }
  const byCode = codeReasons[String(reply.code ?? '')]
  if (byCode !== undefined) return { code: byCode, rule: String(reply.code) }
  return { code: reply.text.trim() === '' ? 'unknown.none' : 'unknown.on-hold', rule: 'none' }
}
