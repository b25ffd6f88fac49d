import type { AccountSettings } from '../account-settings.ts'
import type { ChannelLink, Receipt, TriedHandoff } from '../channel.ts'
import { hasTrouble, isGone, withToken } from '../with-token.ts'
import { findSent, readDraftReceipt } from './receipt.ts'
import type { OpenApi } from './send.ts'

/**
 * What became of a draft whose sending had no answer. A sent message in the history is proof. A draft that is still
 * there was not sent yet; its sending may still be under way, which is why the outbox looks twice. A draft that is
 * gone without a trace proves nothing.
 */
export async function lookUpDraft(
  tried: TriedHandoff,
  link: ChannelLink<AccountSettings>,
  openApi: OpenApi,
  signal: AbortSignal,
): Promise<Receipt | 'not-sent' | 'cannot-tell'> {
  const kept = readDraftReceipt(tried.receipt)
  if (kept === null) return 'cannot-tell'
  const answer = await withToken<Receipt | 'not-sent' | 'cannot-tell'>(link, async access => {
    const api = openApi(access, signal)
    // The draft first: one that is sent in between is found in the history that is read after it.
    const draft = await api.draftState(kept.draftId)
    if (draft.is === 'trouble' && !isGone(draft.trouble)) return draft
    const found = await findSent(api, kept)
    if ('trouble' in found) return found
    if (found.is === 'sent') return found.receipt
    return draft.is === 'ok' && found.is === 'not-seen' ? 'not-sent' : 'cannot-tell'
  })
  return hasTrouble(answer) ? 'cannot-tell' : answer
}
