import { fill, Problem, sentAloneSentence } from '@fairlead/contract'
import { findEmailOfDelivery } from '../conversations/find-email-of-delivery.ts'
import { markArrived } from '../conversations/mark-arrived.ts'
import { liftSuppression, suppressRecipient } from '../conversations/suppress-recipient.ts'
import { retryDelivery } from '../outbox/retry-delivery.ts'
import { type DeliveryId, type EmailId, showId } from '../platform/ids.ts'
import type { Caller } from '../team/caller.ts'
import { api } from './api.ts'
import type { HttpParts } from './parts.ts'
import { requireId } from './require-id.ts'
import { showProblem } from './show-problem.ts'
import { showProgress } from './show-progress.ts'

export function deliveryRoutes(parts: HttpParts) {
  const showOne = async (caller: Caller, deliveryId: DeliveryId, emailId: EmailId) => {
    const { deliveries } = await showProgress(parts.db, { ...caller, emailId })
    const shown = deliveries.find(delivery => delivery.id === showId('delivery', deliveryId))
    if (shown === undefined) throw new Problem('not-found', { what: 'delivery' })
    return shown
  }
  const retry = (caller: Caller, input: RetryInput) =>
    retryDelivery(parts.db, parts.channels, {
      ...{ workspaceId: caller.workspaceId, memberId: caller.memberId, giveUpMs: parts.accept.giveUpMs },
      deliveryId: requireId('delivery', input.id),
      ...(input.linkId === undefined ? {} : { linkId: requireId('link', input.linkId) }),
      ...(input.correctedAddress === undefined ? {} : { correctedAddress: input.correctedAddress }),
    })
  return {
    retry: api.deliveries.retry.handler(async ({ input, context: { caller } }) => {
      const queued = await retry(caller, input)
      parts.accept.onDue()
      const emailId = await findEmailOfDelivery(parts.db, { ...caller, deliveryId: queued.deliveryId })
      const shown = await showOne(caller, queued.deliveryId, emailId)
      return { ...shown, note: queued.isAlone ? fill(sentAloneSentence, { address: shown.address }) : null }
    }),
    retryMany: api.deliveries.retryMany.handler(async ({ input, context: { caller } }) => {
      const results = []
      for (const id of new Set(input.ids)) {
        const answer = await orProblem(() => retry(caller, { id, linkId: input.linkId }))
        results.push(
          answer instanceof Problem
            ? { id, deliveryId: null, isAlone: false, problem: showProblem(answer) }
            : {
                ...{ id, isAlone: answer.isAlone, problem: null },
                deliveryId: showId('delivery', answer.deliveryId),
              },
        )
      }
      parts.accept.onDue()
      return { results }
    }),
    markArrived: api.deliveries.markArrived.handler(async ({ input, context: { caller } }) => {
      const deliveryId = requireId('delivery', input.id)
      const { workspaceId, memberId } = caller
      const emailId = await markArrived(parts.db, { workspaceId, memberId, deliveryId })
      parts.live.tell()
      return showOne(caller, deliveryId, emailId)
    }),
    suppress: api.deliveries.suppress.handler(async ({ input, context: { caller } }) => {
      const deliveryId = requireId('delivery', input.id)
      const { workspaceId, memberId } = caller
      const emailId = await suppressRecipient(parts.db, { workspaceId, memberId, deliveryId })
      parts.log.info({ workspaceId, memberId, deliveryId }, 'A member suppressed an address')
      return showOne(caller, deliveryId, emailId)
    }),
    lift: api.deliveries.lift.handler(async ({ input, context: { caller } }) => {
      const deliveryId = requireId('delivery', input.id)
      const { workspaceId, memberId, role } = caller
      const of = { workspaceId, memberId, deliveryId, isAdmin: role === 'admin' }
      const emailId = await liftSuppression(parts.db, of)
      parts.log.info({ workspaceId, memberId, deliveryId }, 'A member lifted a suppression')
      return showOne(caller, deliveryId, emailId)
    }),
  }
}

interface RetryInput {
  readonly id: string
  readonly linkId?: string | undefined
  readonly correctedAddress?: string | undefined
}

async function orProblem<T>(work: () => Promise<T>): Promise<T | Problem> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
}
