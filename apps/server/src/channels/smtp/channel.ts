import { smtpLinkSettings } from '@fairlead/contract'
import { SecretUnavailableError } from '../../links/secret-unavailable.ts'
import type { DeliveryId } from '../../platform/ids.ts'
import type { AddressGuard } from '../../transports/address-guard.ts'
import type { DnsClient } from '../../transports/dns/client.ts'
import type { SmtpConnection, SmtpTimeouts } from '../../transports/smtp/connection.ts'
import { createConnectionPool, type PoolOptions } from '../../transports/smtp/connection-pool.ts'
import { deliver, type RecipientAnswer, type SmtpMail } from '../../transports/smtp/deliver.ts'
import type { DeliveryChannel, Handoff, HandoffDelivery, HandoffResult, SendOutcome } from '../channel.ts'
import { localReason } from '../reply-outcomes.ts'
import { signedMail } from '../signed-mail.ts'
import { attendMailbox } from './attend.ts'
import { checkLink } from './check.ts'
import {
  laneOf,
  openLink,
  type SandboxServers,
  ServerNotFound,
  type SmtpConnecting,
  type SmtpLink,
} from './connect.ts'
import { detectServer } from './detect.ts'
import { fileSentCopy } from './file-copy.ts'
import { lookUpSent } from './look-up.ts'
import { observeMailbox } from './observe.ts'
import { outcomeOfAnswer, outcomeOfOpening, type Submitting } from './outcomes.ts'
import { borrowsReturnPath, smtpTraits } from './traits.ts'

export interface SmtpChannelOptions {
  readonly dns: DnsClient
  readonly guard: AddressGuard
  readonly ehloName: string
  readonly timeouts?: Partial<SmtpTimeouts>
  readonly pool?: PoolOptions
  /** Certificate authorities known beside Node's, as PEM. */
  readonly authorities?: readonly string[]
  /** In the sandbox: the simulator's servers, which all names lead to. */
  readonly sandbox?: () => SandboxServers
}

/** Whoever serves people answers a submission within minutes; RFC 5321's patience is for servers among themselves. */
const patience: Partial<SmtpTimeouts> = { greetingMs: 60_000, helloMs: 60_000, mailMs: 120_000 }

type SmtpDeliveryChannel = DeliveryChannel<ReturnType<(typeof smtpLinkSettings)['parse']>>

/** A person's or team's own mail server, which takes whole messages and answers for them from then on. */
export function createSmtpChannel(options: SmtpChannelOptions): SmtpDeliveryChannel {
  const pool = createConnectionPool(options.pool)
  const connecting: SmtpConnecting = { ...options, pool, timeouts: { ...patience, ...options.timeouts } }
  return {
    kind: 'smtp',
    settings: smtpLinkSettings,
    traits: smtpTraits,
    async *check(link, signal, wishes = {}) {
      yield* checkLink({ link, connecting, wishes }, signal)
    },
    async send(handoff, link, mark, signal) {
      return sendOverLink(handoff, { link, connecting, mark }, signal)
    },
    async observe(link, cursor, signal) {
      return observeMailbox({ link, connecting }, cursor, signal)
    },
    async attend(link, tell, signal) {
      return attendMailbox({ link, connecting }, tell, signal)
    },
    async fileCopy(copy, link, signal) {
      return fileSentCopy({ link, connecting }, copy, signal)
    },
    async lookUp(tried, link, signal) {
      return lookUpSent({ link, connecting }, tried, signal)
    },
    async detect(address, signal) {
      return detectServer(address, options, signal)
    },
    async close() {
      pool.close()
    },
  }
}

interface Sending {
  readonly link: SmtpLink
  readonly connecting: SmtpConnecting
  readonly mark: () => Promise<void>
}

const mostReused = 3

