import { failpoint } from '../../platform/failpoint.ts'
import type { ApiTrouble } from '../api-trouble.ts'
import type { HandoffResult, Receipt, SendOutcome } from '../channel.ts'
import { markerOf, providerMessage } from '../provider-message.ts'
import { type End, type Step, sendInTwoSteps, type TwoStepSend, withApi } from '../two-steps.ts'
import { hasTrouble, isGone } from '../with-token.ts'
import type { GmailApi } from './gmail-api.ts'
import { outcomeOf } from './outcomes.ts'
import { draftReceipt, findSent, readDraftReceipt, receiptOfSent } from './receipt.ts'

type Sending = TwoStepSend<GmailApi>
/** Calls of one access token. */
export type OpenApi = Sending['openApi']

/** By a draft, which Gmail sends at most once: drafts.send takes it away. */
export const sendByDraft = (sending: Sending): Promise<HandoffResult> =>
  sendInTwoSteps(sending, { draft: draftOf, send: sendDraft })

const failed = (trouble: ApiTrouble): Step<never> => ({ end: { outcome: outcomeOf(trouble, false) } })

/** The draft of this message, new or left behind by a try that did not get to its mark; its id is committed. */
async function draftOf(sending: Sending): Promise<Step<Receipt>> {
  const { handoff } = sending
  const marker = markerOf(
    handoff.message.messageId,
    handoff.deliveries.map(({ to }) => to),
  )
  const left = readDraftReceipt(handoff.leftBehind)
  if (left !== null) {
    const settled = left.marker === marker ? await reuse(sending, left) : await remove(sending, left)
    if (settled !== null) return settled
  }
  return await makeDraft(sending, marker)
}

type Left = NonNullable<ReturnType<typeof readDraftReceipt>>

async function reuse(sending: Sending, left: Left): Promise<Step<Receipt>> {
  const found = await withApi(sending, api => api.draftState(left.draftId))
  if (hasTrouble(found)) {
    return isGone(found.trouble) ? await settleGone(sending, left) : failed(found.trouble)
  }
  const receipt = draftReceipt(left)
  await sending.handoff.keep(receipt)
  return { go: receipt }
}

/**
 * Taken away before another is made, so that a send of it that is still on its way finds nothing. Null: it is away,
 * unsent.
 */
async function remove(sending: Sending, left: Left): Promise<Step<Receipt> | null> {
  const removed = await withApi(sending, api => api.deleteDraft(left.draftId))
  if (!hasTrouble(removed)) return null
  return isGone(removed.trouble) ? await settleGone(sending, left) : failed(removed.trouble)
}

/**
 * The draft went without us: sent after all (a late answer of Gmail, or by hand), which the history shows. Without a
 * trace nobody knows: a sending that is still under way has no trace yet.
 */
async function settleGone(sending: Sending, left: Left): Promise<Step<Receipt>> {
  const found = await withApi(sending, api => findSent(api, left))
  if (hasTrouble(found)) return failed(found.trouble)
  if (found.is === 'sent') {
    return {
      end: { outcome: { is: 'accepted', finalHop: false }, receipt: found.receipt, isAfterMark: true },
    }
  }
  const receipt = draftReceipt(left)
  await sending.handoff.keep(receipt)
  return { end: { outcome: draftWasGone, receipt, isAfterMark: true } }
}

const draftWasGone: SendOutcome = {
  is: 'uncertain',
  reason: { code: 'uncertain.cut', reply: 'The draft in Gmail is gone, and nothing shows that it was sent.' },
}

async function makeDraft(sending: Sending, marker: string): Promise<Step<Receipt>> {
  const { handoff, link } = sending
  const message = providerMessage(handoff, link.settings, marker)
  const threadId = handoff.thread?.threadId
  const upload = { size: message.size, open: message.open }
  let made = await withApi(sending, api => api.createDraft({ ...upload, ...(threadId ? { threadId } : {}) }))
  // The thread was deleted in Gmail: In-Reply-To alone carries on then.
  if (hasTrouble(made) && threadId && isGone(made.trouble)) {
    made = await withApi(sending, api => api.createDraft(upload))
  }
  if (hasTrouble(made)) return failed(made.trouble)
  await failpoint('after-draft')
  const draft = made.value
  const state = await withApi(sending, api => api.draftState(draft.id))
  const historyId = hasTrouble(state) ? '' : state.value.message.historyId
  const receipt = draftReceipt({ draftId: draft.id, historyId, marker, threadId: draft.message.threadId })
  await handoff.keep(receipt)
  if (hasTrouble(state)) return failed(state.trouble)
  return { go: receipt }
}

async function sendDraft(sending: Sending, receipt: Receipt): Promise<End> {
  const left = readDraftReceipt(receipt)
  if (left === null) throw new Error('a draft without an id')
  const sent = await withApi(sending, api => api.sendDraft(left.draftId, () => failpoint('after-last-bytes')))
  if (hasTrouble(sent)) {
    if (isGone(sent.trouble)) return { outcome: draftWasGone, receipt }
    return { outcome: outcomeOf(sent.trouble, true), receipt }
  }
  const { id, threadId } = sent.value
  // It has left, whatever becomes of this look: access may end in between.
  const read = await withApi(sending, api => api.metadata(id, ['Message-ID'])).catch(() => null)
  return {
    outcome: { is: 'accepted', finalHop: false },
    // Without the read-back the thread's id still finds replies and bounces.
    receipt: read === null || hasTrouble(read) ? { providerId: id, threadId } : receiptOfSent(read.value),
    wire: sent.wire,
  }
}
