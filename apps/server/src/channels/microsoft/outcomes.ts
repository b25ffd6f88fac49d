import { z } from 'zod'
import type { RestAnswer } from '../../transports/rest/client.ts'
import { readJson, retryAfterOf } from '../../transports/rest/json.ts'
import { type ApiTrouble, outcomeOfFault, outcomeWithoutAnswer, sayAnswer } from '../api-trouble.ts'
import type { SendOutcome } from '../channel.ts'

const errorBody = z.object({
  error: z.object({ code: z.string().default(''), message: z.string().default('') }),
})

/** https://learn.microsoft.com/graph/errors */
export function wordsOf(answer: RestAnswer): { readonly code: string; readonly message: string } {
  return readJson(answer, errorBody)?.error ?? { code: '', message: '' }
}

const shortRest = 60_000

/** What a failed call means for the mail. */
export function outcomeOf(trouble: ApiTrouble, isMarked: boolean): SendOutcome {
  if ('error' in trouble) return outcomeWithoutAnswer(trouble.error, isMarked)
  const { answer } = trouble
  const { code, message } = wordsOf(answer)
  const reply = sayAnswer(answer, `${code} ${message}`)
  if (answer.status === 429 || isThrottled(code)) return waiting(answer, code, reply)
  if (answer.status === 503 && answer.headers['retry-after'] && !isMarked) return waiting(answer, code, reply)
  if (answer.status >= 500) return outcomeOfFault(reply, isMarked, retryAfterOf(answer, new Date()))
  if (code === 'ErrorSendAsDenied')
    return { is: 'refused', reason: { code: 'identity.not-permitted', reply } }
  if (answer.status === 401 || answer.status === 403) {
    return { is: 'link-broken', reason: { code: 'link.login', params: { cause: 'permission' }, reply } }
  }
  if (answer.status === 413 || code === 'ErrorMessageSizeExceeded')
    return { is: 'refused', reason: { code: 'size.channel', reply } }
  if (answer.status === 400) return { is: 'refused', reason: { code: 'policy.not-compliant', reply } }
  return outcomeOfFault(reply, isMarked, null)
}

/** https://learn.microsoft.com/graph/throttling and Exchange's own codes for sending limits. */
const isThrottled = (code: string): boolean =>
  /^(?:ApplicationThrottled|ErrorTooManyRequests|TooManyRequests|ErrorExceededMessageLimit|ErrorQuotaExceeded|MailboxConcurrency|ErrorServerBusy|ErrorMailboxSubmissionQuotaExceeded|ErrorMessageSubmissionBlocked)$/.test(
    code,
  )

function waiting(answer: RestAnswer, code: string, reply: string): SendOutcome {
  const notBefore = retryAfterOf(answer, new Date()) ?? new Date(Date.now() + shortRest)
  return {
    is: 'deferred',
    reason: { code: 'quota.channel', params: { limit: code || `${answer.status}` }, reply },
    notBefore,
    laneWide: true,
  }
}
