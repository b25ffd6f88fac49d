import type { Reason, ReasonCode } from '@fairlead/bounce'
import type { RecipientAnswer } from '../../transports/smtp/deliver.ts'
import type { SmtpError, SmtpReply } from '../../transports/smtp/reply.ts'
import type { SendOutcome } from '../channel.ts'
import { localReason, outcomeOf, outcomeOfReply, reasonOf } from '../reply-outcomes.ts'

/** What the answers of a submission server are read with. */
export interface Submitting {
  readonly host: string
  readonly user: string
  /** Address of the identity. */
  readonly sender: string
  /** MAIL FROM is our return path, not the sender's address. */
  readonly borrowsReturnPath: boolean
  readonly signsIn: boolean
}

/** An hour: daily limits free up little by little, and asking more often helps nobody. */
const quotaRestMs = 3_600_000

// Words of the servers themselves; their sources stand at the rows of replies/.
const needsLogin =
  /authentication (?:is )?required|must (?:be )?authenticat|5\.7\.57|not authenticated|not logged in|relaying denied\. you must authenticate/i
const needsTls = /must issue a starttls|starttls (?:is )?required|encryption required/i
const senderWords =
  /5\.7\.60|send ?as ?denied|permissions? to send as|not owned by (?:user|your)|not (?:authori[sz]ed|allowed|permitted) to (?:send|use) (?:as|from|this|the)|sender address rejected|sender is not allowed|(?:sender|from)(?: address)? (?:is )?(?:not verified|mismatch|does not match|must match|not owned)|email address is not verified|verified sender identity|not allowed to (?:relay|send) .*from|relaying disallowed as/i
const quotaWords =
  /daily .*(?:limit|quota)|(?:sending|submission|message|hourly|relay) (?:limit|quota|rate)|quota ?exceeded|limit exceeded|maximum credits|5\.4\.5|throttl|too many (?:messages|emails|recipients) (?:per|in|this|today)/i

const slowDownWords =
  /too much mail|too many (?:messages|connections|recipients|errors)|slow down|rate limit|sender thread limit/i

/** What the wire's answer means for one delivery. A submission server is never the last hop. */
export function outcomeOfAnswer(answer: RecipientAnswer, at: Submitting): SendOutcome {
  const source = { host: at.host, isFinalHop: false, speaksForLane: true }
  if (answer.is === 'rejected') return outcomeOfRejection(answer, at)
  if (answer.is === 'cannot-carry' && answer.lacks === 'size') {
    const reply = `The server announces SIZE ${answer.limit ?? 0}`
    return {
      is: 'refused',
      reason: { code: 'size.channel', params: { host: at.host, limit: answer.limit ?? 0 }, reply },
    }
  }
  return outcomeOf(answer, source)
}

function outcomeOfRejection(answer: RecipientAnswer & { is: 'rejected' }, at: Submitting): SendOutcome {
  const { reply, stage } = answer
  const told = (code: ReasonCode): Reason => recoded(reply, at, code)
  const { text } = reply
  if (needsTls.test(text)) return { is: 'link-broken', reason: told('link.tls') }
  if (reply.code === 530 || reply.code === 535 || needsLogin.test(text))
    return { is: 'link-broken', reason: told('link.login') }
  if (isQuota(reply)) return overLimit(told('quota.channel'))
  if (reply.code >= 500 && isAboutSize(reply)) return { is: 'refused', reason: told('size.channel') }
  if (reply.code >= 500 && isAboutSender(reply, stage)) {
    // What was refused is our return path: the admin may switch it off, and until then nothing is lost.
    if (at.borrowsReturnPath) return { is: 'link-broken', reason: told('policy.sender-rejected') }
    return { is: 'refused', reason: told('identity.not-permitted') }
  }
  if (!at.signsIn && isRelayRefusal(reply, stage, at.host))
    return { is: 'link-broken', reason: told('link.login') }
  if (reply.code < 500 && slowDownWords.test(text))
    return { is: 'deferred', reason: told('rate.speed'), laneWide: true }
  return outcomeOfReply(reply, { host: at.host, isFinalHop: false, speaksForLane: true })
}

/** No connection was made: a person mends what is 'link-broken', the rest mends itself. */
export function outcomeOfOpening(error: unknown, at: Submitting): SendOutcome {
  if (!isSmtpError(error)) return { is: 'deferred', reason: localReason(error) }
  const { reply, trouble, stage, code } = error
  const words = (reply?.text ?? error.message).slice(0, 4_000)
  const broken = (reason: ReasonCode): SendOutcome => ({
    is: 'link-broken',
    reason: { code: reason, params: { host: at.host, user: at.user }, reply: words, ...codesOf(reply) },
  })
  if (trouble === 'certificate') return broken('link.certificate')
  if (trouble === 'no-login') return broken('link.login')
  if (trouble === 'tls' && (reply === null || reply.code >= 500)) {
    // Without a code the server went away in the middle, which a restart does too.
    const isMute = code === null && /hung up|No handshake/.test(error.message)
    if (!isMute) return broken('link.tls')
  }
  if (reply && reply.code >= 500) return broken(stage === 'sign-in' ? 'link.login' : 'link.gone')
  if (reply) return laneWide(outcomeOfReply(reply, { host: at.host, isFinalHop: false, speaksForLane: true }))
  if (trouble === 'aborted') return { is: 'deferred', reason: { code: 'local.error', reply: words } }
  const reason = {
    code: 'transport.network',
    params: { host: at.host },
    reply: `${stage}: ${words}`,
  } as const
  return { is: 'deferred', reason, laneWide: true }
}

function isQuota(reply: SmtpReply): boolean {
  return quotaWords.test(reply.text) && !/mailbox (?:is )?full|over quota|5\.2\.2/i.test(reply.text)
}

function isAboutSize(reply: SmtpReply): boolean {
  return reply.code === 552 && /size|too (?:big|large)|5\.3\.4|5\.2\.3/i.test(reply.text)
}

/** At MAIL the sender is all that a server knows; later it says so. */
function isAboutSender(reply: SmtpReply, stage: 'mail' | 'rcpt' | 'data' | 'end'): boolean {
  if (senderWords.test(reply.text)) return true
  return stage === 'mail' && [501, 550, 553].includes(reply.code)
}

/** To a server that nobody signed in to, every recipient outside is a stranger. */
function isRelayRefusal(reply: SmtpReply, stage: 'mail' | 'rcpt' | 'data' | 'end', host: string): boolean {
  if (reply.code < 500 || stage !== 'rcpt') return false
  return reasonOf(reply, host).code === 'policy.relay-denied' || /access denied/i.test(reply.text)
}

function overLimit(reason: Reason): SendOutcome {
  return { is: 'deferred', reason, laneWide: true, notBefore: new Date(Date.now() + quotaRestMs) }
}

function laneWide(outcome: SendOutcome): SendOutcome {
  return outcome.is === 'deferred' ? { ...outcome, laneWide: true } : outcome
}

function recoded(reply: SmtpReply, at: Submitting, code: ReasonCode): Reason {
  const params = { host: at.host, user: at.user, sender: at.sender }
  return { code, params, reply: reply.text, ...codesOf(reply) }
}

function codesOf(reply: SmtpReply | null): Pick<Reason, 'replyCode' | 'status'> {
  if (!reply) return {}
  return { replyCode: reply.code, ...(reply.status === null ? {} : { status: reply.status }) }
}

function isSmtpError(error: unknown): error is SmtpError {
  return error instanceof Error && error.name === 'SmtpError'
}
