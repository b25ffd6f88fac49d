import { googleReplies } from './google.ts'
import type { KnownReply } from './known-reply.ts'
import { mailboxReplies } from './mailboxes.ts'
import { microsoftReplies } from './microsoft.ts'
import { senderReplies } from './senders.ts'
import { serverReplies } from './servers.ts'

/** Every row, those of one vendor before those that many servers share. */
export const knownReplies: readonly KnownReply[] = [
  ...microsoftReplies,
  ...googleReplies,
  ...senderReplies,
  ...mailboxReplies,
  ...serverReplies,
]

const longestReply = 2_000

/** What a server said, if it is known; `host` as the link names it, in lower case. */
export function findKnownReply(text: string, host: string): KnownReply | undefined {
  const words = text.slice(0, longestReply)
  return knownReplies.find(row => row.words.test(words) && (row.host?.test(host) ?? true))
}
