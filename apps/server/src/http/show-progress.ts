import type { Delivery, Email } from '@fairlead/contract'
import { readEmail, type WhichEmail } from '../conversations/read-email.ts'
import { type Departure, estimateDepartures } from '../outbox/estimate-departure.ts'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import { type DeliveryId, parseId } from '../platform/ids.ts'

/** An email with all that became of it, and for what waits: when it is expected to leave. Problem: not-found. */
export async function showProgress(db: Db, which: WhichEmail): Promise<Email> {
  const email = await readEmail(db, which)
  const waiting = email.deliveries.filter(delivery => delivery.state === 'queued')
  if (waiting.length === 0) return email
  const deliveryIds = waiting.flatMap(delivery => parseId('delivery', delivery.id) ?? [])
  const departures = await asWeb(db, which.workspaceId, tx =>
    estimateDepartures(tx, { workspaceId: which.workspaceId, deliveryIds }),
  )
  return { ...email, deliveries: email.deliveries.map(delivery => withDeparture(delivery, departures)) }
}

const waits: Readonly<Record<Departure['waitsFor'], string>> = {
  retry: 'It waits for its next try.',
  link: 'It waits until its delivery channel works again.',
  batch: 'It waits for its turn at the pace of its delivery channel.',
  minute: 'It waits: its delivery channel sends only so many a minute.',
  day: 'It waits: its delivery channel has sent what it may in 24 hours.',
  slowed: 'It waits: the far side asked its delivery channel to slow down.',
  turn: 'It leaves as soon as its turn comes.',
}

function withDeparture(delivery: Delivery, departures: ReadonlyMap<DeliveryId, Departure>): Delivery {
  const id = parseId('delivery', delivery.id)
  const departure = id === null ? undefined : departures.get(id)
  if (departure === undefined) return delivery
  const { at, opensAt, waitsFor } = departure
  const opens = waitsFor === 'day' && opensAt !== null ? [`The next may leave ${showTime(opensAt)}.`] : []
  const leaves =
    at !== null && at.getTime() > Date.now() + 1_000 ? [`Expected to leave ${showTime(at)}.`] : []
  return {
    ...delivery,
    next: [waits[waitsFor], ...opens, ...leaves].join(' '),
    eta: { at: at?.toISOString() ?? null, waitsFor, opensAt: opensAt?.toISOString() ?? null },
  }
}

const showTime = (at: Date): string => `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`
