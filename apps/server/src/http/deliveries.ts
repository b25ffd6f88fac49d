import { Problem } from '@fairlead/contract'
import { findEmailOfDelivery } from '../conversations/find-email-of-delivery.ts'
import { retryDelivery } from '../outbox/retry-delivery.ts'
import { showId } from '../platform/ids.ts'
import { api } from './api.ts'
import type { HttpParts } from './parts.ts'
import { requireId } from './require-id.ts'
import { showProgress } from './show-progress.ts'

export function deliveryRoutes(parts: HttpParts) {
  return {
    retry: api.deliveries.retry.handler(async ({ input, context: { caller } }) => {
      const queued = await retryDelivery(parts.db, {
        ...{ workspaceId: caller.workspaceId, memberId: caller.memberId, giveUpMs: parts.accept.giveUpMs },
        deliveryId: requireId('delivery', input.id),
        ...(input.linkId === undefined ? {} : { linkId: requireId('link', input.linkId) }),
        ...(input.correctedAddress === undefined ? {} : { correctedAddress: input.correctedAddress }),
      })
      parts.accept.onDue()
      const emailId = await findEmailOfDelivery(parts.db, { ...caller, deliveryId: queued })
      const email = await showProgress(parts.db, { ...caller, emailId })
      const shown = email.deliveries.find(delivery => delivery.id === showId('delivery', queued))
      if (shown === undefined) throw new Problem('not-found', { what: 'delivery' })
      return shown
    }),
  }
}
