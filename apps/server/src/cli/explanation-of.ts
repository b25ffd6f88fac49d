import type { Attempt, Delivery, Email, ShownEvent } from '@fairlead/contract'
import { say, texts } from './texts.ts'

const { explain } = texts

/** An email's story as lines of text: each delivery with its attempts and what happens next, then the events. */
export function explanationOf(email: Email): string {
  return [
    ...headOf(email),
    ...email.deliveries.flatMap(delivery => ['', ...storyOf(delivery)]),
    '',
    `${explain.events}:`,
    ...email.events.map(event => `  ${lineOf(event, email)}`),
  ].join('\n')
}

function headOf(email: Email): string[] {
  const from = email.from === null ? '' : `${email.from.name} <${email.from.address}>`
  return [
    `${email.id}  ${email.state}`,
    oneLine(email.subject),
    `${explain.from}: ${oneLine(from)}`,
    `${explain.accepted}: ${timeOf(email.createdAt)}`,
    ...(email.sendAt === null ? [] : [`${explain.sendAt}: ${timeOf(email.sendAt)}`]),
    ...(email.heldReason === null ? [] : [`${explain.why}: ${email.heldReason.sentence}`]),
  ]
}

function storyOf(delivery: Delivery): string[] {
  const superseded = delivery.supersededBy
  return [
    `${delivery.kind}: ${delivery.address}`,
    `  ${oneLine(delivery.sentence)}`,
    ...(delivery.reason === null ? [] : [`  ${explain.why}: ${reasonLine(delivery)}`]),
    ...delivery.attempts.flatMap(attempt => attemptLines(attempt).map(line => `  ${line}`)),
    `  ${explain.next}: ${superseded === null ? delivery.next : say(explain.supersededBy, { id: superseded })}`,
  ]
}

function reasonLine({ reason }: Delivery): string {
  if (reason === null) return ''
  const facts = [reason.replyCode, reason.status].filter(fact => fact !== null).join(' ')
  return [reason.code, facts].filter(part => part !== '').join(', ')
}

function attemptLines(attempt: Attempt): string[] {
  const number = say(explain.attempt, { number: attempt.number })
  const round = attempt.round > 1 ? say(explain.round, { round: attempt.round }) : ''
  const outcome = attempt.outcome ?? explain.noAnswer
  const mark = attempt.markedAt === null ? ` (${explain.neverLeft})` : ''
  const server = [attempt.host, attempt.address === null ? null : `[${attempt.address}]`].filter(
    part => part !== null,
  )
  const where = server.length === 0 ? [] : [`  ${[...server, attempt.tls ?? explain.clear].join(', ')}`]
  return [
    `${timeOf(attempt.answeredAt ?? attempt.startedAt)}  ${number}${round}: ${outcome}${mark}`,
    ...where,
    ...(attempt.reply === null ? [] : [`  "${oneLine(attempt.reply)}"`]),
  ]
}

function lineOf(event: ShownEvent, email: Email): string {
  const delivery = email.deliveries.find(one => one.id === event.deliveryId)
  const whom = delivery === undefined ? '' : ` ${delivery.address}`
  return `${timeOf(event.occurredAt)}  ${event.sentence}${whom} (${say(explain.by, { source: event.source })})`
}

function timeOf(at: string): string {
  return `${at.slice(0, 19).replace('T', ' ')} UTC`
}

/** Whatever a stranger wrote must not move the cursor or break the line. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, ' ').trim()
}
