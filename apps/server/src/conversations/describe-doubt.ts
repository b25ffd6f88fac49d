import { type Attempt, type DeliveryState, type Doubt, doubtChoices } from '@fairlead/contract'

/** The evidence of a delivery that nobody can be sure of, and the choices; null: it is not in doubt. */
export function describeDoubt(state: DeliveryState, attempts: readonly Attempt[]): Doubt | null {
  if (state !== 'uncertain') return null
  const last = attempts.findLast(attempt => attempt.markedAt !== null)
  return {
    sentence: sentenceOf(last),
    handedOverAt: last?.markedAt ?? null,
    host: last?.host ?? null,
    address: last?.address ?? null,
    wasCutAt: last?.answeredAt ?? null,
    reply: last?.reply ?? null,
    choices: [
      { action: 'arrived', sentence: doubtChoices.arrived },
      { action: 'retry', sentence: doubtChoices.retry },
    ],
  }
}

function sentenceOf(last: Attempt | undefined): string {
  if (last === undefined) return 'The last bytes may have left; what became of them is not known.'
  const to = last.host === null ? '' : ` to ${last.host}`
  const when = last.markedAt === null ? '' : ` on ${last.markedAt.slice(0, 19).replace('T', ' ')} UTC`
  const end =
    last.answeredAt === null
      ? 'Fairlead was stopped before it could write down an answer.'
      : 'The connection ended before an answer came.'
  return `The whole message was handed over${to}${when}. ${end}`
}
