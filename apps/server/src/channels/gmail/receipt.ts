import { readMessageId } from '../../mail/message-id.ts'
import type { ApiTrouble } from '../api-trouble.ts'
import type { Receipt } from '../channel.ts'
import { markerField } from '../provider-message.ts'
import { isGone } from '../with-token.ts'
import type { GmailApi, GmailHistory, GmailMetadata } from './gmail-api.ts'

/** A draft as a receipt before the mark keeps it. */
export interface KeptDraft {
  readonly draftId: string
  /** Of the mailbox when the draft lay there; empty: not learned. */
  readonly historyId: string
  readonly marker: string
  readonly threadId?: string
}

export function draftReceipt({ draftId, historyId, marker, threadId }: KeptDraft): Receipt {
  return { marker: `draft ${draftId} ${historyId || '-'} ${marker}`, ...(threadId ? { threadId } : {}) }
}

/** Null: no receipt of a draft. */
export function readDraftReceipt(receipt: Receipt | undefined): KeptDraft | null {
  const [, draftId, historyId, marker] = /^draft (\S+) (\S+) (\S+)$/.exec(receipt?.marker ?? '') ?? []
  if (draftId === undefined || historyId === undefined || marker === undefined) return null
  return {
    ...{ draftId, marker, historyId: historyId === '-' ? '' : historyId },
    ...(receipt?.threadId ? { threadId: receipt.threadId } : {}),
  }
}

export function headerOf({ payload }: GmailMetadata, name: string): string {
  return payload.headers.find(header => header.name.toLowerCase() === name)?.value ?? ''
}

/** What Gmail made of the message: users report Message-IDs that are not the ones given. */
export function receiptOfSent(message: GmailMetadata): Receipt {
  const messageId = readMessageId(headerOf(message, 'message-id'))
  return {
    ...{ providerId: message.id, threadId: message.threadId },
    ...(messageId === null ? {} : { messageId }),
  }
}

export type FoundSent =
  | { readonly is: 'sent'; readonly receipt: Receipt }
  /** The whole history since then shows none. */
  | { readonly is: 'not-seen' }
  /** Too old, or too much of it. */
  | { readonly is: 'no-history' }

const mostPages = 20

/** Looks through the mailbox's history since the draft for the message that came of it. Never the search: its index lags. */
export async function findSent(
  api: GmailApi,
  { historyId, marker }: KeptDraft,
): Promise<FoundSent | { readonly trouble: ApiTrouble }> {
  if (historyId === '') return { is: 'no-history' }
  let pageToken: string | undefined
  for (let page = 0; page < mostPages; page++) {
    const read = await api.history(historyId, pageToken)
    if (read.is === 'trouble') return isGone(read.trouble) ? { is: 'no-history' } : read
    for (const id of sentIn(read.value)) {
      const message = await api.metadata(id, [markerField, 'Message-ID'])
      if (message.is === 'trouble') {
        if (isGone(message.trouble)) continue
        return message
      }
      if (headerOf(message.value, markerField.toLowerCase()) === marker) {
        return { is: 'sent', receipt: receiptOfSent(message.value) }
      }
    }
    pageToken = read.value.nextPageToken
    if (pageToken === undefined) return { is: 'not-seen' }
  }
  return { is: 'no-history' }
}

function sentIn({ history }: GmailHistory): Set<string> {
  const changes = history.flatMap(({ messagesAdded, labelsAdded }) => [...messagesAdded, ...labelsAdded])
  return new Set(
    changes.filter(({ message }) => message.labelIds.includes('SENT')).map(({ message }) => message.id),
  )
}
