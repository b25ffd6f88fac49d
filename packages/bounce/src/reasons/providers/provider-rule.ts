import type { SmtpCommand } from '../../notice/notice.ts'
import type { ReasonCode } from '../list.ts'

/** What a provider means by a code or a token of its own. Rules are tried in order; all that is given must hold. */
export interface ProviderRule {
  /** Who says so; absent where the token alone names the provider. */
  readonly provider?: ProviderName
  /** Enhanced status, `5.7.515`; a trailing `*` stands for any detail. */
  readonly status?: string
  /** Words of the reply, in the form of a phrase (see phrase-index.ts). */
  readonly says?: string
  /** The command that was answered. */
  readonly command?: SmtpCommand
  readonly reason: ReasonCode
}

export type ProviderName = 'microsoft' | 'gmail' | 'yahoo' | 'apple' | 'tencent' | 'zoho' | 'docomo'

export interface ProviderTable {
  readonly source: string
  /** When the source was last known to say so. */
  readonly date: string
  readonly rules: readonly ProviderRule[]
}

/** Parts of host names and replies by which a provider is known. Lower case. */
export const providerSigns: readonly (readonly [sign: string, provider: ProviderName])[] = [
  ['.outlook.com', 'microsoft'],
  ['.hotmail.com', 'microsoft'],
  ['office365', 'microsoft'],
  ['microsoft.com', 'microsoft'],
  ['gsmtp', 'gmail'],
  ['google.com', 'gmail'],
  ['googlemail.com', 'gmail'],
  ['yahoodns.net', 'yahoo'],
  ['yahooinc.com', 'yahoo'],
  ['verizonmedia.com', 'yahoo'],
  ['mail.yahoo', 'yahoo'],
  ['icloud.com', 'apple'],
  ['apple.com', 'apple'],
  ['.me.com', 'apple'],
  ['qq.com', 'tencent'],
  ['zoho.com', 'zoho'],
  ['zohomail', 'zoho'],
  ['docomo.ne.jp', 'docomo'],
]
