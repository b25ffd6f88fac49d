import type { ReceivedMessage } from './message.ts'

/** Which messages are meant. Addresses are compared without case; `@domain` means every address of a domain. */
export interface ReceivedQuery {
  /** An envelope recipient. */
  readonly to?: string
  /** The envelope sender or the From address. */
  readonly from?: string
  readonly subject?: string
  readonly messageId?: string
  /** Only what arrived after the message with this id. */
  readonly after?: string
}

function fitsAddress(address: string, wanted: string): boolean {
  const have = address.toLowerCase()
  const want = wanted.toLowerCase()
  return want.startsWith('@') ? have.endsWith(want) : have === want
}

/** The bare address of a From field; the whole field where there is none in angle brackets. */
const bare = (from: string): string => /<([^<>]*)>\s*$/.exec(from)?.[1] ?? from

export function fitsQuery(message: ReceivedMessage, query: ReceivedQuery): boolean {
  const { to, from, subject, messageId, after } = query
  if (after !== undefined && message.id <= after) return false
  if (to !== undefined && !message.recipients.some(({ address }) => fitsAddress(address, to))) return false
  if (from !== undefined && ![message.mailFrom, bare(message.from)].some(a => fitsAddress(a, from)))
    return false
  if (messageId !== undefined && message.messageId !== messageId.replace(/^<|>$/g, '')) return false
  return subject === undefined || message.subject.includes(subject)
}
