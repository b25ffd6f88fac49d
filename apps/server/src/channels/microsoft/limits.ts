import type { LinkPace } from '@fairlead/contract'
import type { ChannelLimit } from '../channel.ts'

const source =
  'https://learn.microsoft.com/office365/servicedescriptions/exchange-online-service-description/exchange-online-limits'

/** Exchange Online's recipient rate limit. */
export const microsoftLimits: readonly ChannelLimit[] = [
  { counts: 'recipients', most: 10_000, windowSeconds: 86_400, source, asOf: '2026-11-20' },
]

/** Exchange Online's message rate limit is 30 a minute (same page). */
export const microsoftPace: Partial<LinkPace> = {
  ...{ batch: 20, everySeconds: 45, spacingMs: 500, perMinute: 30, connections: 2, perDayRecipients: 10_000 },
}

/** Exchange takes more where the organisation says so; this is what the recipients' servers take. */
export const maxBytes = 25 * 1024 * 1024

/** Base64 of a draft's MIME, 4 MB a request: https://learn.microsoft.com/graph/outlook-send-mime-message */
export const mimeBytes = 3_000_000

/** Files up to here are added in one request: https://learn.microsoft.com/graph/outlook-large-attachments */
export const smallFileBytes = 2_900_000

/** A piece of an upload session: a multiple of 320 KiB, below 4 MB (same page). */
export const pieceBytes = 10 * 320 * 1024
