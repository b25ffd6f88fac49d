import { z } from 'zod'
import type { RestAnswer } from '../../transports/rest/client.ts'
import { readJson, retryAfterOf } from '../../transports/rest/json.ts'
import { type ApiTrouble, outcomeOfFault, outcomeWithoutAnswer, sayAnswer } from '../api-trouble.ts'
import type { SendOutcome } from '../channel.ts'

const errorBody = z.object({
  error: z.object({
    message: z.string().default(''),
    errors: z.array(z.object({ reason: z.string().default('') })).default([]),
  }),
})

export interface GmailWords {
  readonly reason: string
  readonly message: string
}

export function wordsOf(answer: RestAnswer): GmailWords {
  const error = readJson(answer, errorBody)?.error
  return { reason: error?.errors[0]?.reason ?? '', message: error?.message ?? '' }
}

const dailyRest = 3_600_000
const shortRest = 60_000

/** What a failed call means for the mail; https://developers.google.com/workspace/gmail/api/guides/handle-errors */
export function outcomeOf(trouble: ApiTrouble, isMarked: boolean): SendOutcome {
  if ('error' in trouble) return outcomeWithoutAnswer(trouble.error, isMarked)
  const { answer } = trouble
  const words = wordsOf(answer)
  const reply = sayAnswer(answer, words.message)
  if (isLimit(answer, words)) return waiting(answer, words, reply)
  if (answer.status >= 500) return outcomeOfFault(reply, isMarked, retryAfterOf(answer, new Date()))
  if (answer.status === 401 || answer.status === 403) {
    const cause = /domainPolicy/i.test(words.reason) ? 'policy' : 'permission'
    return { is: 'link-broken', reason: { code: 'link.login', params: { cause }, reply } }
  }
  if (answer.status === 413) return { is: 'refused', reason: { code: 'size.channel', reply } }
  if (answer.status === 400) return { is: 'refused', reason: { code: 'policy.not-compliant', reply } }
  // A success that cannot be read, or a status that nobody documented: what was done is not known.
  return outcomeOfFault(reply, isMarked, null)
}

function isLimit(answer: RestAnswer, { reason }: GmailWords): boolean {
  return answer.status === 429 || (answer.status === 403 && /limitExceeded|quotaExceeded/i.test(reason))
}

/** The sentence of a mail sending limit ends in the time to retry after: "Retry after 2026-11-27T09:05:10.101Z". */
function waiting(answer: RestAnswer, words: GmailWords, reply: string): SendOutcome {
  const said = Date.parse(/retry after (\S+Z)/i.exec(words.message)?.[1] ?? '')
  const isDaily = /daily|mail sending/i.test(`${words.reason} ${words.message}`)
  const rest = new Date(Date.now() + (isDaily ? dailyRest : shortRest))
  const notBefore = Number.isNaN(said) ? (retryAfterOf(answer, new Date()) ?? rest) : new Date(said)
  const limit = words.reason || `${answer.status}`
  return {
    is: 'deferred',
    reason: { code: 'quota.channel', params: { limit }, reply },
    notBefore,
    laneWide: true,
  }
}
