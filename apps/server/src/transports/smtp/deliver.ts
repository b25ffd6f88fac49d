import { failpoint } from '../../platform/failpoint.ts'
import type { SmtpConnection } from './connection.ts'
import { createDotStuffer } from './dot-stuffing.ts'
import { SmtpError, type SmtpReply, type SmtpStage } from './reply.ts'

/** One message for one or more recipients over one connection. */
export interface SmtpMail {
  /** MAIL FROM; empty for the null sender. */
  readonly from: string
  /** Without duplicates. */
  readonly to: readonly string[]
  /** Header fields with CRLF after each, without the empty line. */
  readonly headers: string
  /** CRLF text in chunks; only CRLF may end lines. */
  openBody(): AsyncIterable<string>
  /** Octets of headers and body, for SIZE (RFC 1870). */
  readonly size: number
  /**
   * Awaited after the 354 and before the last chunk. While it is pending nothing leaves that could make the server
   * answer for the mail; if it rejects, the connection is cut without the end, so that the server throws it away.
   */
  mark(): Promise<void>
  readonly signal: AbortSignal
  /** ENVID (RFC 3461), used where DSN is offered. */
  readonly envelopeId?: string
}

/** What the server's answers mean for one recipient. */
export type RecipientAnswer =
  | { readonly is: 'taken'; readonly reply: SmtpReply }
  | { readonly is: 'rejected'; readonly reply: SmtpReply; readonly stage: 'mail' | 'rcpt' | 'data' | 'end' }
  /** The connection ended before the end of the message left: certainly not taken. */
  | { readonly is: 'cut'; readonly error: SmtpError }
  /** The end left and no answer came. */
  | { readonly is: 'unanswered'; readonly error: SmtpError }
  /** Known from EHLO; nothing was said. */
  | { readonly is: 'cannot-carry'; readonly lacks: 'smtputf8' | 'size'; readonly limit?: number }
  /** Our own side stopped it before the end: the mark was refused or the body could not be read. */
  | { readonly is: 'withheld'; readonly error: unknown }

const blockLength = 65_536
const noAnswer: RecipientAnswer = {
  is: 'cut',
  error: new SmtpError({ trouble: 'closed', stage: 'rcpt' }, 'No answer for this recipient'),
}
const beyondAscii = /[\u0080-\uffff]/

/**
 * Runs one transaction. Never rejects: answers stand in the order of `to`. Afterwards the connection is either ready
 * for the next mail or no longer usable.
 */
export async function deliver(connection: SmtpConnection, mail: SmtpMail): Promise<RecipientAnswer[]> {
  const obstacle = obstacleTo(connection, mail)
  if (obstacle) return mail.to.map(() => obstacle)
  const abort = () => connection.destroy('aborted')
  if (mail.signal.aborted) abort()
  mail.signal.addEventListener('abort', abort, { once: true })
  connection.uses += 1
  try {
    return await transact(connection, mail)
  } catch (error) {
    if (error instanceof SmtpError) return mail.to.map(() => ({ is: 'cut', error }))
    connection.destroy('withheld')
    return mail.to.map(() => ({ is: 'withheld', error }))
  } finally {
    mail.signal.removeEventListener('abort', abort)
  }
}

async function transact(connection: SmtpConnection, mail: SmtpMail): Promise<RecipientAnswer[]> {
  const isPipelined = connection.extensions.has('PIPELINING')
  const resets = connection.needsReset
  connection.needsReset = true
  const { answers, data } = isPipelined
    ? await pipelineEnvelope(connection, mail, resets)
    : await sayEnvelope(connection, mail, resets)
  const settle = (last: RecipientAnswer) => answers.map(answer => answer ?? last)
  if (data === null) return settle(noAnswer)
  if (data instanceof SmtpError) return settle({ is: 'cut', error: data })
  if (data.code !== 354) return settle({ is: 'rejected', reply: data, stage: 'data' })
  if (!answers.includes(null)) {
    // All were refused and yet the server waits for data: it gets none, not even an end (RFC 2920 §3.1).
    connection.destroy('no recipient left')
    return settle(noAnswer)
  }
  return settle(await sendContent(connection, mail))
}

interface EnvelopeAnswers {
  /** null: the recipient was taken so far. */
  readonly answers: readonly (RecipientAnswer | null)[]
  /** null where DATA was not said. */
  readonly data: SmtpReply | SmtpError | null
}

/** MAIL, RCPT and DATA in one write (RFC 2920): two round trips for a mail instead of five. */
async function pipelineEnvelope(
  connection: SmtpConnection,
  mail: SmtpMail,
  resets: boolean,
): Promise<EnvelopeAnswers> {
  const { mailMs, rcptMs, dataMs } = connection.timeouts
  connection.throwIfEnded('mail')
  const reset = resets ? heard(connection, 'mail', connection.reply('mail', mailMs)) : null
  const from = heard(connection, 'mail', connection.reply('mail', mailMs))
  const to = mail.to.map(() => heard(connection, 'rcpt', connection.reply('rcpt', rcptMs)))
  const data = heard(connection, 'data', connection.reply('data', dataMs))
  const commands = mail.to.map(address => rcptCommand(connection, address)).join('')
  connection.writeNow(`${resets ? 'RSET\r\n' : ''}${mailCommand(connection, mail)}${commands}DATA\r\n`)
  await reset
  const first = await from
  const answers: (RecipientAnswer | null)[] = []
  for (const reply of to) answers.push(recipientAnswer(first, await reply))
  return { answers, data: await data }
}

