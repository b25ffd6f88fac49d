import type { Reason } from '@fairlead/bounce'
import type { DeliveryEvent } from '../../events/lifecycle.ts'
import { transitionDeliveries } from '../../events/transition-deliveries.ts'
import { asEngine } from '../../platform/database/as-role.ts'
import { parseId } from '../../platform/ids.ts'
import type { Body, TestApi, TestMember } from './start-test-api.ts'

/** Ids of an email that was sent by the API just now. */
export interface SentEmail {
  readonly id: string
  readonly deliveryIds: readonly string[]
}

/** Sends a small email as the member; throws when it was not accepted. */
export async function sendAs(member: TestMember, fields: Body = {}): Promise<SentEmail> {
  const body = { to: ['carl@north.example'], subject: 'Offer', text: 'Good morning', ...fields }
  const answer = await member.call('POST', '/emails', { body })
  if (answer.status !== 202) throw new Error(`not accepted: ${JSON.stringify(answer.body)}`)
  const { id, recipients } = answer.body as { id: string; recipients: { deliveryId: string }[] }
  return { id, deliveryIds: recipients.map(recipient => recipient.deliveryId) }
}

/** Leads a delivery along the lifecycle, as the outbox and inbound would. */
export async function lead(
  api: TestApi,
  shownId: string | undefined,
  events: ReadonlyArray<{ event: DeliveryEvent; reason?: Reason }>,
): Promise<void> {
  const deliveryId = parseId('delivery', shownId ?? '')
  if (deliveryId === null) throw new Error(`no delivery ${shownId}`)
  const { workspaceId } = api.ann
  const answers = await asEngine(api.database.db, tx =>
    transitionDeliveries(
      tx,
      events.map(event => ({ ...event, workspaceId, deliveryId, source: 'test' })),
    ),
  )
  const stuck = answers.findIndex(answer => !answer.moved)
  if (stuck >= 0) throw new Error(`no edge for ${events[stuck]?.event}`)
}

/** A delivery that the recipient's server refused for good. */
export const refusal = [
  { event: 'claimed' },
  {
    event: 'refused',
    reason: { code: 'recipient.unknown', reply: '550 5.1.1 no such user', replyCode: 550, status: '5.1.1' },
  },
] as const

/** A delivery that the recipient's server took. */
export const delivered = [{ event: 'claimed' }, { event: 'marked' }, { event: 'delivered' }] as const

/** A delivery that was cut after the mark: it may or may not have arrived. */
export const lost = [
  { event: 'claimed' },
  { event: 'marked' },
  { event: 'lostTrack', reason: { code: 'uncertain.cut' } },
] as const
