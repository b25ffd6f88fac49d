import { readMessageId } from '../../mail/message-id.ts'
import type { ApiTrouble } from '../api-trouble.ts'
import type { Receipt } from '../channel.ts'
import { isGone } from '../with-token.ts'
import type { GraphApi, GraphMessage } from './graph-api.ts'

/** The named property that holds a message's marker; the GUID is ours (https://learn.microsoft.com/graph/api/resources/extended-properties-overview). */
export const markerProperty = 'String {2f1c4c0e-5a0f-4e39-9d3c-7b1f0e6a7d51} Name FairleadHandoff'

/** A draft as a receipt before the mark keeps it; the id stays the message's for ever. */
export interface KeptDraft {
  readonly id: string
  readonly marker: string
  readonly messageId?: string
  readonly threadId?: string
  /** Files were added and From was set: it may be sent as it is. */
  readonly isWhole: boolean
}

export function draftReceipt({ id, marker, messageId, threadId, isWhole }: KeptDraft): Receipt {
  return {
    marker: `${isWhole ? 'draft' : 'part'} ${marker}`,
    providerId: id,
    ...(messageId ? { messageId } : {}),
    ...(threadId ? { threadId } : {}),
  }
}

/** Null: no receipt of a draft. */
export function readDraftReceipt(receipt: Receipt | undefined): KeptDraft | null {
  const [, state, marker] = /^(draft|part) (\S+)$/.exec(receipt?.marker ?? '') ?? []
  const { providerId: id, messageId, threadId } = receipt ?? {}
  if (marker === undefined || id === undefined) return null
  return {
    id,
    marker,
    isWhole: state === 'draft',
    ...(messageId ? { messageId } : {}),
    ...(threadId ? { threadId } : {}),
  }
}

export function receiptOf({ id, internetMessageId, conversationId }: GraphMessage): Receipt {
  const messageId = readMessageId(internetMessageId ?? '')
  return {
    providerId: id,
    ...(messageId === null ? {} : { messageId }),
    ...(conversationId ? { threadId: conversationId } : {}),
  }
}

/** By the second keys, in Sent Items: the marker, then the Message-ID. Null: not found, which proves nothing. */
export async function findSent(
  api: GraphApi,
  { marker, messageId }: KeptDraft,
): Promise<Receipt | 'not-found' | { readonly trouble: ApiTrouble }> {
  const filters = [
    `singleValueExtendedProperties/Any(ep: ep/id eq '${markerProperty}' and ep/value eq '${marker}')`,
    ...(messageId === undefined ? [] : [`internetMessageId eq '<${messageId.replaceAll("'", "''")}>'`]),
  ]
  for (const filter of filters) {
    const found = await api.findSent(filter)
    if (found.is === 'trouble') return found
    const [first] = found.value.value
    if (first !== undefined) return receiptOf(first)
  }
  return 'not-found'
}

/** Where the message stands that a draft became. */
export async function fateOf(
  api: GraphApi,
  kept: KeptDraft,
): Promise<
  | { readonly is: 'draft' }
  | { readonly is: 'sent'; readonly receipt: Receipt }
  | { readonly is: 'no-trace' }
  | { readonly trouble: ApiTrouble }
> {
  const read = await api.get(kept.id)
  if (read.is === 'ok')
    return read.value.isDraft ? { is: 'draft' } : { is: 'sent', receipt: receiptOf(read.value) }
  if (!isGone(read.trouble)) return read
  const found = await findSent(api, kept)
  if (found === 'not-found') return { is: 'no-trace' }
  return 'trouble' in found ? found : { is: 'sent', receipt: found }
}
