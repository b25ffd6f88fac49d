import type { Reason } from '@fairlead/bounce'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { SendOutcome } from '../channels/channel.ts'
import type { DeliveryEvent } from '../events/lifecycle.ts'
import { type Change, transitionDeliveries } from '../events/transition-deliveries.ts'
import { dropSlots, stampSlots } from '../links/pace-slots.ts'
import { breakLink } from '../links/set-link-state.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import { failpoint } from '../platform/failpoint.ts'
import type { DeliveryId } from '../platform/ids.ts'
import type { Answer, Verdict } from './answer.ts'
import { type BackOff, laneRestMs, nextTryInMs } from './back-off.ts'
import type { ClaimedHandoff } from './claimed-handoff.ts'
import { insertHandoffs } from './commit-marks.ts'
import { noteLost } from './look-rows.ts'
import { giveBack, hintOf, learnPace } from './record-pace.ts'
import { recordPermissions } from './record-permissions.ts'

/** Writes the answers of many handoffs in one commit: states, attempts, handoffs, lanes, broken links. */
export async function recordAnswers(db: Db, backOff: BackOff, answers: readonly Answer[]): Promise<null[]> {
  await asEngine(db, async tx => {
    await insertHandoffs(
      tx,
      answers.filter(answer => !answer.isMarked).map(answer => answer.handoff),
      false,
    )
    const verdicts = answers.flatMap(verdictsOf)
    await transitionDeliveries(
      tx,
      verdicts.map(verdict => changeOf(verdict, backOff)),
    )
    await giveUpLate(tx, verdicts)
    await noteLost(
      tx,
      verdicts
        .filter(verdict => verdict.answer.handoff.isAskable && eventOf(verdict) === 'lostTrack')
        .map(({ answer, delivery }) => ({
          workspaceId: delivery.workspaceId,
          handoffId: answer.handoff.id,
        })),
    )
    await writeAttempts(tx, answers, verdicts)
    await pauseBrokenLinks(tx, verdicts)
    await recordPermissions(tx, verdicts)
    await moveLanes(tx, backOff, answers)
    await learnPace(tx, backOff, verdicts)
    await stampSlots(tx, answers.flatMap(slotOf))
    await giveBack(
      tx,
      answers.filter(answer => !answer.isMarked).map(answer => answer.handoff),
    )
    await failpoint('before-answers-commit')
  })
  await failpoint('after-answers-commit')
  return answers.map(() => null)
}

const slotOf = ({ handoff: { id, deliveries, charged } }: Answer) =>
  charged === null ? [] : deliveries.slice(0, 1).map(({ workspaceId }) => ({ workspaceId, handoffId: id }))

function verdictsOf(answer: Answer): Verdict[] {
  const random = Math.random()
  return answer.handoff.deliveries.map(delivery => ({
    answer,
    random,
    delivery,
    outcome: answer.outcomes.get(delivery.id) ?? unanswered(answer.isMarked),
  }))
}

/** A channel owes each delivery an outcome; where it forgot, the mark decides what is true. */
function unanswered(isMarked: boolean): SendOutcome {
  const reason: Reason = { code: isMarked ? 'uncertain.cut' : 'local.error' }
  return isMarked ? { is: 'uncertain', reason } : { is: 'deferred', reason }
}

/** Which edge an outcome takes. Before the mark nothing can be uncertain; after it a broken link is one more deferral. */
function eventOf({ outcome, answer }: Verdict): DeliveryEvent {
  switch (outcome.is) {
    case 'accepted':
      return outcome.finalHop ? 'delivered' : 'accepted'
    case 'refused':
      return 'refused'
    case 'deferred':
      return 'deferred'
    case 'link-broken':
      return answer.isMarked ? 'deferred' : 'returned'
    case 'uncertain':
      return answer.isMarked ? 'lostTrack' : 'deferred'
  }
}