async function sayEnvelope(
  connection: SmtpConnection,
  mail: SmtpMail,
  resets: boolean,
): Promise<EnvelopeAnswers> {
  const { mailMs, rcptMs, dataMs } = connection.timeouts
  const say = (line: string, stage: SmtpStage, timeoutMs: number) =>
    heard(connection, stage, connection.command(line.trimEnd(), stage, timeoutMs))
  if (resets) await say('RSET', 'mail', mailMs)
  const first = await say(mailCommand(connection, mail), 'mail', mailMs)
  const answers: (RecipientAnswer | null)[] = []
  for (const address of mail.to) {
    const isOpen = !(first instanceof SmtpError) && first.code < 300
    const reply = isOpen ? await say(rcptCommand(connection, address), 'rcpt', rcptMs) : first
    answers.push(recipientAnswer(first, reply))
  }
  if (!answers.includes(null)) return { answers, data: null }
  return { answers, data: await say('DATA', 'data', dataMs) }
}

/**
 * The reply, or what came in its place; as a value, so that a cut does not drown the replies before it. A reply of
 * a kind that this stage does not know means that replies and commands have lost their order.
 */
async function heard(
  connection: SmtpConnection,
  stage: SmtpStage,
  asked: Promise<SmtpReply>,
): Promise<SmtpReply | SmtpError> {
  try {
    const reply = await asked
    const isKnown = reply.code >= 400 || (stage === 'data' ? reply.code === 354 : reply.code < 300)
    if (isKnown) return reply
    return connection.fail(
      new SmtpError({ trouble: 'protocol', stage, reply }, `Out of order: ${reply.text}`),
    )
  } catch (error) {
    if (error instanceof SmtpError) return error
    throw error
  }
}

/** Streams the message, withholding its last block until the mark is kept, and reads the final answer. */
async function sendContent(connection: SmtpConnection, mail: SmtpMail): Promise<RecipientAnswer> {
  const encoding = beyondAscii.test(mail.headers) ? 'utf8' : 'latin1'
  const stuffer = createDotStuffer()
  let held = `${mail.headers}\r\n`
  for await (const chunk of mail.openBody()) {
    const stuffed = stuffer.push(chunk)
    if (held.length + stuffed.length > blockLength) {
      await connection.writeBlock(held, encoding)
      held = stuffed
    } else {
      held += stuffed
    }
  }
  connection.throwIfEnded('body')
  await mail.mark()
  connection.throwIfEnded('body')
  try {
    const answer = connection.reply('end', connection.timeouts.endMs)
    answer.catch(() => undefined)
    connection.writeNow(held + stuffer.end(), encoding)
    await failpoint('after-last-bytes')
    const reply = await answer
    if (reply.code < 200 || (reply.code >= 300 && reply.code < 400)) {
      throw new SmtpError({ trouble: 'protocol', stage: 'end', reply }, reply.text)
    }
    connection.needsReset = false
    return reply.code < 300 ? { is: 'taken', reply } : { is: 'rejected', reply, stage: 'end' }
  } catch (error) {
    // Whatever happened, the end has left: only "unanswered" is true now.
    const message = error instanceof Error ? error.message : 'unknown error'
    const told =
      error instanceof SmtpError ? error : new SmtpError({ trouble: 'aborted', stage: 'end' }, message)
    connection.fail(told)
    return { is: 'unanswered', error: told }
  }
}

function obstacleTo(connection: SmtpConnection, mail: SmtpMail): RecipientAnswer | null {
  const { extensions } = connection
  if (needsUtf8(mail) && !extensions.has('SMTPUTF8')) return { is: 'cannot-carry', lacks: 'smtputf8' }
  const limit = Number(extensions.get('SIZE') ?? '0')
  // RFC 1870 §4: 0 or nothing announces no limit.
  return limit > 0 && mail.size > limit ? { is: 'cannot-carry', lacks: 'size', limit } : null
}

function needsUtf8(mail: SmtpMail): boolean {
  return (
    beyondAscii.test(mail.from) || beyondAscii.test(mail.headers) || mail.to.some(to => beyondAscii.test(to))
  )
}

function mailCommand(connection: SmtpConnection, mail: SmtpMail): string {
  const { extensions } = connection
  const parameters = [
    extensions.has('SIZE') ? ` SIZE=${mail.size}` : '',
    needsUtf8(mail) ? ' BODY=8BITMIME SMTPUTF8' : '',
    extensions.has('DSN') && mail.envelopeId ? ` RET=HDRS ENVID=${xtext(mail.envelopeId)}` : '',
  ]
  return `MAIL FROM:<${mail.from}>${parameters.join('')}\r\n`
}

function rcptCommand(connection: SmtpConnection, address: string): string {
  if (!connection.extensions.has('DSN')) return `RCPT TO:<${address}>\r\n`
  // RFC 6533 has its own form of ORCPT for addresses beyond ASCII; few servers know it, and NOTIFY does without.
  const original = beyondAscii.test(address) ? '' : ` ORCPT=rfc822;${xtext(address)}`
  return `RCPT TO:<${address}> NOTIFY=FAILURE,DELAY${original}\r\n`
}

/** RFC 3461 §4. */
function xtext(text: string): string {
  return text.replace(
    /[^!-*,-<>-~]/g,
    letter => `+${letter.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  )
}

function recipientAnswer(first: SmtpReply | SmtpError, reply: SmtpReply | SmtpError): RecipientAnswer | null {
  if (first instanceof SmtpError) return { is: 'cut', error: first }
  if (first.code >= 300) return { is: 'rejected', reply: first, stage: 'mail' }
  if (reply instanceof SmtpError) return { is: 'cut', error: reply }
  return reply.code >= 300 ? { is: 'rejected', reply, stage: 'rcpt' } : null
}
