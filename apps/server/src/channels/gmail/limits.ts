import type { LinkPace } from '@fairlead/contract'
import type { ChannelLimit } from '../channel.ts'

const source = 'https://support.google.com/a/answer/166852'
const asOf = '2026-11-20'
const windowSeconds = 86_400

const limit = (counts: ChannelLimit['counts'], most: number): ChannelLimit => ({
  ...{ counts, most, windowSeconds, source, asOf },
})

/** What Google lets an account send in a rolling day. A free account and one on trial have 500 messages. */
export function gmailLimits(isFree: boolean): readonly ChannelLimit[] {
  if (isFree) return [limit('messages', 500), limit('recipients', 500)]
  return [limit('messages', 2_000), limit('recipients', 10_000), limit('external-recipients', 3_000)]
}

/** About 150 hand-overs a minute: a send takes 100 of 15,000 quota units a user and minute (…/gmail/api/reference/quota). */
export function gmailPace(isFree: boolean): Partial<LinkPace> {
  return {
    ...{ batch: 25, everySeconds: 45, spacingMs: 500, perMinute: 150, connections: 2 },
    ...{ perDayMessages: isFree ? 500 : 2_000, perDayRecipients: isFree ? 500 : 10_000 },
    perDayExternalRecipients: isFree ? null : 3_000,
  }
}

/** 25 MB as encoded: https://support.google.com/mail/answer/6584 */
export const maxBytes = 25 * 1024 * 1024
