/** What makes a Message-ID ours: the message, the round, the delivery. */
export interface MessageIdParts {
  /** The message's UUID: the same for all its recipients. */
  readonly messageId: string
  readonly round: number
  /** Only a later round is one delivery's own affair; the first round's id is shared by all. */
  readonly deliveryId: string
  /** A-label domain behind the `@`. */
  readonly domain: string
}

/**
 * The Message-ID without angle brackets (RFC 5322 §3.6.4). Round 1 is the message's, so that a reply-all between
 * recipients threads; a person's retry is a new round with an id of its own, because receivers hide duplicates.
 */
export function messageIdFor(parts: MessageIdParts): string {
  if (parts.round <= 1) return `${parts.messageId}@${parts.domain}`
  return `${parts.messageId}.${parts.deliveryId}.r${parts.round}@${parts.domain}`
}

// Printable ASCII without the brackets; wider than RFC 5322's msg-id, because real ones are.
const idText = /^[!-;=?-~]{1,240}$/

/** A Message-ID from anywhere, brackets taken off; null where it could not stand in a header. */
export function readMessageId(text: string): string | null {
  const bare = text.trim().replace(/^<(.*)>$/, '$1')
  return idText.test(bare) && bare.includes('@') ? bare : null
}
