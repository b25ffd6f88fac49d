import type { Reason } from '@fairlead/bounce'
import type { RestAnswer } from '../transports/rest/client.ts'
import { RestError } from '../transports/rest/rest-error.ts'
import type { SendOutcome, WireFacts } from './channel.ts'

/** A call that did not end as asked: the far side's answer, or none. */
export type ApiTrouble = { readonly answer: RestAnswer } | { readonly error: RestError }

/** What a call of a provider's interface ends with. */
export type ApiResult<T> =
  | { readonly is: 'ok'; readonly value: T; readonly wire: WireFacts }
  | { readonly is: 'trouble'; readonly trouble: ApiTrouble }

export function wireOf({ host, address, tls }: RestAnswer): WireFacts {
  return { host, address, ...(tls === undefined ? {} : { tls }) }
}

/** Runs a call; what is no RestError is a bug and goes on. */
export async function tryCall<T>(
  call: () => Promise<RestAnswer>,
  read: (answer: RestAnswer) => T | null,
): Promise<ApiResult<T>> {
  try {
    const answer = await call()
    const value = answer.status >= 200 && answer.status < 300 ? read(answer) : null
    if (value === null) return { is: 'trouble', trouble: { answer } }
    return { is: 'ok', value, wire: wireOf(answer) }
  } catch (error) {
    if (error instanceof RestError) return { is: 'trouble', trouble: { error } }
    throw error
  }
}

/** The far side's own words: status and sentence; no more of its answer, which might repeat what we sent. */
export function sayAnswer({ status }: RestAnswer, words: string): string {
  return `${status} ${words.replace(/\s+/g, ' ')}`.trim().slice(0, 500)
}

/** No answer at all: surely not done before the mark and where the request never left, else nobody knows. */
export function outcomeWithoutAnswer(error: RestError, isMarked: boolean): SendOutcome {
  if (isMarked && !error.isUnsent) {
    return { is: 'uncertain', reason: { code: 'uncertain.cut', reply: error.message } }
  }
  return { is: 'deferred', reason: unanswered(error) }
}

export function unanswered(error: RestError): Reason {
  if (error.trouble === 'aborted') return { code: 'local.error', reply: error.message }
  return { code: error.trouble === 'tls' ? 'link.tls' : 'transport.network', reply: error.message }
}

/** A fault of the far side (5xx): after the mark it may have done it all the same. */
export function outcomeOfFault(reply: string, isMarked: boolean, notBefore: Date | null): SendOutcome {
  if (isMarked) return { is: 'uncertain', reason: { code: 'uncertain.cut', reply } }
  return { is: 'deferred', reason: { code: 'system.error', reply }, ...(notBefore ? { notBefore } : {}) }
}
