import type { Handoff, HandoffResult, Receipt, SendOutcome, WireFacts } from './channel.ts'

/** How a try ends. */
export interface End {
  readonly outcome: SendOutcome
  readonly receipt?: Receipt
  readonly wire?: WireFacts
  /** It may have left with an earlier try: recorded as what comes after a mark. */
  readonly isAfterMark?: true
}

/** What a step ends with: the next step's need, or the end of the whole try. */
export type Step<T> = { readonly go: T } | { readonly end: End }

interface Steps<Draft> {
  readonly handoff: Handoff
  /** Makes the draft, or finds what an earlier try left; its id is committed then. */
  readonly draft: () => Promise<Step<Draft>>
  readonly mark: () => Promise<void>
  readonly send: (draft: Draft) => Promise<End>
}

/**
 * Sends in two steps: a draft, whose id is committed, then the mark, then the draft is sent. A provider sends a draft
 * at most once, so its fate answers whatever becomes of us. One outcome holds for all deliveries.
 */
export async function sendInTwoSteps<Draft>(steps: Steps<Draft>): Promise<HandoffResult> {
  const { outcome, receipt, wire } = await run(steps)
  return {
    outcomes: new Map(steps.handoff.deliveries.map(({ id }) => [id, outcome])),
    ...(receipt === undefined ? {} : { receipt }),
    ...(wire === undefined ? {} : { wire }),
  }
}

async function run<Draft>({ draft, mark, send }: Steps<Draft>): Promise<End> {
  const ready = await draft()
  if ('end' in ready && !ready.end.isAfterMark) return ready.end
  try {
    await mark()
  } catch (error) {
    return {
      outcome: { is: 'deferred', reason: { code: 'local.error', reply: String(error).slice(0, 500) } },
    }
  }
  return 'end' in ready ? ready.end : await send(ready.go)
}
