import type { QueryExecutorProvider } from 'kysely'
import type { SendOutcome } from '../channels/channel.ts'
import { slowDown, speedUp } from '../links/learn-pace.ts'
import { addUsage } from '../links/pace-rows.ts'
import type { Verdict } from './answer.ts'
import { type BackOff, laneRestMs } from './back-off.ts'
import type { HandoffRecord } from './commit-marks.ts'

/** For how long the far side asks to be left alone; 0 where it named no time. */
export const hintOf = (outcome: SendOutcome): number =>
  outcome.is === 'deferred' && outcome.notBefore ? outcome.notBefore.getTime() - Date.now() : 0

/** RFC 3463 §3.8 calls X.7.x policy; with a 4 it is how large receivers and relays throttle, as are 421 and 450. */
function asksForLess({ outcome }: Verdict): boolean {
  if (outcome.is !== 'deferred' || outcome.reason.code === 'rate.greylisted') return false
  const { replyCode, status } = outcome.reason
  return (
    outcome.laneWide === true || replyCode === 421 || replyCode === 450 || status?.startsWith('4.7.') === true
  )
}

/** What a link that is its own lane tells of the pace that it bears. */
export async function learnPace(
  tx: QueryExecutorProvider,
  backOff: BackOff,
  verdicts: readonly Verdict[],
): Promise<void> {
  const ofLinks = verdicts.filter(({ answer }) => answer.handoff.isOneLane)
  if (ofLinks.length === 0) return
  const which = ({ answer, delivery }: Verdict) => ({
    workspaceId: delivery.workspaceId,
    linkId: answer.handoff.linkId,
  })
  const restsMs = Array.from({ length: 8 }, (_, at) => laneRestMs(backOff, at + 1))
  await slowDown(
    tx,
    ofLinks.filter(asksForLess).flatMap(verdict =>
      verdict.outcome.is === 'deferred'
        ? [
            {
              ...which(verdict),
              reason: verdict.outcome.reason,
              restsMs: verdict.outcome.laneWide === true ? restsMs : null,
              hintMs: hintOf(verdict.outcome),
            },
          ]
        : [],
    ),
  )
  await speedUp(tx, ofLinks.filter(({ outcome }) => outcome.is === 'accepted').map(which))
}

/** What never left is not charged to its link's day. */
export async function giveBack(
  tx: QueryExecutorProvider,
  handoffs: ReadonlyArray<Pick<HandoffRecord, 'linkId' | 'deliveries' | 'charged'>>,
): Promise<void> {
  await addUsage(
    tx,
    handoffs.flatMap(({ linkId, deliveries, charged }) => {
      const workspaceId = deliveries[0]?.workspaceId
      if (charged === null || workspaceId === undefined) return []
      const { atMs, recipients, external } = charged
      return [{ workspaceId, linkId, atMs, messages: -1, recipients: -recipients, external: -external }]
    }),
  )
}