async function sendOverLink(
  handoff: Handoff,
  { link, connecting, mark }: Sending,
  signal: AbortSignal,
): Promise<HandoffResult> {
  const carried = handoff.deliveries.slice(0, link.settings.maxRecipients ?? handoff.deliveries.length)
  let isMarked = false
  const marking = () => {
    isMarked = true
    return mark()
  }
  let mail: SmtpMail
  try {
    mail = await signedMail(handoff, carried, marking, signal)
  } catch (error) {
    return sameForAll(handoff, { is: 'deferred', reason: localReason(error) })
  }
  const at = submittingOf(handoff, link)
  const lane = laneOf(link)
  for (let again = 0; again <= mostReused; again++) {
    const reused = again < mostReused ? connecting.pool.take(lane, () => true) : undefined
    const connection = reused ?? (await openOrOutcome({ link, connecting, at }, signal))
    if ('is' in connection) return sameForAll(handoff, connection)
    const answers = await deliver(connection, mail)
    connecting.pool.give(lane, connection)
    if (reused && !isMarked && hadTired(answers)) continue
    const outcomes = answers.map(answer => outcomeOfAnswer(answer, at))
    return resultOf({ handoff, carried, connection }, mail.to, outcomes)
  }
  return sameForAll(handoff, {
    is: 'deferred',
    reason: { code: 'transport.network', params: { host: at.host } },
  })
}

async function openOrOutcome(
  { link, connecting, at }: { link: SmtpLink; connecting: SmtpConnecting; at: Submitting },
  signal: AbortSignal,
): Promise<SmtpConnection | SendOutcome> {
  try {
    return await openLink(link, connecting, signal)
  } catch (error) {
    if (error instanceof ServerNotFound)
      return {
        is: 'link-broken',
        reason: { code: 'link.gone', params: { host: at.host }, reply: error.message },
      }
    return error instanceof SecretUnavailableError ? error.outcome : outcomeOfOpening(error, at)
  }
}

function submittingOf({ message }: Handoff, { settings }: SmtpLink): Submitting {
  return {
    host: settings.host,
    user: settings.user,
    sender: message.from.address,
    borrowsReturnPath: borrowsReturnPath(settings),
    signsIn: settings.login !== 'none',
  }
}

/** A connection that lay open may have ended meanwhile: that says nothing about the mail. */
function hadTired(answers: readonly RecipientAnswer[]): boolean {
  return answers.every(
    answer =>
      (answer.is === 'cut' && answer.error.trouble !== 'aborted' && answer.error.stage !== 'body') ||
      (answer.is === 'rejected' && answer.stage === 'mail' && answer.reply.code === 421),
  )
}

function resultOf(
  {
    handoff,
    carried,
    connection,
  }: { handoff: Handoff; carried: readonly HandoffDelivery[]; connection: SmtpConnection },
  addresses: readonly string[],
  outcomes: readonly SendOutcome[],
): HandoffResult {
  const { host, address, tls } = connection.facts
  const left: SendOutcome = {
    is: 'deferred',
    reason: {
      code: 'rate.limited',
      params: { host },
      reply: `At most ${carried.length} recipients at a time`,
    },
    notBefore: new Date(),
  }
  const carriedIds = new Set(carried.map(({ id }) => id))
  const byDelivery = handoff.deliveries.map(({ id, to }): [DeliveryId, SendOutcome] => [
    id,
    carriedIds.has(id) ? (outcomes[addresses.indexOf(to)] ?? left) : left,
  ])
  const taken = outcomes.find(outcome => outcome.is === 'accepted')
  return {
    outcomes: new Map(byDelivery),
    wire: { host, address, ...(tls === undefined ? {} : { tls }) },
    ...(taken ? { receipt: receiptOf(handoff, taken.reply ?? '') } : {}),
  }
}

function receiptOf({ message }: Handoff, reply: string) {
  const queueId = /\bqueued as ([A-Za-z0-9-]{4,40})|\bid=([A-Za-z0-9-]{4,40})/i.exec(reply)
  const id = queueId?.[1] ?? queueId?.[2]
  return { messageId: message.messageId, ...(id === undefined ? {} : { queueId: id }) }
}

function sameForAll(handoff: Handoff, outcome: SendOutcome): HandoffResult {
  return { outcomes: new Map(handoff.deliveries.map(({ id }) => [id, outcome])) }
}
