import type { AccountSettings } from './account-settings.ts'
import type { ApiTrouble } from './api-trouble.ts'
import type { ChannelLink, Handoff, HandoffResult, Receipt, SendOutcome, WireFacts } from './channel.ts'
import { withToken } from './with-token.ts'

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

/** One message on its way over a member's account; `openApi` makes the calls of one access token. */
export interface TwoStepSend<Api> {
  readonly handoff: Handoff
  readonly link: ChannelLink<AccountSettings>
  readonly openApi: (access: string, signal: AbortSignal) => Api
  readonly signal: AbortSignal
  readonly mark: () => Promise<void>
}

interface Steps<Api, Draft> {
  /** Makes the draft, or finds what an earlier try left; its id is committed then. */
  readonly draft: (sending: TwoStepSend<Api>) => Promise<Step<Draft>>
  readonly send: (sending: TwoStepSend<Api>, draft: Draft) => Promise<End>
}

/** A call under the link's secret; an expired one is renewed on the way. */
export const withApi = <Api, T extends object>(
  { link, openApi, signal }: TwoStepSend<Api>,
  use: (api: Api) => Promise<T | { readonly trouble: ApiTrouble }>,
): Promise<T | { readonly trouble: ApiTrouble }> => withToken(link, access => use(openApi(access, signal)))

/**
 * Sends in two steps: a draft, whose id is committed, then the mark, then the draft is sent. A provider sends a draft
 * at most once, so its fate answers whatever becomes of us. One outcome holds for all deliveries.
 */
export async function sendInTwoSteps<Api, Draft>(
  sending: TwoStepSend<Api>,
  steps: Steps<Api, Draft>,
): Promise<HandoffResult> {
  const { outcome, receipt, wire } = await run(sending, steps)
  return {
    outcomes: new Map(sending.handoff.deliveries.map(({ id }) => [id, outcome])),
    ...(receipt === undefined ? {} : { receipt }),
    ...(wire === undefined ? {} : { wire }),
  }
}

async function run<Api, Draft>(sending: TwoStepSend<Api>, steps: Steps<Api, Draft>): Promise<End> {
  const ready = await steps.draft(sending)
  if ('end' in ready && !ready.end.isAfterMark) return ready.end
  try {
    await sending.mark()
  } catch (error) {
    return {
      outcome: { is: 'deferred', reason: { code: 'local.error', reply: String(error).slice(0, 500) } },
    }
  }
  return 'end' in ready ? ready.end : await steps.send(sending, ready.go)
}
