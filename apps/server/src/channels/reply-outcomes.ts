import { classifyReply, type Reason } from '@fairlead/bounce'
import type { RecipientAnswer } from '../transports/smtp/deliver.ts'
import type { SmtpError, SmtpReply } from '../transports/smtp/reply.ts'
import type { SendOutcome } from './channel.ts'

/** Where an answer came from. */
export interface AnswerSource {
  readonly host: string
  readonly isFinalHop: boolean
  /** Does this host speak for the whole lane? Not where a domain mixes its own hosts with a provider's. */
  readonly speaksForLane: boolean
}

/** What the wire's answer means for the delivery. */
export function outcomeOf(answer: RecipientAnswer, source: AnswerSource): SendOutcome {
  switch (answer.is) {
    case 'taken':
      return { is: 'accepted', finalHop: source.isFinalHop, reply: answer.reply.text }
    case 'rejected':
      return outcomeOfReply(answer.reply, source)
    case 'cut':
      return deferredBy(answer.error, source)
    case 'unanswered':
      return {
        is: 'uncertain',
        reason: { code: 'uncertain.cut', params: { host: source.host }, reply: answer.error.message },
      }
    case 'cannot-carry':
      return { is: 'refused', reason: obstacleReason(answer, source) }
    case 'withheld':
      return { is: 'deferred', reason: localReason(answer.error) }
  }
}

/** 4xx waits, 5xx ends (RFC 5321 §4.2.1). */
export function outcomeOfReply(reply: SmtpReply, source: AnswerSource): SendOutcome {
  const reason = reasonOf(reply, source.host)
  if (reply.code >= 500) return { is: 'refused', reason }
  return {
    is: 'deferred',
    reason,
    ...(source.speaksForLane && isLaneWide(reply, reason) ? { laneWide: true } : {}),
  }
}

/** Not taken for certain, for a cause on the way. */
export function deferredBy(error: SmtpError, source: AnswerSource): SendOutcome {
  const { reply } = error
  const heard = reply ? outcomeOfReply(reply, source) : null
  if (heard?.is === 'deferred') return heard
  return { is: 'deferred', reason: reply ? reasonOf(reply, source.host) : networkReason(error, source.host) }
}

export function reasonOf(reply: SmtpReply, host: string): Reason {
  const reason = classifyReply({ code: reply.code, enhanced: reply.status, text: reply.text, provider: host })
  // RFC 7504: 521 is a host that takes no mail at all, 556 a domain that does not.
  const code =
    reply.code === 556 || (reply.code === 521 && reason.code === 'system.error')
      ? 'domain.no-mail'
      : reason.code
  return { ...reason, code, params: { ...reason.params, host } }
}

export function networkReason(error: SmtpError, host: string): Reason {
  if (error.trouble === 'aborted') return { code: 'local.error', reply: error.message }
  const code = error.trouble === 'tls' || error.trouble === 'certificate' ? 'auth.tls' : 'transport.network'
  return { code, params: { host }, reply: `${error.stage}: ${error.message}`.slice(0, 4_000) }
}

export function localReason(error: unknown): Reason {
  return {
    code: 'local.error',
    reply: error instanceof Error ? error.message.slice(0, 4_000) : 'unknown error',
  }
}

/** Is the reply about us and this provider, and not about this mail or its recipient? */
function isLaneWide(reply: SmtpReply, reason: Reason): boolean {
  return reply.code === 421 || reason.code === 'rate.connections' || reason.code === 'rate.speed'
}

function obstacleReason(answer: RecipientAnswer & { is: 'cannot-carry' }, { host }: AnswerSource): Reason {
  if (answer.lacks === 'smtputf8') return { code: 'transport.smtputf8', params: { host } }
  const limit = answer.limit ?? 0
  return { code: 'size.message', params: { host, limit }, reply: `The server announces SIZE ${limit}` }
}