function changeOf(verdict: Verdict, backOff: BackOff): Change {
  const { answer, delivery, outcome } = verdict
  const event = eventOf(verdict)
  const hintMs = hintOf(outcome)
  return {
    workspaceId: delivery.workspaceId,
    deliveryId: delivery.id,
    event,
    fence: delivery.fence,
    handoffId: answer.handoff.id,
    source: 'outbox',
    ...(outcome.is === 'accepted' ? {} : { reason: outcome.reason }),
    ...(event === 'deferred'
      ? { dueInMs: nextTryInMs(backOff, { tries: delivery.tries + 1, hintMs, random: verdict.random }) }
      : {}),
    facts: {
      ...(answer.wire?.host === undefined ? {} : { host: answer.wire.host }),
      ...(outcome.is === 'accepted' ? { reply: outcome.reply } : {}),
    },
  }
}

/** A round that has lasted for as long as allowed ends with the reason of its last try. */
async function giveUpLate(tx: QueryExecutorProvider, verdicts: readonly Verdict[]): Promise<void> {
  const deferred = verdicts
    .filter(verdict => eventOf(verdict) === 'deferred')
    .map(verdict => verdict.delivery)
  if (deferred.length === 0) return
  const late = await sql<{ id: DeliveryId }>`
    select d.id from fairlead.delivery d
    join unnest(${deferred.map(delivery => delivery.workspaceId)}::uuid[], ${deferred.map(delivery => delivery.id)}::uuid[]) as k (w, i)
      on d.workspace_id = k.w and d.id = k.i
    where d.state = 'queued' and d.give_up_at <= fairlead.now()`.execute(tx)
  const ids = new Set(late.rows.map(row => row.id))
  await transitionDeliveries(
    tx,
    deferred
      .filter(delivery => ids.has(delivery.id))
      .map(delivery => ({
        workspaceId: delivery.workspaceId,
        deliveryId: delivery.id,
        event: 'gaveUp' as const,
        source: 'outbox',
      })),
  )
}

const attemptOutcome = ({ outcome, answer }: Verdict): string => {
  if (outcome.is === 'accepted') return outcome.finalHop ? 'delivered' : 'accepted'
  return outcome.is === 'uncertain' && !answer.isMarked ? 'deferred' : outcome.is
}

/** Attempts and handoffs of the answers, in one statement. */
async function writeAttempts(
  tx: QueryExecutorProvider,
  answers: readonly Answer[],
  verdicts: readonly Verdict[],
): Promise<void> {
  const json = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value))
  const reasonOf = ({ outcome }: Verdict) => (outcome.is === 'accepted' ? undefined : outcome.reason)
  const replyOf = ({ outcome }: Verdict) =>
    (outcome.is === 'accepted' ? outcome.reply : outcome.reason.reply) ?? null
  const workspaces = answers.map(({ handoff }) => handoff.deliveries[0]?.workspaceId ?? null)
  await sql`
    with attempted as (
      update fairlead.attempt a set outcome = k.outcome, reason = k.reason::jsonb, reply = k.reply
      from unnest(${verdicts.map(({ delivery }) => delivery.workspaceId)}::uuid[], ${verdicts.map(({ delivery }) => delivery.id)}::uuid[],
        ${verdicts.map(({ answer }) => answer.handoff.id)}::uuid[], ${verdicts.map(attemptOutcome)}::text[],
        ${verdicts.map(verdict => json(reasonOf(verdict)))}::text[], ${verdicts.map(replyOf)}::text[]) as k (w, d, h, outcome, reason, reply)
      where a.workspace_id = k.w and a.delivery_id = k.d and a.handoff_id = k.h)
    update fairlead.handoff h set answered_at = t.now, wire = k.wire::jsonb, receipt = coalesce(k.receipt::jsonb, h.receipt),
      seen_message_id = coalesce(k.seen, h.seen_message_id)
    from unnest(${workspaces}::uuid[], ${answers.map(({ handoff }) => handoff.id)}::uuid[], ${answers.map(({ wire }) => json(wire))}::text[],
      ${answers.map(({ receipt }) => json(receipt))}::text[], ${answers.map(({ receipt }) => receipt?.messageId ?? null)}::text[])
      as k (w, i, wire, receipt, seen), (select fairlead.now() as now) t
    where h.workspace_id = k.w and h.id = k.i`.execute(tx)
}

