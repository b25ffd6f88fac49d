import { failpoint } from '../../platform/failpoint.ts'
import { fromOf } from '../account-settings.ts'
import type { ApiTrouble } from '../api-trouble.ts'
import type { HandoffResult, SendOutcome } from '../channel.ts'
import { markerOf, providerMessage } from '../provider-message.ts'
import { type End, type Step, sendInTwoSteps, type TwoStepSend, withApi } from '../two-steps.ts'
import { hasTrouble, isGone } from '../with-token.ts'
import { type AddedFile, type GraphApi, piecesOf } from './graph-api.ts'
import { mimeBytes, smallFileBytes } from './limits.ts'
import { outcomeOf } from './outcomes.ts'
import {
  draftReceipt,
  fateOf,
  type KeptDraft,
  markerProperty,
  readDraftReceipt,
  receiptOf,
} from './receipt.ts'
import { splitFiles } from './split-files.ts'

type Sending = TwoStepSend<GraphApi>
/** Calls of one access token. */
export type OpenApi = Sending['openApi']

/** By a draft, which Exchange sends once and keeps under the same id (immutable ids). */
export const sendByDraft = (sending: Sending): Promise<HandoffResult> =>
  sendInTwoSteps(sending, { draft: draftOf, send: sendDraft })

const failed = (trouble: ApiTrouble): { readonly end: End } => ({
  end: { outcome: outcomeOf(trouble, false) },
})

async function draftOf(sending: Sending): Promise<Step<KeptDraft>> {
  const { handoff } = sending
  const marker = markerOf(
    handoff.message.messageId,
    handoff.deliveries.map(({ to }) => to),
  )
  const left = readDraftReceipt(handoff.leftBehind)
  if (left !== null) {
    const settled = await settle(sending, left, left.marker === marker)
    if (settled !== null) return settled
  }
  return await makeDraft(sending, marker)
}

/** What an earlier try left: sent after all, to be sent now, or to be taken away; null: it is away, unsent. */
async function settle(sending: Sending, left: KeptDraft, isSame: boolean): Promise<Step<KeptDraft> | null> {
  const fate = await withApi(sending, api => fateOf(api, left))
  if (hasTrouble(fate)) return failed(fate.trouble)
  await sending.handoff.keep(draftReceipt(left))
  if (fate.is === 'sent') {
    return { end: { outcome: { is: 'accepted', finalHop: false }, receipt: fate.receipt, isAfterMark: true } }
  }
  if (fate.is === 'no-trace')
    return { end: { outcome: draftWasGone, receipt: draftReceipt(left), isAfterMark: true } }
  if (isSame && left.isWhole) return { go: left }
  const removed = await withApi(sending, api => api.remove(left.id))
  return hasTrouble(removed) && !isGone(removed.trouble) ? failed(removed.trouble) : null
}

const draftWasGone: SendOutcome = {
  is: 'uncertain',
  reason: {
    code: 'uncertain.cut',
    reply: 'The draft in Outlook is gone, and nothing shows that it was sent.',
  },
}

async function makeDraft(sending: Sending, marker: string): Promise<Step<KeptDraft>> {
  const { handoff, link } = sending
  const message = providerMessage(handoff, link.settings, null)
  let body = ''
  for await (const chunk of handoff.message.openBody()) body += chunk
  const isLarge = message.size > mimeBytes
  const split = isLarge
    ? splitFiles(message.headers, body)
    : { mime: Buffer.from(`${message.headers.join('\r\n')}\r\n\r\n${body}`), files: [] }
  if (split.mime.length > mimeBytes) {
    const reply = `Microsoft takes ${mimeBytes} octets of text and images in the text.`
    return { end: { outcome: { is: 'refused', reason: { code: 'size.channel', reply } } } }
  }
  const made = await withApi(sending, api => api.createDraft(split.mime))
  if (hasTrouble(made)) return failed(made.trouble)
  await failpoint('after-draft')
  const { messageId, threadId } = receiptOf(made.value)
  const facts = {
    marker,
    id: made.value.id,
    ...(messageId ? { messageId } : {}),
    ...(threadId ? { threadId } : {}),
  }
  await handoff.keep(draftReceipt({ ...facts, isWhole: false }))
  const trouble = await complete(sending, { id: facts.id, marker, files: split.files })
  if (trouble !== null) return failed(trouble)
  const kept = { ...facts, isWhole: true }
  await handoff.keep(draftReceipt(kept))
  return { go: kept }
}

/** Marker, From (by PATCH: the JSON form of a send ignores MIME) and files; null: all of it is there. */
async function complete(
  sending: Sending,
  draft: { readonly id: string; readonly marker: string; readonly files: readonly AddedFile[] },
): Promise<ApiTrouble | null> {
  const { link, handoff } = sending
  const from = fromOf(link.settings, handoff.message.from)
  const isOwn = from.address.toLowerCase() === link.settings.address.toLowerCase()
  const described = await withApi(sending, api =>
    api.describeDraft(draft.id, {
      from: isOwn ? null : from,
      property: { id: markerProperty, value: draft.marker },
    }),
  )
  if (hasTrouble(described)) return described.trouble
  for (const file of draft.files) {
    const trouble =
      file.content.length <= smallFileBytes
        ? await addSmall(sending, draft.id, file)
        : await upload(sending, draft.id, file)
    if (trouble !== null) return trouble
  }
  return null
}

async function addSmall(sending: Sending, id: string, file: AddedFile): Promise<ApiTrouble | null> {
  const added = await withApi(sending, api => api.addFile(id, file))
  return hasTrouble(added) ? added.trouble : null
}

async function upload(sending: Sending, id: string, file: AddedFile): Promise<ApiTrouble | null> {
  const opened = await withApi(sending, api => api.openUpload(id, file))
  if (hasTrouble(opened)) return opened.trouble
  for (const piece of piecesOf(file.content)) {
    const put = await withApi(sending, api => api.putPiece(opened.value.uploadUrl, piece))
    if (hasTrouble(put)) return put.trouble
  }
  return null
}

async function sendDraft(sending: Sending, kept: KeptDraft): Promise<End> {
  const sent = await withApi(sending, api => api.sendDraft(kept.id, () => failpoint('after-last-bytes')))
  if (hasTrouble(sent)) {
    const receipt = draftReceipt(kept)
    return { outcome: isGone(sent.trouble) ? draftWasGone : outcomeOf(sent.trouble, true), receipt }
  }
  // It has left, whatever becomes of this look: access may end in between.
  const read = await withApi(sending, api => api.get(kept.id)).catch(() => null)
  const { id, messageId, threadId } = kept
  const known = { providerId: id, ...(messageId ? { messageId } : {}), ...(threadId ? { threadId } : {}) }
  return {
    outcome: { is: 'accepted', finalHop: false },
    // What is sent may not have reached Sent Items yet; what the draft said holds then.
    receipt: read === null || hasTrouble(read) ? known : { ...known, ...receiptOf(read.value) },
    wire: sent.wire,
  }
}
