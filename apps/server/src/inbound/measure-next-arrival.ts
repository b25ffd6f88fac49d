import type { MeasuredMail } from '@fairlead/contract'
import { readBlobStart } from '../blobs/read-blob-start.ts'
import { type ArrivedTrip, settleRoundTrip, takeArrival } from '../links/round-trips.ts'
import { differenceSentence, differencesOf } from '../mail/authentication/compare-measured.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import { type EvaluateParts, evaluateArrived, mostEvaluatedBytes } from './evaluate-arrived.ts'

export interface MeasureParts extends EvaluateParts {
  readonly db: Db
  readonly log: { warn(facts: object, message: string): void; error(facts: object, message: string): void }
}

/** A look-up that fails is asked again; after so many looks it counts as what a receiver would have met too. */
const mostLooks = 3
/** What nobody could read by then says nothing, and is kept as that. */
const unreadable: MeasuredMail = { from: null, spf: null, dkim: [], dmarc: null, arc: null }

/**
 * Evaluates one message of a round trip that arrived and keeps what was found beside what the card had said. No
 * transaction is open meanwhile: a kill, or DNS that does not answer, leads to another look a minute later. False: none
 * waits.
 */
export async function measureNextArrival(parts: MeasureParts): Promise<boolean> {
  const trip = await asEngine(parts.db, takeArrival)
  if (trip === null) return false
  const measured = await evaluate(parts, trip)
  if (measured === null) return true
  const differences = measured === unreadable ? [] : differencesOf(trip.predicted, measured)
  const isKept = await asEngine(parts.db, tx => settleRoundTrip(tx, trip, { measured, differences }))
  if (isKept && differences.length > 0) {
    const { linkId, identityId, id } = trip
    parts.log.error(
      { roundTripId: id, linkId, identityId, differences: differences.map(differenceSentence) },
      'What arrived is not what the card says: a defect of Fairlead, or a change since',
    )
  }
  return true
}

/** Null: not to be said yet. */
async function evaluate(parts: MeasureParts, trip: ArrivedTrip): Promise<MeasuredMail | null> {
  const isLastLook = trip.looks >= mostLooks
  try {
    const bytes = await asEngine(parts.db, tx => readBlobStart(tx, trip, mostEvaluatedBytes + 1))
    if (bytes === null || bytes.length > mostEvaluatedBytes) return unreadable
    const measured = await evaluateArrived(bytes, trip, parts)
    return isLastLook || !hangsOnDns(measured) ? measured : null
  } catch (error) {
    parts.log.warn({ err: error, roundTripId: trip.id }, 'a message of a round trip could not be evaluated')
    return isLastLook ? unreadable : null
  }
}

function hangsOnDns({ spf, dkim, dmarc }: MeasuredMail): boolean {
  return [spf?.result, dmarc?.result, ...dkim.map(one => one.result)].includes('temperror')
}
