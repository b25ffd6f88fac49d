import { type Notice, showReason } from '@fairlead/contract'
import type { ListedNotice } from '../inbound/list-notices.ts'
import { showId } from '../platform/ids.ts'

/** A returned mail as the API and the command line show it. */
export function showNotice(listed: ListedNotice): Notice {
  const { report } = listed
  const recipients = report !== null && 'recipients' in report ? report.recipients : []
  return {
    id: showId('notice', listed.id),
    kind: listed.kind,
    receivedAt: listed.receivedAt.toISOString(),
    envelopeFrom: listed.envelopeFrom,
    envelopeTo: [...listed.envelopeTo],
    bytes: Number(listed.size),
    recipients: recipients.map(({ originalAddress, finalAddress, action, reason, diagnostic }) => {
      const address = originalAddress ?? finalAddress
      return { address, action, diagnostic, reason: showReason(reason, address ?? '') }
    }),
    error: report !== null && 'error' in report ? report.error : null,
  }
}
