import type { AccountSettings } from '../account-settings.ts'
import type { ChannelLink, Receipt, TriedHandoff } from '../channel.ts'
import { hasTrouble, withToken } from '../with-token.ts'
import { fateOf, readDraftReceipt } from './receipt.ts'
import type { OpenApi } from './send.ts'

/**
 * What became of a draft whose sending had no answer. Its id stays: a draft was not sent (yet), anything else was. One
 * that is gone is looked for in Sent Items; not finding it proves nothing.
 */
export async function lookUpDraft(
  tried: TriedHandoff,
  link: ChannelLink<AccountSettings>,
  openApi: OpenApi,
  signal: AbortSignal,
): Promise<Receipt | 'not-sent' | 'cannot-tell'> {
  const kept = readDraftReceipt(tried.receipt)
  if (kept === null) return 'cannot-tell'
  const fate = await withToken(link, access => fateOf(openApi(access, signal), kept))
  if (hasTrouble(fate) || fate.is === 'no-trace') return 'cannot-tell'
  return fate.is === 'sent' ? fate.receipt : 'not-sent'
}