/** The link pauses, its mail waits (spec 2.7): claiming skips it from now on. */
async function pauseBrokenLinks(tx: QueryExecutorProvider, verdicts: readonly Verdict[]): Promise<void> {
  for (const { answer, delivery, outcome } of verdicts) {
    if (outcome.is !== 'link-broken') continue
    await breakLink(tx, {
      workspaceId: delivery.workspaceId,
      linkId: answer.handoff.linkId,
      reason: outcome.reason,
    })
  }
}

/** A lane that asked for a pause rests, longer each time in a row; the first success on trial lets it go. A link that is its own lane has a pace for that. */
async function moveLanes(
  tx: QueryExecutorProvider,
  backOff: BackOff,
  answers: readonly Answer[],
): Promise<void> {
  const rests = new Map<string, Reason>()
  const wellAgain = new Set<string>()
  for (const answer of answers.filter(({ handoff }) => !handoff.isOneLane)) {
    for (const outcome of answer.outcomes.values()) {
      if (outcome.is === 'deferred' && outcome.laneWide === true) rests.set(answer.lane, outcome.reason)
      if (outcome.is === 'accepted' && answer.wasLaneTried) wellAgain.add(answer.lane)
    }
  }
  for (const lane of [...rests.keys()].sort()) await restLane(tx, backOff, { lane, reason: rests.get(lane) })
  const cleared = [...wellAgain].filter(lane => !rests.has(lane)).sort()
  if (cleared.length > 0)
    await sql`delete from fairlead.lane where name = any(${cleared}::text[]) and not_before <= fairlead.now()`.execute(
      tx,
    )
}

async function restLane(
  tx: QueryExecutorProvider,
  backOff: BackOff,
  rest: { lane: string; reason: Reason | undefined },
): Promise<void> {
  const steps = Array.from({ length: 16 }, (_, at) => laneRestMs(backOff, at + 1))
  await sql`
    insert into fairlead.lane as l (name, not_before, step, reason)
    values (${rest.lane}, fairlead.now() + ${steps[0]} * interval '1 millisecond', 1, ${JSON.stringify(rest.reason ?? null)}::jsonb)
    on conflict (name) do update set
      step = least(l.step + 1, ${steps.length}), reason = excluded.reason, changed_at = fairlead.now(),
      not_before = fairlead.now() + (${steps}::float8[])[least(l.step + 1, ${steps.length})] * interval '1 millisecond'
    -- several connections are told at once: one request to slow down, one step
    where l.not_before <= fairlead.now()`.execute(tx)
}

/** Gives handoffs back untried; they are due again after `dueInMs`. */
export async function returnHandoffs(
  db: Db,
  items: ReadonlyArray<{ handoff: ClaimedHandoff; dueInMs: number }>,
): Promise<null[]> {
  await asEngine(db, async tx => {
    await transitionDeliveries(
      tx,
      items.flatMap(({ handoff, dueInMs }) =>
        handoff.deliveries.map(delivery => ({
          workspaceId: delivery.workspaceId,
          deliveryId: delivery.id,
          event: 'returned' as const,
          fence: delivery.fence,
          dueInMs,
          source: 'outbox',
        })),
      ),
    )
    await giveBack(
      tx,
      items.map(({ handoff }) => ({ ...handoff, linkId: handoff.way.link.id })),
    )
    await dropSlots(
      tx,
      items
        .filter(({ handoff }) => handoff.charged !== null)
        .map(({ handoff: { id, way } }) => ({ workspaceId: way.link.workspaceId, handoffId: id })),
    )
  })
  return items.map(() => null)
}
